/** What several pages ask of a tenant. */
import { queryOptions } from '@tanstack/react-query'
import { plural } from '../ui/format.ts'
import { api, type Item, type Reply } from './api.ts'

export type Tenant = Reply<'readTenant'>
export type Connection = Tenant['connections'][number]
export type Identity = Item<'listIdentities'>

export const tenantQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['tenant', tenant],
    queryFn: () => api.readTenant({ tenant }),
    staleTime: 30_000,
  })

export type Pipeline = Reply<'readSync'>

/** How far the loading of a tenant is. */
export const syncQuery = (tenant: string) =>
  queryOptions({ queryKey: ['sync', tenant], queryFn: () => api.readSync({ tenant }) })

export const KINDS: Readonly<Record<Connection['kind'], string>> = {
  okta: 'Okta',
  entra: 'Microsoft Entra ID',
  other: 'Other provider',
}

/** People and memberships that the brake holds, or groups, where it is whole ones that would be deleted. */
export function howMuchIsHeld({ held, heldMembers, heldGroups }: Pipeline): number {
  return held + Math.max(heldMembers, heldGroups)
}

export function whatIsHeld({ held, heldMembers, heldGroups }: Pipeline): string {
  const groups = plural(heldGroups, 'group')
  return [
    held > 0 && plural(held, 'person', 'people'),
    heldMembers > 0 && `${plural(heldMembers, 'membership')} of ${groups}`,
    heldMembers === 0 && heldGroups > 0 && groups,
  ]
    .filter((part) => part !== false)
    .join(' and ')
}
