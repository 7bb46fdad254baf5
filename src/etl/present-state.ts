/**
 * What a batch looks at: the present state of what its rows name and, where people are joined, of everybody whose
 * being one with them may change by it. Those are looked at as if they had been named, so that who somebody is
 * follows from what the identity providers say now and from nothing else.
 *
 * They are few: who shares a value with somebody named is one of each connection, or all stay apart.
 */
import type { Transaction } from '../db/index.ts'
import { type Identity, presentIdentities } from '../identity/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import { type Pending, presentResources, type PresentResource } from '../sync/index.ts'
import { type Joining, readJoining } from './joining-rule.ts'
import { othersWith, valuesOf, type WithValue, writeValues } from './joining-values.ts'
import type { Lease } from './lease.ts'
import { inPieces } from './pieces.ts'
import { identityIdOf, personResourceOf } from './transform.ts'

export interface PresentState {
  /** With those that are looked at besides. */
  readonly pending: readonly Pending[]
  /** Of these rows nobody asked. */
  readonly drawn: ReadonlySet<Pending>
  readonly resources: ReadonlyMap<string, PresentResource>
  /** As they are, by resource. */
  readonly identities: ReadonlyMap<string, Identity>
  /** Undefined where the tenant never had a rule that joins people. */
  readonly joining: (Joining & { readonly groups: readonly Group[] }) | undefined
}

/** Whose being one is looked at: everybody who has one value. */
export type Group = readonly WithValue[]

export async function presentState(
  trx: Transaction,
  { labels, now }: { readonly labels: ReadonlyMap<ConnectionId, string>; readonly now: Date },
  lease: Lease,
  pending: readonly Pending[],
): Promise<PresentState> {
  const { tenantId } = lease
  const named = pending.filter(({ memberId }) => memberId === null)
  const requests = new Map(named.map(({ resourceId, requestId }) => [resourceId, requestId]))
  const ids = [...requests.keys()]
  const state = await readState(trx, tenantId, ids)
  const people = ids.filter((id) => id.startsWith('usr_'))
  if (!lease.hasJoining || people.length === 0)
    return { ...state, pending, drawn: new Set(), joining: undefined }
  const joining = await readJoining(trx, tenantId, lease.joiningVersion, labels.keys())
  const own = await writeDown(trx, tenantId, joining, people, state)
  const all = await readAround(trx, tenantId, joining, own, { ...state, requests })
  const connections = new Map(
    [...all.groups.flat(), ...all.identities.values()].map((each) => [
      each.resourceId,
      each.connectionId,
    ]),
  )
  const drawn = [...all.requests].flatMap(([resourceId, requestId]): Pending[] => {
    const connectionId = connections.get(resourceId)
    if (connectionId === undefined || requests.has(resourceId)) return []
    const nobodys = { memberId: null, writtenAt: now, tries: 0 }
    return [{ ...nobodys, connectionId, resourceId, requestId }]
  })
  return {
    ...all,
    pending: [...pending, ...drawn],
    drawn: new Set(drawn),
    joining: { ...joining, groups: all.groups },
  }
}

/** Of what is read at a stretch: their text has to be parsed. */
const READ = 500

type State = Pick<PresentState, 'resources' | 'identities'>
/** With the request because of which each is looked at. */
type Looked = State & { readonly requests: ReadonlyMap<string, string> }

async function readState(
  trx: Transaction,
  tenantId: TenantId,
  ids: readonly string[],
): Promise<State> {
  const resources: PresentResource[] = []
  await inPieces(ids, READ, async (some) => {
    resources.push(...(await presentResources(trx, tenantId, some)))
  })
  const identities = await presentIdentities(trx, tenantId, ids.map(identityIdOf))
  return {
    resources: new Map(resources.map((each) => [each.resourceId, each])),
    identities: new Map(identities.map((each) => [each.resourceId, each])),
  }
}

interface Own {
  /** The people named. */
  readonly people: readonly string[]
  /** What the rule gives for them, of those for whom it gives anything. */
  readonly after: readonly WithValue[]
  /** What it gave for them or gives now. */
  readonly values: readonly string[]
}

/** Writes down what the rule gives for the people named. */
async function writeDown(
  trx: Transaction,
  tenantId: TenantId,
  joining: Joining,
  people: readonly string[],
  { resources }: State,
): Promise<Own> {
  const { inForce } = joining
  const before = inForce === undefined ? [] : await valuesOf(trx, tenantId, inForce.version, people)
  const written = await writeValues(trx, tenantId, joining, people, [...resources.values()])
  const after = written.filter(({ version }) => version === inForce?.version)
  return { people, after, values: [...before, ...after].map(({ value }) => value) }
}

/**
 * So many times those are looked at with whom the ones found have a value. Once is enough, but where a rule is new
 * or somebody was held back: then one may be one person with somebody and share the value of another.
 */
const ROUNDS = 4

/** Reads whoever has such a value, and whoever is one with any of them now. */
async function readAround(
  trx: Transaction,
  tenantId: TenantId,
  joining: Joining,
  own: Own,
  named: Looked,
): Promise<Looked & { readonly groups: readonly Group[] }> {
  const requests = new Map(named.requests)
  const all = { resources: new Map(named.resources), identities: new Map(named.identities) }
  const groups = new Map<string, Group>()
  let asked = own.values
  for (let round = 0; ; round += 1) {
    const around = new Map<string, string>()
    const values = round < ROUNDS ? new Set(asked).difference(groups) : new Set<string>()
    for (const group of await groupsWith(trx, tenantId, joining, own, [...values])) {
      groups.set(group[0]?.value ?? '', group)
      const because = group.flatMap(({ resourceId }) => requests.get(resourceId) ?? [])
      for (const { resourceId } of group) around.set(resourceId, because[0] ?? '')
    }
    for (const { resourceId, joinedTo, joinedFrom } of all.identities.values())
      for (const id of [joinedTo ?? [], joinedFrom].flat())
        around.set(personResourceOf(id), requests.get(resourceId) ?? '')
    const next = [...around].filter(([id]) => !requests.has(id))
    if (next.length === 0) return { ...all, requests, groups: [...groups.values()] }
    for (const [id, because] of next) requests.set(id, because)
    const ids = next.map(([id]) => id)
    const read = await readState(trx, tenantId, ids)
    for (const [id, each] of read.resources) all.resources.set(id, each)
    for (const [id, each] of read.identities) all.identities.set(id, each)
    asked = await valuesNow(trx, tenantId, joining, ids)
  }
}

async function valuesNow(
  trx: Transaction,
  tenantId: TenantId,
  { inForce }: Joining,
  ids: readonly string[],
): Promise<string[]> {
  if (inForce === undefined) return []
  return (await valuesOf(trx, tenantId, inForce.version, ids)).map(({ value }) => value)
}

/** Whoever has one of these values, value by value. */
async function groupsWith(
  trx: Transaction,
  tenantId: TenantId,
  { inForce, order }: Joining,
  { people, after }: Own,
  values: readonly string[],
): Promise<Group[]> {
  if (inForce === undefined || values.length === 0) return []
  const others = await othersWith(trx, tenantId, inForce.version, values, { but: people, order })
  const asked = new Set(values)
  const own = after.filter(({ value }) => asked.has(value))
  return [...Map.groupBy([...own, ...others], ({ value }) => value).values()]
}
