/**
 * What the OpenID IPSIE account lifecycle profile asks of a SCIM server and no other test shows.
 * docs/reference/ipsie.md goes through it requirement by requirement.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GROUP, startScim, USER } from '../../test/support/scim.ts'

async function withPeople() {
  const server = startScim()
  const nadia = await server.hire('nadia@acme.example', {
    externalId: '00u1',
    emails: [{ value: 'nadia@acme.example', type: 'work' }],
  })
  await server.hire('tomasz@acme.example', {
    externalId: '00u2',
    emails: [{ value: 'nadia@acme.example', type: 'other' }],
  })
  const find = async (path: string, filter: string): Promise<string[]> => {
    const { status, body } = await server.ask('GET', `${path}?filter=${encodeURIComponent(filter)}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body.Resources.map(({ id }: { id: string }) => id)
  }
  return { ...server, nadia, find }
}

for (const filter of [
  'username eq "NADIA@acme.example"',
  'externalId eq "00u1"',
  'emails[type eq "work" and value eq "nadia@acme.example"]',
])
  test(`AL1: a user is found by ${filter}`, async () => {
    const { find, nadia } = await withPeople()

    const found = await find('/Users', filter)

    assert.deepEqual(found, [nadia.id])
  })

test('AL1: users are found by emails[value eq], whatever its type', async () => {
  const { find } = await withPeople()

  const found = await find('/Users', 'emails[value eq "nadia@acme.example"]')

  assert.equal(found.length, 2)
})

test('AL2: a group is created without members, and found by its name, external id and members', async () => {
  const { ask, nadia, find, patch } = await withPeople()
  const { body: group } = await ask('POST', '/Groups', {
    schemas: [GROUP],
    displayName: 'Field Ops',
    externalId: 'g-7',
  })
  await ask('POST', '/Groups', { schemas: [GROUP], displayName: 'Back Office', externalId: 'G-7' })
  await patch(group.id, { op: 'add', path: 'members', value: [{ value: nadia.id }] })

  assert.deepEqual(group.members, [])
  for (const filter of [
    'displayName eq "field ops"',
    'externalId eq "g-7"',
    `members[value eq "${nadia.id}"]`,
  ])
    assert.deepEqual(await find('/Groups', filter), [group.id], filter)
})

test('AL2: fifty operations on members are taken in one PATCH', async () => {
  const { hire, found, patch, read } = startScim()
  const ids: string[] = []
  for (let index = 0; index < 50; index += 1) ids.push((await hire(`p${index}`)).id)
  const { id } = await found('Field Ops', ids.slice(0, 25))

  const { status } = await patch(
    id,
    ...ids.map((member, index) =>
      index < 25
        ? { op: 'remove', path: `members[value eq "${member}"]` }
        : { op: 'add', path: 'members', value: [{ value: member }] },
    ),
  )

  const { members } = await read(id)
  assert.equal(status, 204)
  assert.deepEqual(
    new Set(members.map(({ value }: { value: string }) => value)),
    new Set(ids.slice(25)),
  )
})

test('AL2: the attributes that it names are in the schemas, and no page is longer than a thousand', async () => {
  const { ask } = startScim()

  const user = await ask('GET', `/Schemas/${USER}`)
  const group = await ask('GET', `/Schemas/${GROUP}`)
  const config = await ask('GET', '/ServiceProviderConfig')

  const names = (schema: { attributes: { name: string }[] }) =>
    schema.attributes.map(({ name }) => name)
  for (const name of ['userName', 'displayName', 'active'])
    assert.ok(names(user.body).includes(name), name)
  for (const name of ['displayName', 'members']) assert.ok(names(group.body).includes(name), name)
  assert.ok(config.body.filter.maxResults <= 1000)
})
