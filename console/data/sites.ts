/** Sites as forms write them: which kind there are, and a form's fields as the API takes them. */
import { queryOptions } from '@tanstack/react-query'
import type { Fields } from '../ui/form.tsx'
import { readObject } from '../ui/json.ts'
import { linesOf } from '../ui/lines.tsx'
import { api, type Item } from './api.ts'

export type Site = Item<'listSites'>
export type SiteId = Site['id']
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

export function kindOf({ gatewayOrigin, jwks }: Pick<Site, 'gatewayOrigin' | 'jwks'>): SiteKind {
  if (gatewayOrigin !== null) return 'gateway'
  return jwks === null ? 'secret' : 'keys'
}

/** Of a site behind the gateway all but the name follows from its origin. @throws Error for keys that are no JSON object */
export function settingsOf(field: Fields, kind: SiteKind) {
  const name = field('name').trim()
  if (kind === 'gateway') return { name }
  return {
    name,
    redirectUris: linesOf(field('redirectUris')),
    postLogoutRedirectUris: linesOf(field('postLogoutRedirectUris')),
    backchannelLogoutUri: field('backchannelLogoutUri').trim() || null,
    initiateLoginUri: field('initiateLoginUri').trim() || null,
    jwks: kind === 'keys' ? keysOf(field('jwks')) : null,
    refreshTokens: field('refreshTokens') === 'on',
  }
}

/** A JWK set, or one key. What is wrong with a key, the server says. */
function keysOf(text: string): NonNullable<Site['jwks']> {
  const read = readObject('Its public keys', text)
  return Array.isArray(read['keys']) ? { keys: read['keys'] } : { keys: [read] }
}
