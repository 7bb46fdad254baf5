/**
 * The OpenID providers of tenants, made on demand; the least used are dropped, so an issuer costs memory
 * only while somebody uses it. One is made anew when its tenant's keys are others, on whichever node
 * that was decided.
 */
import type { Provider } from 'oidc-provider'
import { isId, type TenantId } from '../lib/index.ts'
import type { Keys } from './keys.ts'
import type { Notices } from './notices.ts'
import { createProvider, type ProviderGiven } from './provider.ts'

const MOST_PROVIDERS = 300
/** A key that is withdrawn signs nothing more after that. */
const BELIEVED_MS = 2000

interface Made {
  readonly kids: string
  readonly provider: Provider
}

export function createProviders(
  given: ProviderGiven & { readonly keys: Keys; readonly notices: Notices },
) {
  const { keys, notices, clock } = given
  const known = new Map<TenantId, { readonly made: Promise<Made>; readonly until: number }>()

  async function make(tenantId: TenantId, before: Promise<Made> | undefined): Promise<Made> {
    const jwks = { keys: await keys.signingKeys(tenantId) }
    const kids = jwks.keys.map(({ kid }) => kid).join(' ')
    const old = await before?.catch(() => undefined)
    if (old?.kids === kids) return old
    const provider = createProvider(
      given,
      tenantId,
      jwks,
      async (siteId, accountId, sid, cause) => {
        if (isId('sit', siteId) && isId('idn', accountId))
          await notices.owe(tenantId, { siteId, identityId: accountId, sid }, cause)
      },
    )
    return { kids, provider }
  }

  return async function providerOf(tenantId: TenantId): Promise<Provider> {
    const now = clock().getTime()
    const found = known.get(tenantId)
    const isRecent = found !== undefined && found.until > now
    const entry = isRecent ? found : { made: make(tenantId, found?.made), until: now + BELIEVED_MS }
    known.delete(tenantId)
    known.set(tenantId, entry)
    const [oldest] = known.keys()
    if (known.size > MOST_PROVIDERS && oldest !== undefined) known.delete(oldest)
    entry.made.catch(() => known.delete(tenantId))
    return (await entry.made).provider
  }
}
