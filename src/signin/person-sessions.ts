/** The sessions of one person, as an administrator looks at them and ends them (SEC W-2). */
import { type Actor, type IdentityId, isId, type SiteId, type TenantId } from '../lib/index.ts'
import type { SessionEnd } from '../sessions/index.ts'
import type { Given } from './given.ts'
import type { Payloads } from './payloads.ts'

export interface PersonSession {
  readonly signedInAt: Date
  /** When it ends if it is not used again. */
  readonly endsAt: Date
  /** How they signed in, where the identity provider said so (RFC 8176). */
  readonly amr: readonly string[]
  /** Those that they went to. */
  readonly siteIds: readonly SiteId[]
}

export function createPersonSessions({
  db,
  clock,
  audit,
  payloads,
  endSessions,
}: Pick<Given, 'db' | 'clock' | 'audit'> & {
  readonly payloads: Payloads
  readonly endSessions: SessionEnd['endSessions']
}) {
  return {
    /** The latest first. */
    async listSessions(tenantId: TenantId, person: IdentityId): Promise<PersonSession[]> {
      const opened = await db.inTenant(tenantId, (trx) =>
        payloads.sessionsOf(trx, tenantId, [person]),
      )
      return opened
        .map(({ loginTs = 0, exp = 0, amr = [], authorizations = {} }) => ({
          signedInAt: new Date(loginTs * 1000),
          endsAt: new Date(exp * 1000),
          amr,
          siteIds: Object.keys(authorizations).filter((id) => isId('sit', id)),
        }))
        .filter(({ endsAt }) => endsAt > clock())
        .toSorted((a, b) => b.signedInAt.getTime() - a.signedInAt.getTime())
    },

    /** All of them, with what they gave; the sites are told. @returns how many */
    async endSessionsOf(actor: Actor, tenantId: TenantId, person: IdentityId): Promise<number> {
      return db.inTenant(tenantId, async (trx) => {
        const ended = await endSessions(trx, tenantId, [person], 'administrator')
        const details = { sessions: ended }
        await audit.record(trx, tenantId, actor, {
          act: 'signin.sessions.ended',
          object: person,
          details,
        })
        return ended
      })
    },
  }
}
