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
import { type AdminClient } from '../../src/contract/index.ts'
import { settle } from '../support/world.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

type Json = Readonly<Record<string, unknown>>

export interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: Json
}

/** What is there, and what may be there instead when an answer did not come. */
interface Known<T> {
  acknowledged: T
  underWay: T
}

interface Writer {
  readonly userName: string
  id: string | undefined
  readonly displayName: Known<string | undefined>
  readonly isMember: Known<boolean>
  count: number
}

export interface ScimAddress {
  readonly baseUrl: string
  readonly token: string
}

export type Writers = Awaited<ReturnType<typeof createWriters>>

/** @param addresses  of one connection, at any number of nodes; the writers spread over them */
export async function createWriters(addresses: readonly ScimAddress[], count: number) {
  const group = await call(addresses[0], 'POST', '/Groups', {
    schemas: [GROUP],
    displayName: 'All',
  })
  const groupId = String(group.body['id'])
  const writers: Writer[] = Array.from({ length: count }, (_, index) => ({
    userName: `writer${index}@acme.example`,
    id: undefined,
    displayName: { acknowledged: undefined, underWay: undefined },
    isMember: { acknowledged: false, underWay: false },
    count: 0,
  }))
  /** Answers that were neither a success nor a request to come back. */
  const failures: string[] = []
  /** Requests to come back. */
  const postponed: Answer[] = []
  /** Acknowledged writes that were not there when looked for, in words. */
  const losses: string[] = []
  let acknowledged = 0
  let stopped = false

  /** Reads, and comes back when asked to: a little sooner than Okta would. */
  const ask = async (address: ScimAddress | undefined, path: string): Promise<Json> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const answer = await call(address, 'GET', path)
      if (answer.status === 200) return answer.body
      if (answer.status !== 429) throw new Error(`GET ${path} was answered ${answer.status}.`)
      postponed.push(answer)
      await wait(50)
    }
    throw new Error(`GET ${path} was put off 200 times.`)
  }

  const addressOf = (writer: Writer) =>
    addresses[(writers.indexOf(writer) + writer.count) % addresses.length]

  /** Sends one write and notes what became of it. Throws when there is no answer. */
  const write = async <T>(
    writer: Writer,
    known: Known<T>,
    next: T,
    send: () => Promise<Answer>,
  ) => {
    known.underWay = next
    const answer = await send()
    if (answer.status === 429) {
      // It may have been written all the same: a commit whose outcome is unknown is a 429 too.
      postponed.push(answer)
      await reread(writer)
    } else if (answer.status < 300) {
      known.acknowledged = next
      acknowledged += 1
    } else failures.push(`${answer.status} ${JSON.stringify(answer.body)}`)
  }

  const step = async (writer: Writer) => {
    const { id, userName } = writer
    const value = `${userName} ${(writer.count += 1)}`
    const address = addressOf(writer)
    if (id === undefined) {
      await write(writer, writer.displayName, value, async () => {
        const body = { schemas: [USER], userName, displayName: value, active: true }
        const answer = await call(address, 'POST', '/Users', body)
        if (answer.status === 201) writer.id = String(answer.body['id'])
        return answer
      })
    } else if (writer.count % 3 !== 0) {
      const operation = { op: 'replace', value: { displayName: value } }
      await write(writer, writer.displayName, value, () =>
        patch(address, `/Users/${id}`, operation),
      )
    } else {
      const joins = !writer.isMember.acknowledged
      const operation = joins
        ? { op: 'add', path: 'members', value: [{ value: id }] }
        : { op: 'remove', path: `members[value eq "${id}"]` }
      await write(writer, writer.isMember, joins, () =>
        patch(address, `/Groups/${groupId}`, operation),
      )
    }
  }

  /** What is stored, once the server answers again; the writer goes on from there. */
  const reread = async (writer: Writer): Promise<void> => {
    const { displayName, isMember, userName } = writer
    const filter = encodeURIComponent(`userName eq "${userName}"`)
    const found = await ask(addressOf(writer), `/Users?filter=${filter}`)
    const [person] = (found['Resources'] ?? []) as Json[]
    const stored = person?.['displayName'] as string | undefined
    const groups = (person?.['groups'] ?? []) as Json[]
    const isIn = groups.some(({ value }) => value === groupId)
    if (stored !== displayName.acknowledged && stored !== displayName.underWay)
      losses.push(`${userName} is "${stored}", was acknowledged as "${displayName.acknowledged}"`)
    if (isIn !== isMember.acknowledged && isIn !== isMember.underWay)
      losses.push(`${userName} is ${isIn ? 'a' : 'no'} member, which was acknowledged otherwise`)
    if (writer.id !== undefined && person?.['id'] !== writer.id)
      losses.push(`${userName} had the id ${writer.id}, now ${String(person?.['id'])}`)
    writer.id = person === undefined ? undefined : String(person['id'])
    displayName.acknowledged = displayName.underWay = stored
    isMember.acknowledged = isMember.underWay = isIn
  }

  return {
    failures,
    postponed,
    acknowledged: () => acknowledged,
    /** Writes until told to stop or a connection breaks. Resolves when nothing is under way. */
    run: async (): Promise<void> => {
      stopped = false
      await Promise.all(
        writers.map(async (writer) => {
          while (!stopped)
            await step(writer).catch((error: unknown) => {
              if (!(error instanceof TypeError)) throw error
              stopped = true
            })
        }),
      )
    },
    stop: () => void (stopped = true),
    /** Acknowledged writes that are not there, in words; asked by id and by name, over SCIM. */
    lost: async (): Promise<readonly string[]> => {
      await Promise.all(writers.map(reread))
      return losses
    },
    /** Waits until nothing is pending and compares what sites see with what is stored, in words. */
    differences: async (admin: AdminClient, tenant: string): Promise<string[]> => {
      await settle(admin, tenant)
      const people = await everybody(admin, tenant)
      const groups = await admin.listIdentities({ tenant, kind: 'group' })
      const group = groups.items[0]?.id ?? 'idn_'
      const members = await admin.listMembers({ tenant, identity: group, limit: 500 })
      const seen = members.items.map(({ fqn }) => fqn.replace(/^\w+:/, ''))
      return writers.flatMap(({ userName, displayName, isMember }) => {
        const identity = people.get(userName)
        const wanted = [displayName.acknowledged, isMember.acknowledged]
        const there = [identity?.displayName ?? undefined, seen.includes(userName)]
        return wanted.join() === there.join() ? [] : [`${userName}: ${there} for ${wanted}`]
      })
    },
  }
}

