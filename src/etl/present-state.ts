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
  const groups = await regroup(trx, tenantId, joining, people, { ...state, requests })
  const all = await readAround(trx, tenantId, { ...state, requests }, groups)
  const connections = new Map(
    [...groups.flat(), ...all.identities.values()].map((each) => [
      each.resourceId,
      each.connectionId,
    ]),
  )
  const drawn = [...all.requests].flatMap(([resourceId, requestId]): Pending[] => {
    const connectionId = connections.get(resourceId)
    if (connectionId === undefined || requests.has(resourceId)) return []
    const nobodys = { pendingId: '', memberId: null, writtenAt: now, tries: 0 }
    return [{ ...nobodys, connectionId, resourceId, requestId }]
  })
  return {
    ...all,
    pending: [...pending, ...drawn],
    drawn: new Set(drawn),
    joining: { ...joining, groups },
  }
}

type State = Pick<PresentState, 'resources' | 'identities'>
/** With the request because of which each is looked at. */
type Looked = State & { readonly requests: ReadonlyMap<string, string> }

async function readState(
  trx: Transaction,
  tenantId: TenantId,
  ids: readonly string[],
): Promise<State> {
  const resources = await presentResources(trx, tenantId, ids)
  const identities = await presentIdentities(trx, tenantId, ids.map(identityIdOf))
  return {
    resources: new Map(resources.map((each) => [each.resourceId, each])),
    identities: new Map(identities.map((each) => [each.resourceId, each])),
  }
}

/** Writes down what the rule gives for these people. @returns whoever has what they had or have now */
async function regroup(
  trx: Transaction,
  tenantId: TenantId,
  joining: Joining,
  people: readonly string[],
  { resources }: Looked,
): Promise<Group[]> {
  const { inForce, order } = joining
  const before = inForce === undefined ? [] : await valuesOf(trx, tenantId, inForce.version, people)
  const written = await writeValues(trx, tenantId, joining, people, [...resources.values()])
  if (inForce === undefined) return []
  const after = written.filter(({ version }) => version === inForce.version)
  const values = [...new Set([...before, ...after].map(({ value }) => value))]
  const others = await othersWith(trx, tenantId, inForce.version, values, { but: people, order })
  const byValue = Map.groupBy([...after, ...others], ({ value }) => value)
  return [...byValue.values()]
}

/** Reads those of the groups, and whoever is one with any of them now. */
async function readAround(
  trx: Transaction,
  tenantId: TenantId,
  named: Looked,
  groups: readonly Group[],
): Promise<Looked> {
  const requests = new Map(named.requests)
  const all = { resources: new Map(named.resources), identities: new Map(named.identities) }
  const around = new Map<string, string>()
  for (const group of groups) {
    const because = group
      .map((each) => requests.get(each.resourceId))
      .find((id) => id !== undefined)
    for (const { resourceId } of group) around.set(resourceId, because ?? '')
  }
  for (;;) {
    for (const { resourceId, joinedTo, joinedFrom } of all.identities.values())
      for (const id of [joinedTo ?? [], joinedFrom].flat())
        around.set(personResourceOf(id), requests.get(resourceId) ?? '')
    const next = [...around].filter(([id]) => !requests.has(id))
    if (next.length === 0) return { ...all, requests }
    for (const [id, because] of next) requests.set(id, because)
    const read = await readState(
      trx,
      tenantId,
      next.map(([id]) => id),
    )
    for (const [id, each] of read.resources) all.resources.set(id, each)
    for (const [id, each] of read.identities) all.identities.set(id, each)
  }
}
