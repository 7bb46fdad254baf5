/** The screens of a tenant by their names, for the navigation and for who looks for one. */
import { paths } from '../paths.ts'
import type { IconName } from '../ui/icons.tsx'

export const IN_TENANT = [
  ['Tenant', 'plug', paths.tenant],
  ['People', 'person', paths.people],
  ['Groups', 'group', paths.groups],
  ['Why?', 'question', paths.why],
  ['Sync', 'sync', paths.sync],
  ['Provisioning log', 'list', paths.provisioning],
  ['Sign-in log', 'key', paths.signIns],
  ['Sites', 'window', paths.sites],
  ['Rules', 'rule', paths.rules],
  ['Claim type mappings', 'check', paths.mappings],
  ['Administrators', 'person', paths.tenantAdministrators],
  ['API keys', 'key', paths.tenantKeys],
  ['Activity', 'list', paths.activity],
] as const satisfies readonly (readonly [string, IconName, (tenant: string) => object])[]

export const ON_PLATFORM = [
  ['Administrators', 'person', paths.administrators],
  ['API keys', 'key', paths.keys],
  ['Activity', 'list', paths.platformActivity],
] as const satisfies readonly (readonly [string, IconName, () => object])[]
