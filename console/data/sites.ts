/** Sites as forms write them: which kind there are, and a form's fields as the API takes them. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Fields } from '../ui/form.tsx'
import { readObject } from '../ui/json.ts'
import { linesOf } from '../ui/lines.tsx'
import { api, type Item } from './api.ts'
import { useOwnTenant, useRefusalOf } from './session.ts'
import { tenantQuery } from './tenants.ts'

export type Site = Item<'listSites'>
type SiteId = Site['id']
/** By what it shows who it is. */
export type SiteKind = 'secret' | 'keys' | 'gateway'

export const SITE_KINDS: Readonly<Record<SiteKind, string>> = {
  secret: 'client secret',
  keys: 'keys of its own',
  gateway: 'behind the gateway',
}

export const sitesKey = (tenant: string) => ['sites', tenant] as const

export const siteQuery = (tenant: string, site: string) =>
  queryOptions({
    queryKey: [...sitesKey(tenant), site],
    queryFn: () => api.readSite({ tenant, site: site as SiteId }),
  })

export function kindOf({
  gatewayOrigin,
  jwks,
  jwksUri,
}: Pick<Site, 'gatewayOrigin' | 'jwks' | 'jwksUri'>): SiteKind {
  if (gatewayOrigin !== null) return 'gateway'
  return jwks === null && jwksUri === null ? 'secret' : 'keys'
}

/** As against an administrator of the tenant. */
export const useIsOperator = (): boolean => useOwnTenant() === undefined

/** Why whoever is signed in may not register or change sites of a tenant; undefined: they may. */
export function useSitesRefusal(tenant: string): string | undefined {
  const refusal = useRefusalOf('createSite')
  const isOperator = useIsOperator()
  const isPermitted = useQuery(tenantQuery(tenant)).data?.sitesByAdministrators === true
  return (
    refusal ?? (!isOperator && !isPermitted ? 'Sites are for the operator to change.' : undefined)
  )
}

/**
 * Of a site behind the gateway all but the name follows from its origin. What a site may read is for
 * operators to say. @throws Error for keys that are missing, or no JSON object
 */
export function settingsOf(field: Fields, kind: SiteKind, isOperator: boolean) {
  const name = field('name').trim()
  if (kind === 'gateway') return { name }
  const jwks = kind === 'keys' ? field('jwks').trim() : ''
  const jwksUri = kind === 'keys' ? field('jwksUri').trim() : ''
  if (kind === 'keys' && jwks === '' && jwksUri === '')
    throw new Error('Give where it publishes its public keys, or the keys themselves.')
  return {
    name,
    redirectUris: linesOf(field('redirectUris')),
    postLogoutRedirectUris: linesOf(field('postLogoutRedirectUris')),
    backchannelLogoutUri: field('backchannelLogoutUri').trim() || null,
    initiateLoginUri: field('initiateLoginUri').trim() || null,
    jwks: jwks === '' ? null : keysOf(jwks),
    jwksUri: jwksUri || null,
    refreshTokens: field('refreshTokens') === 'on',
    parRequired: field('parRequired') === 'on',
    ...(isOperator && { directoryAccess: field('directoryAccess') === 'on' }),
  }
}

/** A JWK set, or one key. What is wrong with a key, the server says. */
export function keysOf(text: string): NonNullable<Site['jwks']> {
  const read = readObject('The public keys', text)
  return Array.isArray(read['keys']) ? { keys: read['keys'] } : { keys: [read] }
}
