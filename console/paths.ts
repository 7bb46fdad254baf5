/** Every link of the console. State that matters is in the address, so each of these can be sent to somebody. */
import { linkOptions } from '@tanstack/react-router'

interface SignInSearch {
  readonly entry?: string
  readonly person?: string
  readonly site?: string
  readonly connection?: string
}

export const paths = {
  overview: (search: { q?: string } = {}) => linkOptions({ to: '/', search }),
  account: () => linkOptions({ to: '/account' }),
  health: () => linkOptions({ to: '/health' }),
  administrators: () => linkOptions({ to: '/administrators' }),
  keys: () => linkOptions({ to: '/keys' }),
  platformActivity: () => linkOptions({ to: '/activity' }),
  onboard: () => linkOptions({ to: '/onboard' }),
  tenant: (tenant: string) => linkOptions({ to: '/tenants/$tenant', params: { tenant } }),
  people: (tenant: string, search: { q?: string; state?: PersonState } = {}) =>
    linkOptions({ to: '/tenants/$tenant/people', params: { tenant }, search }),
  person: (tenant: string, person: string) =>
    linkOptions({ to: '/tenants/$tenant/people/$person', params: { tenant, person } }),
  groups: (tenant: string, search: { q?: string } = {}) =>
    linkOptions({ to: '/tenants/$tenant/groups', params: { tenant }, search }),
  group: (tenant: string, group: string) =>
    linkOptions({ to: '/tenants/$tenant/groups/$group', params: { tenant, group }, search: {} }),
  why: (tenant: string, person = '') =>
    linkOptions({
      to: '/tenants/$tenant/why',
      params: { tenant },
      search: person === '' ? {} : { person },
    }),
  sync: (tenant: string) => linkOptions({ to: '/tenants/$tenant/sync', params: { tenant } }),
  run: (tenant: string, run: string) =>
    linkOptions({ to: '/tenants/$tenant/sync/runs/$run', params: { tenant, run } }),
  holds: (tenant: string, search: { show?: 'kept' } = {}) =>
    linkOptions({ to: '/tenants/$tenant/holds', params: { tenant }, search }),
  quarantine: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/quarantine', params: { tenant } }),
  provisioning: (
    tenant: string,
    search: { entry?: string; resource?: string; text?: string } = {},
  ) => linkOptions({ to: '/tenants/$tenant/provisioning', params: { tenant }, search }),
  signIns: (tenant: string, search: SignInSearch = {}) =>
    linkOptions({ to: '/tenants/$tenant/sign-ins', params: { tenant }, search }),
  addConnection: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/connections/add', params: { tenant } }),
  connection: (
    tenant: string,
    connection: string,
    search: { part?: ConnectionPart; test?: string } = {},
  ) =>
    linkOptions({
      to: '/tenants/$tenant/connections/$connection',
      params: { tenant, connection },
      search,
    }),
  sites: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/sites', params: { tenant }, search: {} }),
  registerSite: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/sites/register', params: { tenant } }),
  site: (tenant: string, site: string) =>
    linkOptions({ to: '/tenants/$tenant/sites/$site', params: { tenant, site } }),
  rules: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/rules', params: { tenant }, search: {} }),
  tenantAdministrators: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/administrators', params: { tenant } }),
  tenantKeys: (tenant: string) => linkOptions({ to: '/tenants/$tenant/keys', params: { tenant } }),
  settings: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/settings', params: { tenant } }),
  domains: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/settings/domains', params: { tenant } }),
  branding: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/settings/branding', params: { tenant } }),
  mappings: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/settings/mappings', params: { tenant } }),
  signingKeys: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/settings/signing-keys', params: { tenant } }),
  warnings: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/settings/warnings', params: { tenant } }),
  joining: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/settings/joining', params: { tenant } }),
  brake: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/settings/brake', params: { tenant } }),
  events: (tenant: string) => linkOptions({ to: '/tenants/$tenant/events', params: { tenant } }),
  activity: (tenant: string) =>
    linkOptions({ to: '/tenants/$tenant/activity', params: { tenant } }),
}
export type PersonState = 'active' | 'inactive' | 'deleted' | 'joined'
export type ConnectionPart = 'provisioning' | 'setup' | 'dialect' | 'schemas'
