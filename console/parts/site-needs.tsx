/** What is to be entered at a site, or at the proxy in front of it, to copy. */
import { kindOf, type Site } from '../data/sites.ts'
import { Copy, CopyOnce } from '../ui/copy.tsx'
import { Panel } from '../ui/page.tsx'

interface SiteNeedsProps {
  readonly site: Site
  /** Where it was just made. */
  readonly clientSecret?: string | null
}

export function SiteNeeds({ site, clientSecret = null }: SiteNeedsProps) {
  const { authority, gatewayUrl, startUrl } = site
  return (
    <Panel title="What your site needs">
      <div className="stack">
        {clientSecret !== null && <CopyOnce label="Client secret" value={clientSecret} />}
        {gatewayUrl === null ? (
          <>
            <Copy label="Issuer" value={authority} />
            <Copy label="Discovery" value={`${authority}/.well-known/openid-configuration`} />
            <Copy label="Client id" value={site.id} />
            {site.redirectUris.map((uri) => (
              <Copy key={uri} label="Redirect URI" value={uri} />
            ))}
          </>
        ) : (
          <>
            <Copy label="For nginx (auth_request)" value={`${gatewayUrl}/check`} />
            <Copy label="For Traefik and Caddy (forward auth)" value={`${gatewayUrl}/forward`} />
          </>
        )}
        {startUrl !== null && (
          <Copy label="Start address, for a tile in the dashboard" value={startUrl} />
        )}
        {gatewayUrl === null && <Copy label="As settings" value={asSettings(site)} />}
      </div>
    </Panel>
  )
}

/** By the names that most libraries have for them. The secret is left out: it is kept elsewhere. */
function asSettings(site: Site): string {
  return [
    `OIDC_ISSUER=${site.authority}`,
    `OIDC_CLIENT_ID=${site.id}`,
    `OIDC_REDIRECT_URI=${site.redirectUris[0] ?? ''}`,
    `OIDC_SCOPE="openid profile email${site.refreshTokens ? ' offline_access' : ''}"`,
    `OIDC_CLIENT_AUTHENTICATION=${kindOf(site) === 'keys' ? 'private_key_jwt' : 'client_secret_basic'}`,
  ].join('\n')
}
