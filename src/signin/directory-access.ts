/**
 * Tokens for the directory API of a tenant (RFC 8707): a site that an operator lets read it gets one by
 * its own credentials, for that audience and nothing else. A person's sign-in gives no such token, so
 * it tells a site of that person alone.
 */
import { type Client as OidcClient, errors, type KoaContextWithOIDC } from 'oidc-provider'
import { type SiteId, type TenantId } from '../lib/index.ts'
import { authorityOf } from '../tenants/index.ts'
import { DIRECTORY_SCOPE, isProvisioning } from './clients.ts'
import type { Given } from './given.ts'
import type { Payloads } from './payloads.ts'

const TOKEN_SECONDS = 10 * 60

export function createDirectoryAccess({
  tenants,
  payloads,
  publicUrl,
}: Pick<Given, 'tenants' | 'publicUrl'> & { readonly payloads: Payloads }) {
  /** The site that this token lets read the people and groups of the tenant; undefined: no site. */
  return async (tenantId: TenantId, token: string): Promise<SiteId | undefined> => {
    const payload = await payloads.find(tenantId, 'ClientCredentials', token)
    const { aud, clientId, scope = '' } = payload ?? {}
    const isForIt = aud === directoryOf(publicUrl, tenantId)
    if (!isForIt || !scope.split(' ').includes(DIRECTORY_SCOPE)) return undefined
    const client = await tenants.readClient(tenantId, clientId ?? '')
    return client?.kind === 'site' && client.directoryAccess ? client.siteId : undefined
  }
}

/** What the provider asks of resources; `resource` may be left out where there is only one to mean. */
export function directoryResource(publicUrl: string, tenantId: TenantId) {
  const directory = directoryOf(publicUrl, tenantId)
  const isAsked = ({ oidc }: KoaContextWithOIDC, client?: OidcClient) =>
    oidc.params?.['grant_type'] === 'client_credentials' && !isProvisioning(client)
  return {
    enabled: true,
    defaultResource: async (ctx: KoaContextWithOIDC, client?: OidcClient) =>
      isAsked(ctx, client) ? directory : [],
    getResourceServerInfo: async (
      ctx: KoaContextWithOIDC,
      resource: string,
      client: OidcClient,
    ) => {
      if (resource !== directory || !isAsked(ctx, client))
        throw new errors.InvalidTarget('there is no such resource for this client and grant')
      return {
        scope: DIRECTORY_SCOPE,
        audience: directory,
        accessTokenTTL: TOKEN_SECONDS,
        accessTokenFormat: 'opaque' as const,
      }
    },
  }
}

function directoryOf(publicUrl: string, tenantId: TenantId): string {
  return `${authorityOf(publicUrl, tenantId)}/directory`
}
