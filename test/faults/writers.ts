/**
 * Writers: clients that write to a SCIM server at once and remember what it acknowledged.
 *
 * Each writer has one person of its own and a place in a group that all share, and changes the one
 * or the other without pause. Of each it knows what was acknowledged last and what is under way, so
 * that after any fault what is stored is one of the two, or a write was lost.
 *
 * They stop at the first connection that breaks: then somebody starts the server again, asks
 * `lost()`, and lets them go on.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { AdminClient } from '../../src/contract/index.ts'
import { type Answer, call, type Json, type ScimAddress } from '../support/scim-client.ts'
import { settle } from '../support/world.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** What is there, and what may be there instead when an answer did not come. */
interface Known<T> {
  acknowledged: T
  underWay: T
}

interface Writer {
  readonly index: number
  readonly userName: string
  id: string | undefined
  readonly displayName: Known<string | undefined>
  readonly isMember: Known<boolean>
  count: number
}

interface Crew {
  readonly addresses: readonly ScimAddress[]
  readonly groupId: string
  readonly writers: readonly Writer[]
  /** Answers that were neither a success nor a request to come back. */
  readonly failures: string[]
  /** Requests to come back. */
  readonly postponed: Answer[]
  /** Acknowledged writes that were not there when looked for, in words. */
  readonly losses: string[]
  acknowledged: number
  isStopped: boolean
}

export type Writers = Awaited<ReturnType<typeof createWriters>>

/** @param addresses  of one connection, at any number of nodes; the writers spread over them */
export async function createWriters(addresses: readonly ScimAddress[], count: number) {
  const body = { schemas: [GROUP], displayName: 'All' }
  const group = await call(addresses[0], 'POST', '/Groups', body)
  const crew: Crew = {
    addresses,
    groupId: String(group.body['id']),
    writers: Array.from({ length: count }, (_, index) => ({
      index,
      userName: `writer${index}@acme.example`,
      id: undefined,
      displayName: { acknowledged: undefined, underWay: undefined },
      isMember: { acknowledged: false, underWay: false },
      count: 0,
    })),
    failures: [],
    postponed: [],
    losses: [],
    acknowledged: 0,
    isStopped: false,
  }
  return {
    failures: crew.failures as readonly string[],
    postponed: crew.postponed as readonly Answer[],
    acknowledged: () => crew.acknowledged,
    /** Writes until told to stop or a connection breaks. Resolves when nothing is under way. */
    run: async (): Promise<void> => {
      crew.isStopped = false
      await Promise.all(crew.writers.map((writer) => writeOn(crew, writer)))
    },
    stop: () => void (crew.isStopped = true),
    /** Acknowledged writes that are not there, in words; asked by name, over SCIM. */
    lost: async (): Promise<readonly string[]> => {
      await Promise.all(crew.writers.map((writer) => reread(crew, writer)))
      return crew.losses
    },
    /** Waits until nothing is pending and compares what sites see with what is stored, in words. */
    differences: (admin: AdminClient, tenant: string) => differences(crew, admin, tenant),
  }
}

async function writeOn(crew: Crew, writer: Writer): Promise<void> {
  while (!crew.isStopped)
    try {
      await step(crew, writer)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      crew.isStopped = true
    }
}

/** Creates the writer's person, then changes in turn their name and whether they are a member. */
async function step(crew: Crew, writer: Writer): Promise<void> {
  const { id, userName } = writer
  writer.count += 1
  const value = `${userName} ${writer.count}`
  const address = addressOf(crew, writer)
  if (id === undefined) {
    const body = { schemas: [USER], userName, displayName: value, active: true }
    const answer = await write(crew, writer, writer.displayName, value, () =>
      call(address, 'POST', '/Users', body),
    )
    if (answer.status === 201) writer.id = String(answer.body['id'])
  } else if (writer.count % 3 !== 0) {
    const operation = { op: 'replace', value: { displayName: value } }
    await write(crew, writer, writer.displayName, value, () =>
      patch(address, `/Users/${id}`, operation),
    )
  } else {
    const joins = !writer.isMember.acknowledged
    const operation = joins
      ? { op: 'add', path: 'members', value: [{ value: id }] }
      : { op: 'remove', path: `members[value eq "${id}"]` }
    await write(crew, writer, writer.isMember, joins, () =>
      patch(address, `/Groups/${crew.groupId}`, operation),
    )
  }
}

