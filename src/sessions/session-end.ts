/**
 * Ends all that stands for people who are out: sessions, grants, codes, tokens, on every node at
 * once, because none of them keeps any (SEC F-13). Each site with a session is owed a notice.
 */
import type { AdapterPayload } from 'oidc-provider'
import type { Transaction } from '../db/index.ts'
import { endAccess } from '../identity/index.ts'
import {
  type Clock,
  type IdentityId,
  isId,
  type MasterKey,
  type NewId,
  type SiteId,
  type TenantId,
} from '../lib/index.ts'
import { endLinkedSessions } from './linked-administrators.ts'
import { type Owed, oweNotices } from './owed-notices.ts'
import { createSessionRows } from './session-rows.ts'

export interface SessionEndGiven {
  readonly clock: Clock
  readonly newId: NewId
  readonly masterKey: MasterKey
  /** Something may be owed once the transaction has ended. */
  readonly onOwed: () => void
}

export type SessionEnd = ReturnType<typeof createSessionEnd>

export function createSessionEnd(given: SessionEndGiven) {
  const { clock, masterKey, onOwed } = given
  const rows = createSessionRows(masterKey)

  return {
    /** In the loader's transaction, so nobody is inactive and still signed in. Sign-ins under way end too. @returns how many sessions */
    async endSessions(
      trx: Transaction,
      tenantId: TenantId,
      people: readonly IdentityId[],
      cause: string,
    ): Promise<number> {
      const now = clock()
      await endAccess(trx, tenantId, people, now)
      const opened = await rows.sessionsOf(trx, tenantId, people)
      const owed = owedFor(opened)
      await oweNotices(given, trx, tenantId, owed, cause)
      await rows.forget(trx, tenantId, people)
      await endLinkedSessions(trx, people, cause, now)
      if (owed.length > 0) onOwed()
      return opened.length
    },

    /**
     * What came of one session at an identity provider, and nothing else of the same person, but for what they
     * opened in the console by signing in there. @returns whose, and how many
     */
    async endUpstreamSession(
      trx: Transaction,
      tenantId: TenantId,
      upstreamSid: string,
      cause: string,
    ): Promise<{ readonly people: readonly IdentityId[]; readonly ended: number }> {
      const opened = await rows.sessionsOfUpstream(trx, tenantId, upstreamSid)
      const owed = owedFor(opened)
      await oweNotices(given, trx, tenantId, owed, cause)
      await rows.forgetSessions(
        trx,
        tenantId,
        opened.map(({ uid = '' }) => uid),
      )
      const people = [...new Set(opened.flatMap(({ accountId }) => personOf(accountId)))]
      await endLinkedSessions(trx, people, cause, clock())
      if (owed.length > 0) onOwed()
      return { people, ended: opened.length }
    },
  }
}

/** Each site that a session was used at is told. */
function owedFor(sessions: readonly AdapterPayload[]): Owed[] {
  return sessions.flatMap(({ accountId, authorizations }) =>
    Object.entries(authorizations ?? {}).flatMap(([siteId, { sid }]) =>
      personOf(accountId).flatMap((identityId) =>
        isId('sit', siteId) && sid !== undefined
          ? [{ siteId: siteId satisfies SiteId, identityId, sid }]
          : [],
      ),
    ),
  )
}

function personOf(accountId: string | undefined): IdentityId[] {
  return isId('idn', accountId) ? [accountId] : []
}
