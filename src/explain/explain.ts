/** Gathers what every part knows of one person, and adds the verdict. */
import type { Loader, Progress, Role, RulesOfConnections } from '../etl/index.ts'
import type { Identity, IdentityBrief, IdentityEvent, IdentityStore } from '../identity/index.ts'
import { type ConnectionId, isId, Refusal, type TenantId } from '../lib/index.ts'
import type { SignIn, Signin } from '../signin/index.ts'
import type { StagedPerson, Sync } from '../sync/index.ts'
import type { ClaimTypeMapping, Connection, Tenants } from '../tenants/index.ts'
import { NOBODY, type Verdict, verdictOf } from './verdict.ts'

const EVENTS = 10
const SIGN_INS = 5
const GROUPS = 50

export interface Explanation {
  readonly verdict: Verdict
  readonly connection: Connection
  readonly mapping: ClaimTypeMapping | undefined
  /** As the IdP last said it. */
  readonly staged: StagedPerson | undefined
  readonly progress: Progress | undefined
  /** As sites know them. */
  readonly identity: Identity | undefined
  readonly groups: readonly IdentityBrief[]
  readonly roles: readonly Role[]
  /** The latest first. */
  readonly events: readonly IdentityEvent[]
  readonly signIns: readonly SignIn[]
}

export interface Explained {
  /** What was looked up: for a reference, what that sign-in brought. */
  readonly asked: string
  /** The sign-in of the reference. */
  readonly signIn: SignIn | undefined
  /** One for each person that it may mean; usually one. */
  readonly people: readonly Explanation[]
  /** Of the only or first person; of nobody when there is none. */
  readonly verdict: Verdict
}

export interface ExplainGiven {
  readonly tenants: Tenants
  readonly sync: Pick<Sync, 'findStagedPeople'>
  readonly loader: Pick<Loader, 'progress'>
  readonly identity: IdentityStore
  readonly rules: Pick<RulesOfConnections, 'rolesOf'>
  readonly signin: Pick<Signin, 'signIns' | 'findSignIn'>
}

export type Explain = ReturnType<typeof createExplain>

export function createExplain(given: ExplainGiven) {
  const { tenants, sync, identity } = given

  return {
    /**
     * @param who  userName, FQN present or old, e-mail, externalId, an id of ours, or the reference
     *             of a sign-in
     * @throws Refusal `not_found` for a reference that no sign-in of this tenant has
     */
    async explain(tenantId: TenantId, who: string): Promise<Explained> {
      const signIn = await signInOf(given, tenantId, who)
      const asked = signIn === undefined ? who.trim() : soughtBy(signIn)
      const connections = await tenants.allConnections(tenantId)
      const ids = connections.map(({ connectionId }) => connectionId)
      const [people, staged] = await Promise.all([
        identity.findPeople(tenantId, ids, asked),
        sync.findStagedPeople(tenantId, ids, asked),
      ])
      const pairs = await pairUp(given, tenantId, ids, people, staged)
      const explanations = await Promise.all(
        pairs.flatMap((pair) => {
          const of = pair.identity?.connectionId ?? pair.staged?.connectionId
          const connection = connections.find(({ connectionId }) => connectionId === of)
          return connection === undefined ? [] : [explainOne(given, tenantId, connection, pair)]
        }),
      )
      const [first] = explanations
      return { asked, signIn, people: explanations, verdict: first?.verdict ?? NOBODY }
    },
  }
}

async function signInOf(
  { signin }: ExplainGiven,
  tenantId: TenantId,
  who: string,
): Promise<SignIn | undefined> {
  const reference = who.trim()
  if (!isId('sgn', reference)) return undefined
  const found = await signin.findSignIn(reference)
  if (found?.tenantId === tenantId) return found
  throw new Refusal('not_found', `No sign-in of this tenant has the reference ${reference}.`)
}

/** Whom a sign-in was about: the identity it found, else the claim's value that it looked up. */
function soughtBy({ identityId, steps }: SignIn): string {
  const seen = steps.map((step) => step['value'] ?? step['subject']).findLast(isText)
  return identityId ?? seen ?? ''
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

interface Pair {
  readonly identity: Identity | undefined
  readonly staged: StagedPerson | undefined
}

/** Brings together what the IdP said and who that is; either may be missing. */
async function pairUp(
  { sync, identity }: ExplainGiven,
  tenantId: TenantId,
  connections: readonly ConnectionId[],
  people: readonly Identity[],
  staged: readonly StagedPerson[],
): Promise<Pair[]> {
  const ofPeople = people.map(async (person): Promise<Pair> => {
    const known = staged.find(({ resourceId }) => resourceId === person.resourceId)
    const [found] =
      known === undefined
        ? await sync.findStagedPeople(tenantId, connections, person.resourceId)
        : [known]
    return { identity: person, staged: found }
  })
  const alone = staged.filter(
    ({ resourceId }) => !people.some((person) => person.resourceId === resourceId),
  )
  const ofStaged = alone.map(async (each): Promise<Pair> => {
    const [found] = await identity.findPeople(tenantId, connections, each.resourceId)
    return { identity: found, staged: each }
  })
  return Promise.all([...ofPeople, ...ofStaged])
}

async function explainOne(
  { tenants, loader, identity, rules, signin }: ExplainGiven,
  tenantId: TenantId,
  connection: Connection,
  { identity: person, staged }: Pair,
): Promise<Explanation> {
  const resourceId = staged?.resourceId ?? person?.resourceId ?? ''
  const [tenant, mappings, progress, groups, roles, events, signIns] = await Promise.all([
    tenants.readTenant(tenantId),
    tenants.listMappings(tenantId),
    loader.progress(tenantId, resourceId),
    person === undefined ? [] : identity.groupsOf(tenantId, person.identityId, GROUPS),
    person === undefined ? [] : rules.rolesOf(tenantId, person),
    person === undefined ? [] : identity.eventsOf(tenantId, person.identityId, { limit: EVENTS }),
    person === undefined
      ? []
      : signin.signIns(tenantId, { limit: SIGN_INS, identityId: person.identityId }),
  ])
  const known = { connection, mappings, staged, identity: person, progress }
  return {
    verdict: verdictOf({ ...known, tenant: tenant ?? { suspendedAt: null } }),
    connection,
    mapping: mappings.find(
      ({ connectionId, issuer }) =>
        connectionId === connection.connectionId && issuer === connection.issuer,
    ),
    staged,
    progress,
    identity: person,
    groups,
    roles,
    events,
    signIns,
  }
}
