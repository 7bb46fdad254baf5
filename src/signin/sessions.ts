/**
 * Ends all that stands for people who are out: sessions, grants, codes, tokens, on every node at
 * once, because none of them keeps any (SEC F-13). Each site with a session is owed a notice.
 */
import type { Transaction } from '../db/index.ts'
import { type IdentityId, isId, type SiteId, type TenantId } from '../lib/index.ts'
import type { Given } from './given.ts'
import { oweNotices } from './notices.ts'
import type { Payloads } from './payloads.ts'

export function createSessions(
  given: Pick<Given, 'clock' | 'newId'> & {
    readonly payloads: Payloads
    /** Something may be owed once the transaction has ended. */
    readonly onOwed: () => void
  },
) {
  const { payloads, onOwed } = given
  return {
    /** In the loader's transaction, so nobody is inactive and still signed in. */
    async endSessions(
      trx: Transaction,
      tenantId: TenantId,
      people: readonly IdentityId[],
      cause: string,
    ): Promise<void> {
      const sessions = await payloads.sessionsOf(trx, tenantId, people)
      const owed = sessions.flatMap(({ accountId, authorizations }) =>
        Object.entries(authorizations ?? {}).flatMap(([siteId, { sid }]) =>
          isId('sit', siteId) && isId('idn', accountId) && sid !== undefined
            ? [{ siteId: siteId satisfies SiteId, identityId: accountId, sid }]
            : [],
        ),
      )
      await oweNotices(given, trx, tenantId, owed, cause)
      await payloads.forget(trx, tenantId, people)
      if (owed.length > 0) onOwed()
    },
  }
}
