/** Puts signing in together. */
import type { Actor, TenantId } from '../lib/index.ts'
import { createSessionEnd } from '../sessions/index.ts'
import type { Connection } from '../tenants/index.ts'
import { createAllSessionsEnd } from './all-sessions.ts'
import { createAtHand } from './at-hand.ts'
import { createAuthority } from './authority.ts'
import { prepareTest } from './connection-test.ts'
import { createErasure } from './erasure.ts'
import { createDirectoryAccess } from './directory-access.ts'
import { expiringGrants } from './expiring-grants.ts'
import { countOwedNotices, failingSites } from './failing-sites.ts'
import { personAt } from './find-person.ts'
import { createFlows } from './flows.ts'
import type { Given } from './given.ts'
import { createLooks } from './looks.ts'
import { createKeys } from './keys.ts'
import { outcomesSince } from './outcomes.ts'
import { listNotices, type NoticeQuery } from './notice-log.ts'
import { createNotices } from './notices.ts'
import { createPayloads, type Payloads } from './payloads.ts'
import { createPendingWrites } from './pending-writes.ts'
import { createPersonSessions } from './person-sessions.ts'
import { createProvisioningGrants } from './provisioning-grants.ts'
import { createScimAccess } from './scim-access.ts'
import { createSignals } from './signals/index.ts'
import { createSignIns } from './sign-ins.ts'
import { createUpstream, type Verified } from './upstream.ts'

export type Signin = ReturnType<typeof createSignin>

export function createSignin(whole: Given) {
  const { clock, outbound } = whole
  const tenants = { ...whole.tenants, ...whole.tenants.known }
  const writes = createPendingWrites(whole)
  const given = { ...whole, tenants, writes }
  const payloads: Payloads = createPayloads(given)
  const grants = createProvisioningGrants({ ...given, forget: tenants.forgetCredentials })
  const keys = createKeys(given)
  const signIns = createSignIns(given)
  const looks = createLooks(given)
  const notices = createNotices({ ...given, keys })
  const now = () => clock().getTime()
  const upstream = createUpstream({ ...given, outbound, now })
  const end = createSessionEnd({ ...given, onOwed: notices.wake })
  const { endSessions, endUpstreamSession } = end
  const signals = createSignals({ ...given, endSessions, endUpstreamSession })
  const personSessions = createPersonSessions({ ...given, payloads, endSessions })
  const all = {
    ...given,
    payloads,
    keys,
    signIns,
    looks,
    grants,
    notices,
    upstream,
    upstreamByHand: createUpstream({ ...given, outbound, now, byHand: true }),
    signals,
    atHand: createAtHand(writes),
    flows: createFlows({ ...given, payloads }),
  }
  const authority = createAuthority(all)

  return {
    answer: authority.answer,
    /** For administrators, who sign in through it too. */
    upstream,
    personAt: (connection: Connection, verified: Verified) => personAt(given, connection, verified),
    /** For the loader: in its transaction, ends all that stands for people who are out. */
    endSessions,
    endAllSessions: createAllSessionsEnd({ ...given, ...end, payloads }),
    ...personSessions,
    ...createErasure({ ...given, payloads }),
    /** For the SCIM edge: which connection an access token may provision. */
    accessTokens: createScimAccess({ ...given, payloads, grants }),
    /** For the edge of the directory API: which site an access token is of. */
    readDirectoryToken: createDirectoryAccess({ ...given, payloads }),
    listGrants: grants.list,
    revokeGrant: grants.revoke,
    expiringGrants: (within: { readonly now: Date; readonly until: Date }) =>
      expiringGrants(whole.db, within),
    /** For whoever sets a connection up: an address to try it by. */
    prepareTest: (actor: Actor, connection: Connection) => prepareTest(all, actor, connection),
    signIns: signIns.signIns,
    findSignIn: signIns.findSignIn,
    outcomesSince: (since: Date) => outcomesSince(given, since),
    failingSites: () => failingSites(given),
    owedNotices: () => countOwedNotices(given),
    sweepSignIns: signIns.sweep,
    sweepNotices: notices.sweep,
    signals: signals.signals,
    sweepSignals: signals.sweep,
    listNotices: (tenantId: TenantId, query: NoticeQuery) => listNotices(whole.db, tenantId, query),
    listKeys: keys.listKeys,
    rotateKeys: keys.rotateKeys,
    sweepKeys: keys.sweep,
    /** Notices are owed, or will be once a transaction has ended. */
    noticesOwed: notices.wake,
    /** Begins to send notices. */
    start: () => notices.start(),
    stop: () => notices.stop(),
  }
}
