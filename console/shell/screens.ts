/** The screens of a tenant by their names, for the navigation and for who looks for one. */
import type { LinkProps } from '@tanstack/react-router'
import { SETTINGS } from '../parts/settings-page.tsx'
import { paths } from '../paths.ts'
import type { IconName } from '../ui/icons.tsx'

export const IN_TENANT = [
  ['Tenant', 'plug', paths.tenant],
  ['People', 'person', paths.people],
  ['Groups', 'group', paths.groups],
  ['Why?', 'question', paths.why],
  ['Sync', 'sync', paths.sync],
  ['Events', 'pulse', paths.events],
  ['Provisioning log', 'list', paths.provisioning],
  ['Sign-in log', 'key', paths.signIns],
  ['Sites', 'window', paths.sites],
  ['Rules', 'rule', paths.rules],
  ['Administrators', 'person', paths.tenantAdministrators],
  ['API keys', 'key', paths.tenantKeys],
  ['Activity', 'list', paths.activity],
  ['Settings', 'sliders', paths.settings],
] as const satisfies readonly (readonly [string, IconName, (tenant: string) => object])[]

/** Of the parts of a tenant's addresses that are nobody's own: whose they are. */
export const ENTRY_OF: ReadonlyMap<string, (typeof IN_TENANT)[number][0]> = new Map([
  ['connections', 'Tenant'],
  ['holds', 'Sync'],
  ['quarantine', 'Sync'],
])

export const ON_PLATFORM = [
  ['Service health', 'pulse', paths.health],
  ['Administrators', 'person', paths.administrators],
  ['API keys', 'key', paths.keys],
  ['Activity', 'list', paths.platformActivity],
] as const satisfies readonly (readonly [string, IconName, () => object])[]

/** All that can be looked for, the rarer ones too. */
export const SCREENS: readonly (readonly [string, (tenant: string) => LinkProps])[] = [
  ...IN_TENANT.map(([name, , to]) => [name, to] as const),
  ['Quarantine', paths.quarantine],
  ['Held by the brake', paths.holds],
  ...SETTINGS,
]
