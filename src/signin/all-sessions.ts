/** Ends the sessions of all people of a tenant, or of one connection: it is suspended, or disabled. */
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'
import type { SessionEnd } from '../sessions/index.ts'
import type { Given } from './given.ts'
import type { Payloads } from './payloads.ts'

const PAGE = 500

export function createAllSessionsEnd({
  db,
  identity,
  payloads,
  endSessions,
}: Pick<Given, 'db' | 'identity'> &
  Pick<SessionEnd, 'endSessions'> & { readonly payloads: Payloads }) {
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

  return async (tenantId: TenantId, cause: string, connectionId?: ConnectionId): Promise<void> => {
    let after = ''
    for (;;) {
      const page = await payloads.peopleWithSessions(tenantId, after, PAGE)
      const people =
        connectionId === undefined ? page : await peopleAt(tenantId, page, connectionId)
      if (people.length > 0)
        await db.inTenant(tenantId, (trx) => endSessions(trx, tenantId, people, cause))
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) return
      after = last
    }
  }
}
