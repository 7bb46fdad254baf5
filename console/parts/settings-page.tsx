/** One of the pages of a tenant's settings, with the way to the others. */
import type { ReactNode } from 'react'
import { paths } from '../paths.ts'
import { Page } from '../ui/page.tsx'
import { InTenant } from './names.tsx'
import { Sections } from './sections.tsx'

export const SETTINGS = [
  ['Domains', paths.domains],
  ['Branding', paths.branding],
  ['Claim type mappings', paths.mappings],
  ['Signing keys', paths.signingKeys],
  ['Joining', paths.joining],
  ['Brake', paths.brake],
  ['Warnings', paths.warnings],
] as const satisfies readonly (readonly [string, (tenant: string) => object])[]

interface SettingsPageProps {
  readonly tenant: string
  readonly title: string
  readonly lead: string
  readonly children: ReactNode
}

export function SettingsPage({ tenant, title, lead, children }: SettingsPageProps) {
  return (
    <Page title={title} above={<InTenant tenant={tenant} />} lead={lead}>
      <Sections
        label="Settings"
        links={SETTINGS.map(([name, to]) => [name, to(tenant)] as const)}
      />
      {children}
    </Page>
  )
}
