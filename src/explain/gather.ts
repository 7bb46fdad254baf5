/** Gathers what every part knows of one person, and adds the verdict. */
import type { JoiningOf, Kept, Loader, Progress, Role, RulesOfConnections } from '../etl/index.ts'
import type { Identity, IdentityBrief, IdentityEvent, IdentityStore } from '../identity/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import type { SignIn, Signin } from '../signin/index.ts'
import type { StagedPerson, Sync } from '../sync/index.ts'
import type { ClaimTypeMapping, Connection, Tenants } from '../tenants/index.ts'
import type { Known, Verdict } from './known.ts'
import { mappingOf, valueAt } from './of-set-up.ts'
import { verdictOf } from './verdict.ts'

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
  /** Whom sites know them as and who else is one person with them, as their own connections have them; else empty. */
  readonly sources: readonly Identity[]
  /** With whom they are one person, or why with nobody. */
  readonly joining: JoiningOf | null
  readonly groups: readonly IdentityBrief[]
  /** Of the groups, by identity: those that they are in only because the brake holds it. */
  readonly kept: ReadonlyMap<string, Kept>
  readonly roles: readonly Role[]
  /** The latest first. */
  readonly events: readonly IdentityEvent[]
  readonly signIns: readonly SignIn[]
}

export interface ExplainGiven {
  readonly tenants: Tenants
  readonly sync: Pick<Sync, 'findStagedPeople' | 'activeAmong'>
  readonly loader: Pick<Loader, 'progress' | 'keptMemberships'>
  readonly identity: IdentityStore
  readonly rules: Pick<RulesOfConnections, 'rolesOf' | 'joiningOf'>
  readonly signin: Pick<Signin, 'signIns' | 'findSignIn'>
}

/** One explanation for each person that these are; what the IdP said and who that is belong together. */
export async function explainPeople(
  given: ExplainGiven,
  tenantId: TenantId,
  connections: readonly Connection[],
  people: readonly Identity[],
  staged: readonly StagedPerson[],
): Promise<Explanation[]> {
  const ids = connections.map(({ connectionId }) => connectionId)
  const pairs = await pairUp(given, tenantId, ids, people, staged)
  return Promise.all(
    pairs.flatMap((pair) => {
      const of = pair.identity?.connectionId ?? pair.staged?.connectionId
      const connection = connections.find(({ connectionId }) => connectionId === of)
      return connection === undefined
        ? []
        : [explainOne(given, tenantId, { connection, connections }, pair)]
    }),
  )
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
  at: { readonly connection: Connection; readonly connections: readonly Connection[] },
  { identity: source, staged }: Pair,
): Promise<Explanation> {
  const { connection } = at
  const resourceId = staged?.resourceId ?? source?.resourceId ?? ''
  const [person, ...others] = await sourcesOf({ identity }, tenantId, source)
  const [tenant, mappings, progress, joining, groups, roles, events, signIns] = await Promise.all([
    tenants.readTenant(tenantId),
    tenants.listMappings(tenantId),
    progressOf({ loader }, tenantId, resourceId, person),
    source === undefined ? null : rules.joiningOf(tenantId, source),
    person === undefined ? [] : identity.groupsOf(tenantId, person.identityId, { limit: GROUPS }),
    person === undefined ? [] : rules.rolesOf(tenantId, person),
    source === undefined ? [] : identity.eventsOf(tenantId, source.identityId, { limit: EVENTS }),
    person === undefined
      ? []
      : signin.signIns(tenantId, { limit: SIGN_INS, identityId: person.identityId }),
  ])
  const kept = await loader.keptMemberships(
    tenantId,
    [resourceId, ...others.map((other) => other.resourceId), person?.resourceId ?? ''],
    groups.map(({ identityId }) => identityId),
  )
  const sources = person === undefined || others.length === 0 ? [] : [person, ...others]
  const ways = at.connections.filter(
    (each) =>
      each !== connection && sources.some(({ connectionId }) => connectionId === each.connectionId),
  )
  const known = { connection, others: ways, mappings, staged, identity: person, sources, progress }
  const alike = await alikeOf({ identity }, tenantId, known)
  return {
    verdict: verdictOf({ ...known, alike, tenant: tenant ?? { suspendedAt: null } }),
    connection,
    mapping: mappingOf(known),
    staged,
    progress,
    identity: source,
    sources,
    joining,
    groups,
    kept,
    roles,
    events,
    signIns,
  }
}

/** As a sign-in asks, through each of their connections. */
async function alikeOf(
  { identity }: Pick<ExplainGiven, 'identity'>,
  tenantId: TenantId,
  known: Omit<Known, 'tenant' | 'alike'>,
): Promise<Known['alike']> {
  const alike = new Map<ConnectionId, readonly Identity[]>()
  for (const connection of [known.connection, ...known.others]) {
    const at = { ...known, connection }
    const [mapping, value] = [mappingOf(at), valueAt(at)]
    if (mapping === undefined || value === null) continue
    const { connectionId } = connection
    const source = { matches: mapping.matches, value }
    alike.set(connectionId, await identity.findBySource(tenantId, connectionId, source))
  }
  return alike
}

/** Whom sites know them as, then who is one person with that. */
async function sourcesOf(
  { identity }: Pick<ExplainGiven, 'identity'>,
  tenantId: TenantId,
  source: Identity | undefined,
): Promise<Identity[]> {
  if (source === undefined) return []
  const person = source.joinedTo === null ? source : await identity.read(tenantId, source.joinedTo)
  if (person === undefined || person.joinedFrom.length === 0) return [person ?? source]
  return [person, ...(await identity.readMany(tenantId, person.joinedFrom))]
}

/** Of what the identity provider sent, and of the leaving of whom sites know. */
async function progressOf(
  { loader }: Pick<ExplainGiven, 'loader'>,
  tenantId: TenantId,
  resourceId: string,
  person: Identity | undefined,
): Promise<Progress> {
  const progress = await loader.progress(tenantId, { resourceId, joinedFrom: [] })
  if (person === undefined || person.joinedFrom.length === 0) return progress
  const { hasLeft, heldAt, keptAt } = await loader.progress(tenantId, person)
  return { ...progress, hasLeft, heldAt, keptAt }
}
