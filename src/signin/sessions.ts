/**
 * Ends all that stands for people who are out: sessions, grants, codes, tokens, on every node at
 * once, because none of them keeps any (SEC F-13). Each site with a session is owed a notice.
 */
import type { AdapterPayload } from 'oidc-provider'
import type { Transaction } from '../db/index.ts'
import { endAccess } from '../identity/index.ts'
import {
  type ConnectionId,
  type IdentityId,
  isId,
  type SiteId,
  type TenantId,
} from '../lib/index.ts'
import type { Given } from './given.ts'
import { oweNotices } from './notices.ts'
import type { Payloads } from './payloads.ts'

const PAGE = 500

export type Sessions = ReturnType<typeof createSessions>

export function createSessions(
  given: Pick<Given, 'db' | 'identity' | 'clock' | 'newId'> & {
    readonly payloads: Payloads
    /** Something may be owed once the transaction has ended. */
    readonly onOwed: () => void
    /** What else these people have. */
    readonly alsoEnd: (
      trx: Transaction,
      people: readonly IdentityId[],
      cause: string,
    ) => Promise<void>
  },
) {
  const { db, identity, clock, payloads, onOwed, alsoEnd } = given

  /** Of these people, those whom the connection has, as one source of theirs or the only one. */
  async function peopleAt(
    tenantId: TenantId,
    page: readonly IdentityId[],
    connectionId: ConnectionId,
  ): Promise<IdentityId[]> {
    const people = await identity.readMany(tenantId, page)
    const others = people.flatMap(({ joinedFrom }) => joinedFrom)
    const known =
      others.length === 0 ? people : [...people, ...(await identity.readMany(tenantId, others))]
    const there = known.filter((each) => each.connectionId === connectionId)
    return [...new Set(there.map(({ identityId, joinedTo }) => joinedTo ?? identityId))]
  }

  const sessions = {
    /** In the loader's transaction, so nobody is inactive and still signed in. Sign-ins under way end too. @returns how many sessions */
    async endSessions(
      trx: Transaction,
      tenantId: TenantId,
      people: readonly IdentityId[],
      cause: string,
    ): Promise<number> {
      await endAccess(trx, tenantId, people, clock())
      const opened = await payloads.sessionsOf(trx, tenantId, people)
      const owed = owedFor(opened)
      await oweNotices(given, trx, tenantId, owed, cause)
      await payloads.forget(trx, tenantId, people)
      await alsoEnd(trx, people, cause)
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
      const opened = await payloads.sessionsOfUpstream(trx, tenantId, upstreamSid)
      const owed = owedFor(opened)
      await oweNotices(given, trx, tenantId, owed, cause)
      await payloads.forgetSessions(
        trx,
        tenantId,
        opened.map(({ uid = '' }) => uid),
      )
      const people = [...new Set(opened.flatMap(({ accountId }) => personOf(accountId)))]
      await alsoEnd(trx, people, cause)
      if (owed.length > 0) onOwed()
      return { people, ended: opened.length }
    },

    /** Of all people of a tenant, or of one connection: it is suspended, or disabled. */
    async endAllSessions(
      tenantId: TenantId,
      cause: string,
      connectionId?: ConnectionId,
    ): Promise<void> {
      let after = ''
      for (;;) {
        const page = await payloads.peopleWithSessions(tenantId, after, PAGE)
        const people =
          connectionId === undefined ? page : await peopleAt(tenantId, page, connectionId)
        if (people.length > 0)
          await db.inTenant(tenantId, (trx) => sessions.endSessions(trx, tenantId, people, cause))
        const last = page.at(-1)
        if (last === undefined || page.length < PAGE) return
        after = last
      }
    },
  }
  return sessions
}

/** Each site that a session was used at is told. */
function owedFor(sessions: readonly AdapterPayload[]) {
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
