/**
 * Writes that get in each other's way, sent at the same moment: whatever order they end up in, each
 * is answered as if it had been alone before or after the others, and none fails.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Answer, call, createUser, type ScimAddress } from '../support/scim-client.ts'
import { startApp } from '../support/app.ts'
import { GROUP, PATCH_OP } from '../support/scim.ts'

const ROUNDS = 15

let scim: ScimAddress
const ends: (() => Promise<void>)[] = []
before(async () => {
  const app = await startApp({ after: (end) => void ends.push(end) })
  scim = (await app.onboard('Acme')).handover.scim
})
after(async () => {
  for (const end of ends) await end()
})

let made = 0
const name = () => `crossing-${(made += 1)}`
const hire = () => createUser(scim, { userName: name() })
async function found(...members: readonly string[]): Promise<string> {
  const { body } = await call(scim, 'POST', '/Groups', groupOf(name(), members))
  return String(body['id'])
}
const groupOf = (displayName: string, members: readonly string[]) => ({
  schemas: [GROUP],
  displayName,
  members: members.map((value) => ({ value })),
})
const patch = (path: string, operation: object) =>
  call(scim, 'PATCH', path, { schemas: [PATCH_OP], Operations: [operation] })
const add = (group: string, member: string) =>
  patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: member }] })
const rename = (user: string, value: string) =>
  patch(`/Users/${user}`, { op: 'replace', path: 'userName', value })
async function membersOf(group: string): Promise<readonly string[]> {
  const { body } = await call(scim, 'GET', `/Groups/${group}`)
  return ((body['members'] ?? []) as { value: string }[]).map(({ value }) => value)
}
const statuses = (answers: readonly Answer[]) =>
  answers.map(({ status }) => status).toSorted((one, other) => one - other)

// SEC I-10
test('of two groups that take each other in at the same moment one is refused', async () => {
  // The database takes a second each time to see that they wait for each other.
  for (let round = 0; round < 3; round += 1) {
    const [one, other] = [await found(), await found()]

    const answers = await Promise.all([add(one, other), add(other, one)])

    assert.deepEqual(statuses(answers), [204, 400])
    const all = [...(await membersOf(one)), ...(await membersOf(other))]
    assert.equal(all.length, 1)
  }
})

test('who is deleted at the moment of joining is in no group, and both are answered', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const [leaver, group] = [await hire(), await found()]

    const answers = await Promise.all([
      call(scim, 'DELETE', `/Users/${leaver}`),
      add(group, leaver),
      call(scim, 'PUT', `/Groups/${group}`, groupOf(name(), [leaver])),
    ])

    assert.deepEqual(statuses(answers), [200, 204, 204])
    assert.deepEqual(await membersOf(group), [])
  }
})

test('a change of what is deleted at that moment is done before or is 404', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const [user, group] = [await hire(), await found()]

    const [gone, again, ...changes] = await Promise.all([
      call(scim, 'DELETE', `/Groups/${group}`),
      call(scim, 'DELETE', `/Groups/${group}`),
      add(group, user),
      call(scim, 'PUT', `/Groups/${group}`, groupOf(name(), [user])),
    ])

    assert.deepEqual(statuses([gone, again]), [204, 404])
    for (const { status } of changes) assert.ok([200, 204, 404].includes(status), `${status}`)
    const { body } = await call(scim, 'GET', `/Users/${user}?attributes=groups`)
    assert.deepEqual(body['groups'] ?? [], [])
  }
})

test('of two who take one name at the same moment one gets it; who swap names are both refused', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const [one, other] = [await hire(), await hire()]
    const [wanted, mine, theirs] = [name(), name(), name()]

    const race = await Promise.all([rename(one, wanted), rename(other, wanted.toUpperCase())])
    await Promise.all([rename(one, mine), rename(other, theirs)])
    const swap = await Promise.all([rename(one, theirs), rename(other, mine)])

    assert.deepEqual(
      [statuses(race), statuses(swap)],
      [
        [200, 409],
        [409, 409],
      ],
    )
  }
})

test('two groups that are given each other’s members while those are deleted end empty', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const [one, other] = [await hire(), await hire()]
    const [a, b] = [await found(one), await found(other)]

    const answers = await Promise.all([
      call(scim, 'PUT', `/Groups/${a}`, groupOf(name(), [other, one])),
      call(scim, 'PUT', `/Groups/${b}`, groupOf(name(), [one, other])),
      call(scim, 'DELETE', `/Users/${one}`),
      call(scim, 'DELETE', `/Users/${other}`),
    ])

    assert.deepEqual(statuses(answers), [200, 200, 204, 204])
    assert.deepEqual([...(await membersOf(a)), ...(await membersOf(b))], [])
  }
})
