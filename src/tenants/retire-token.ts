/** Ends a SCIM token where nothing fails by it: what whoever sets a connection up may do by themselves. */
import { type Actor, type ConnectionId, Refusal, type TenantId } from '../lib/index.ts'
import type { createScimTokens } from './scim-tokens.ts'
import type { Given, ScimToken } from './types.ts'

/** A use is noted once a minute, so it may have been used so much later. */
const COARSE_MS = 60_000

type Tokens = Pick<ReturnType<typeof createScimTokens>, 'listTokens' | 'revokeToken'>

export function createTokenRetiring({ listTokens, revokeToken }: Tokens, { clock }: Given) {
  return {
    /**
     * As `revokeToken`, of one that was never used, or after all of whose uses another live one was.
     * @throws Refusal `conflict` while the identity provider seems to use it; `not_found`
     */
    async retireToken(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      lookupId: string,
    ): Promise<ScimToken> {
      const tokens = await listTokens(tenantId, connectionId)
      const lastUsedAt = tokens.find((token) => token.lookupId === lookupId)?.lastUsedAt ?? null
      const isFollowed = tokens.some(
        (other) =>
          other.revokedAt === null && other.expiresAt > clock() && isLater(other, lastUsedAt),
      )
      if (lastUsedAt !== null && !isFollowed)
        throw new Refusal(
          'conflict',
          'No other token was used a minute after this one. Enter it at the identity provider, save, and test there.',
        )
      return revokeToken(actor, tenantId, connectionId, lookupId)
    },
  }
}

function isLater({ lastUsedAt }: ScimToken, than: Date | null): boolean {
  return lastUsedAt !== null && lastUsedAt.getTime() >= (than?.getTime() ?? 0) + COARSE_MS
}
