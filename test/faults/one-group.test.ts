/**
 * One group and all that is done to it at once: what was acknowledged has happened, wholly and once.
 *
 * Each effective change gives the group its next version, and each answer says which. So the answers
 * tell in what order the changes happened, and to go through them in that order, on a plain set, must
 * end in what the group holds.
 *
 * ROLLCALL_TEST_CHANGES says how many changes the writers send (1,600): 10000 for the figure of F-2.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { startApp } from '../support/app.ts'
import { seedPeople } from '../support/loader.ts'
import { GROUP, PATCH_OP } from '../support/scim.ts'
import { type Answer, call, type Json, type ScimAddress } from '../support/scim-client.ts'
import { seeded } from '../support/seed.ts'

const WRITERS = 16
const CHANGES = Number(process.env['ROLLCALL_TEST_CHANGES'] ?? 1600)

const ends: (() => Promise<void>)[] = []
let scim: ScimAddress
let people: readonly string[]

before(async () => {
  const app = await startApp({ after: (end) => void ends.push(end) })
  const { tenant, connection, handover } = await app.onboard('Acme')
  // Ten thousand people to be loaded would take the machine from what is tried here.
  await app.admin.pauseSync({ tenant: tenant.id })
  const to = { tenantId: tenant.id, connectionId: connection.id }
  people = await seedPeople(app.database.db, to, 10_000)
  scim = handover.scim
})
after(async () => {
  for (const end of ends) await end()
})

/** Who is named, and how: as Okta's two kinds of application say it, and as Entra does. */
interface Change {
  readonly does: 'add' | 'remove' | 'put'
  readonly form: 'okta' | 'entra'
  readonly whom: readonly string[]
}

/** Few people, so that the writers meet over them. */
const whom = fc.uniqueArray(fc.nat(39), { minLength: 1, maxLength: 5 })
const change = fc.record({
  does: fc.oneof(
    { weight: 8, arbitrary: fc.constant('add' as const) },
    { weight: 8, arbitrary: fc.constant('remove' as const) },
    { weight: 1, arbitrary: fc.constant('put' as const) },
  ),
  form: fc.constantFrom('okta', 'entra'),
  whom: whom.map((indexes) => indexes.map((index) => people[index] ?? '')),
})

test(`${CHANGES} changes by ${WRITERS} writers to one group end in what their order says`, async (t) => {
  const changes = fc.sample(change, { ...seeded(t), numRuns: CHANGES }) // SEC F-2, F-3, P-11
  const groupId = await found('All')
  const answered: { change: Change; answer: Answer }[] = []
  const left = changes.values()

  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (const each of left) answered.push({ change: each, answer: await send(groupId, each) })
    }),
  )

  const inOrder = answered
    .map(({ change: made, answer }) => ({ made, version: versionOf(answer) }))
    .toSorted((one, other) => one.version - other.version)
  const model = new Set<string>()
  for (const { made } of inOrder) apply(made, model)
  const { members, version } = await read(groupId)
  assert.deepEqual(members, [...model].toSorted())
  const versions = new Set(inOrder.map((each) => each.version)).add(1)
  assert.deepEqual(
    [...versions].toSorted((a, b) => a - b),
    upTo(version),
    'no change went missing',
  )
})

test('256 operations in one PATCH, on members and on the name, end in what their order says', async () => {
  const groupId = await found('Field Ops')
  const model = new Set<string>()
  const operations = upTo(64).flatMap((turn): Json[] => {
    const named = [0, 1, 2, 3].map((more) => people[(turn * 7 + more) % 40] ?? '')
    const [first = '', second = ''] = named
    for (const each of named) model.add(each)
    for (const each of [first, second]) model.delete(each)
    return [
      { op: 'add', path: 'members', value: named.map((value) => ({ value })) },
      { op: 'replace', value: { displayName: `Field Ops ${turn}`, externalId: `ext-${turn}` } },
      { op: 'remove', path: `members[value eq "${first}"]` },
      { op: 'Remove', path: 'members', value: [{ value: second }] },
    ]
  })

  const answer = await patch(groupId, ...operations)

  assert.deepEqual([operations.length, answer.status], [256, 204], JSON.stringify(answer.body))
  assert.deepEqual(await read(groupId), {
    displayName: 'Field Ops 64',
    externalId: 'ext-64',
    members: [...model].toSorted(),
    version: 2,
  })
})

test('a group is created with 10,000 members in one request, each once', async () => {
  const groupId = await found('Everyone', people) // SEC P-2

  const { members, version } = await read(groupId)

  assert.equal(version, 1)
  assert.deepEqual(members, people.toSorted())
})

async function found(displayName: string, members: readonly string[] = []): Promise<string> {
  const body = { schemas: [GROUP], displayName, members: elements(members) }
  const answer = await call(scim, 'POST', '/Groups', body)
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return String(answer.body['id'])
}

function send(groupId: string, { does, form, whom: named }: Change): Promise<Answer> {
  const value = elements(named)
  if (does === 'put') {
    const body = { schemas: [GROUP], displayName: 'All', members: value }
    return call(scim, 'PUT', `/Groups/${groupId}`, body)
  }
  if (form === 'entra')
    return patch(groupId, { op: does === 'add' ? 'Add' : 'Remove', path: 'members', value })
  if (does === 'add') return patch(groupId, { op: 'add', path: 'members', value })
  return patch(groupId, ...named.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })))
}

function apply({ does, whom: named }: Change, members: Set<string>): void {
  if (does === 'put') members.clear()
  for (const id of named)
    if (does === 'remove') members.delete(id)
    else members.add(id)
}

function patch(groupId: string, ...Operations: readonly Json[]): Promise<Answer> {
  return call(scim, 'PATCH', `/Groups/${groupId}`, { schemas: [PATCH_OP], Operations })
}

/** What is stored of the group. */
async function read(groupId: string) {
  const answer = await call(scim, 'GET', `/Groups/${groupId}`)
  const { displayName, externalId, members = [] } = answer.body
  return {
    displayName,
    externalId,
    members: (members as { value: string }[]).map(({ value }) => value),
    version: versionOf(answer),
  }
}

function versionOf({ status, etag, body }: Answer): number {
  assert.ok(status < 300, `${status} ${JSON.stringify(body)}`)
  return Number(etag?.replaceAll('"', ''))
}

function elements(ids: readonly string[]): { value: string }[] {
  return ids.map((value) => ({ value }))
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}