/** Sends one write and notes what became of it. @throws TypeError when there is no answer */
async function write<T>(
  crew: Crew,
  writer: Writer,
  known: Known<T>,
  next: T,
  send: () => Promise<Answer>,
): Promise<Answer> {
  known.underWay = next
  const answer = await send()
  if (answer.status < 300) {
    known.acknowledged = next
    crew.acknowledged += 1
  } else if (answer.status === 429) {
    // It may have been written all the same: a commit whose outcome is unknown is a 429 too.
    crew.postponed.push(answer)
    await reread(crew, writer)
  } else crew.failures.push(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

/** Reads what is stored, once the server answers again; the writer goes on from there. */
async function reread(crew: Crew, writer: Writer): Promise<void> {
  const { displayName, isMember, userName, id } = writer
  const filter = encodeURIComponent(`userName eq "${userName}"`)
  const found = await read(crew, addressOf(crew, writer), `/Users?filter=${filter}`)
  const [person] = (found['Resources'] ?? []) as Json[]
  const stored = person?.['displayName'] as string | undefined
  const groups = (person?.['groups'] ?? []) as Json[]
  const isIn = groups.some(({ value }) => value === crew.groupId)
  const storedId = person?.['id'] as string | undefined
  if (stored !== displayName.acknowledged && stored !== displayName.underWay)
    crew.losses.push(`${userName} is "${stored}", acknowledged was "${displayName.acknowledged}"`)
  if (isIn !== isMember.acknowledged && isIn !== isMember.underWay)
    crew.losses.push(`${userName}: member is ${isIn}, acknowledged was ${isMember.acknowledged}`)
  if (id !== undefined && storedId !== id)
    crew.losses.push(`${userName} had the id ${id}, has ${storedId}`)
  writer.id = storedId
  Object.assign(displayName, { acknowledged: stored, underWay: stored })
  Object.assign(isMember, { acknowledged: isIn, underWay: isIn })
}

async function differences(crew: Crew, admin: AdminClient, tenant: string): Promise<string[]> {
  await settle(admin, tenant)
  const people = await admin.listIdentities({ tenant, kind: 'person', limit: 500 })
  const [group] = (await admin.listIdentities({ tenant, kind: 'group' })).items
  const members = await admin.listMembers({ tenant, identity: group?.id ?? 'idn_', limit: 500 })
  const seen = new Map(people.items.map(({ id, name, displayName }) => [name, { id, displayName }]))
  const memberIds = new Set(members.items.map(({ id }) => id))
  return crew.writers.flatMap(({ userName, displayName, isMember }) => {
    const identity = seen.get(userName)
    const is = `${identity?.displayName} ${memberIds.has(identity?.id ?? 'idn_')}`
    const stored = `${displayName.acknowledged} ${isMember.acknowledged}`
    return is === stored ? [] : [`sites see ${is}, stored is ${stored}`]
  })
}

/** The positions of all of a tenant's events, and whose creation they tell of. */
export async function readEvents(admin: AdminClient, tenant: string) {
  const positions: number[] = []
  const created: string[] = []
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<AdminClient['listEvents']>> = await admin.listEvents({
      tenant,
      after,
      limit: 500,
    })
    for (const { position, kind, identityId } of page.items) {
      positions.push(position)
      if (kind.endsWith('.created')) created.push(identityId)
    }
    after = page.next
  }
  return { positions, created }
}

/** Each at another node with every write. */
function addressOf({ addresses }: Crew, { index, count }: Writer): ScimAddress | undefined {
  return addresses[(index + count) % addresses.length]
}

/** Reads, and comes back when asked to: a little sooner than Okta would. */
async function read(crew: Crew, address: ScimAddress | undefined, path: string): Promise<Json> {
  for (let tries = 0; tries < 400; tries += 1) {
    const answer = await call(address, 'GET', path)
    if (answer.status === 200) return answer.body
    if (answer.status !== 429) throw new Error(`GET ${path} was answered ${answer.status}.`)
    crew.postponed.push(answer)
    await wait(50)
  }
  throw new Error(`GET ${path} was put off 400 times.`)
}

function patch(address: ScimAddress | undefined, path: string, operation: Json): Promise<Answer> {
  return call(address, 'PATCH', path, { schemas: [PATCH_OP], Operations: [operation] })
}