async function everybody(admin: AdminClient, tenant: string) {
  const { items } = await admin.listIdentities({ tenant, kind: 'person', limit: 500 })
  return new Map(items.map((identity) => [identity.name, identity]))
}

/** The positions of all of a tenant's events, and how many tell of a person's creation. */
export async function readEvents(admin: AdminClient, tenant: string) {
  const positions: number[] = []
  const created: string[] = []
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<AdminClient['listEvents']>> = await admin.listEvents({
      tenant,
      after,
      limit: 500,
    })
    positions.push(...page.items.map(({ position }) => position))
    created.push(
      ...page.items.flatMap(({ kind, identityId }) =>
        kind.endsWith('.created') ? identityId : [],
      ),
    )
    after = page.next
  }
  return { positions, created }
}

function patch(address: ScimAddress | undefined, path: string, operation: Json): Promise<Answer> {
  return call(address, 'PATCH', path, { schemas: [PATCH_OP], Operations: [operation] })
}

/** @throws TypeError when the connection breaks */
async function call(
  address: ScimAddress | undefined,
  method: string,
  path: string,
  body?: Json,
): Promise<Answer> {
  const response = await fetch(`${address?.baseUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${address?.token}`,
      ...(body && { 'content-type': 'application/scim+json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: text === '' ? {} : (JSON.parse(text) as Json),
  }
}
