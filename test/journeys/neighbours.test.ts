/** Two customers with the very same people: neither can see, touch or infer anything of the other. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Person } from '../../simulator/index.ts'
import { rowsOf } from '../support/rows.ts'
import {
  attemptAt,
  done,
  isStatus,
  passOkta,
  startWorld,
  until,
  type World,
} from '../support/world.ts'

/** Same logins, same ids at their identity provider, same groups. */
async function startNeighbours(t: TestContext) {
  const acme = await startWorld(t, { kind: 'oin', auth: 'header', name: 'Acme' })
  const birch = await startWorld(t, { kind: 'aiw', auth: 'bearer', name: 'Birch', on: acme.app })
  return { acme: await populate(acme), birch: await populate(birch) }
}

async function populate(world: World) {
  const [nadia, tomasz] = [await world.hire('Nadia', 'Osei'), await world.hire('Tomasz', 'Bąk')]
  const group = world.okta.createGroup('Field Ops', [nadia, tomasz])
  await done(world.provisioning.pushGroup(group))
  await world.settle()
  return { ...world, nadia, tomasz, group }
}

test("what happens at one customer leaves the other's rows byte for byte as they were", async (t) => {
  const { acme, birch } = await startNeighbours(t)
  const before = await rowsOf(acme.app, birch.tenant.id)

  const zoya = await acme.hire('Зоя', 'Ґудзь')
  await acme.okta.addMember(acme.group, zoya)
  await acme.okta.rename(acme.nadia, { login: 'nadia.mensah@acme.example' })
  await acme.okta.renameGroup(acme.group, 'Field Operations')
  await acme.okta.leave(acme.tomasz)
  await acme.settle()
  await done(acme.provisioning.unlinkGroup(acme.group, { delete: true }))
  await acme.settle()

  assert.deepEqual(acme.provisioning.tasks, [])
  assert.deepEqual(await rowsOf(acme.app, birch.tenant.id), before)
  for (const table of ['resource', 'member', 'identity', 'fqn', 'link', 'event', 'run', 'loader'])
    assert.notDeepEqual(before.get(table) ?? [], [], `${table} has rows, so it was compared`)
})

test('the same people at two customers are different identities under different names', async (t) => {
  const { acme, birch } = await startNeighbours(t)

  const [here, there] = [await acme.identityOf(acme.nadia), await birch.identityOf(birch.nadia)]

  assert.equal(here.externalId, there.externalId, 'they are the same to their identity providers')
  assert.deepEqual(
    [here.fqn, there.fqn],
    ['Acme:nadia.osei@acme.example', 'Birch:nadia.osei@acme.example'],
  )
  assert.notEqual(here.id, there.id)
  const { admin } = acme
  await assert.rejects(
    admin.readIdentity({ tenant: birch.tenant.id, identity: here.id }),
    isStatus(404),
  )
  await assert.rejects(
    admin.readIdentityByFqn({ tenant: birch.tenant.id, fqn: here.fqn }),
    isStatus(404),
  )
})

test('in one browser somebody is at each site who they are at that customer', async (t) => {
  const { acme, birch } = await startNeighbours(t) // SEC I-1
  const browser = acme.browserOf(acme.nadia)
  const arrive = async ({ site, app }: World, person: Person) => {
    await browser.open(`${site.url}/login`)
    await passOkta(browser, person)
    assert.equal(attemptAt(site, app.url, browser.page).outcome, 'signed-in')
    const { text } = await browser.open(`${site.url}/session`)
    return (JSON.parse(text) as { claims: { sub: string } }).claims.sub
  }

  const [here, there] = [await arrive(acme, acme.nadia), await arrive(birch, birch.tomasz)]

  assert.equal(here, (await acme.identityOf(acme.nadia)).id)
  assert.equal(there, (await birch.identityOf(birch.tomasz)).id)
  await done(birch.provisioning.unassign(birch.tomasz))
  await until('Birch told', () => birch.site.logoutsReceived.length === 1, 5000)
  assert.equal(await arrive(acme, acme.nadia), here)
  assert.deepEqual(acme.site.logoutsReceived, [])
})

const PATCH = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] }

test("another customer's ids do not exist: the answer is that for an id nobody has", async (t) => {
  const { acme, birch } = await startNeighbours(t) // SEC I-8
  const { baseUrl, token } = birch.handover.scim
  const [theirs, group] = [
    acme.provisioning.scimIdOf(acme.nadia) ?? '',
    acme.provisioning.scimIdOf(acme.group) ?? '',
  ]
  const before = await rowsOf(acme.app, acme.tenant.id)
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return `${response.status} ${await response.text()}`
  }
  const acts: [string, (id: string, groupId: string) => Promise<string>][] = [
    ['reads', (id) => ask('GET', `/Users/${id}`)],
    ['reads a group', (_, groupId) => ask('GET', `/Groups/${groupId}`)],
    ['replaces', (id) => ask('PUT', `/Users/${id}`, { schemas: [USER], userName: 'x' })],
    ['patches', (id) => ask('PATCH', `/Users/${id}`, { ...PATCH, Operations: [OFF] })],
    ['deletes', (id) => ask('DELETE', `/Users/${id}`)],
    ['deletes a group', (_, groupId) => ask('DELETE', `/Groups/${groupId}`)],
    [
      'empties a group',
      (_, id) => ask('PATCH', `/Groups/${id}`, { ...PATCH, Operations: [EMPTY] }),
    ],
    ['filters', (id) => ask('GET', `/Users?filter=${encodeURIComponent(`id eq "${id}"`)}`)],
  ]

  for (const [what, act] of acts) {
    const [asked, nobodys] = [await act(theirs, group), await act(NOBODY_USER, NOBODY_GROUP)]

    assert.equal(
      asked.replaceAll(theirs, 'ID').replaceAll(group, 'ID'),
      nobodys.replaceAll(NOBODY_USER, 'ID').replaceAll(NOBODY_GROUP, 'ID'),
      what,
    )
    if (what !== 'filters') assert.match(asked, /^404 /, what)
  }
  const own = birch.provisioning.scimIdOf(birch.group) ?? ''
  const join = { op: 'add', path: 'members', value: [{ value: theirs }] }
  await ask('PATCH', `/Groups/${own}`, { ...PATCH, Operations: [join] })
  await birch.settle()
  assert.deepEqual(await birch.membersOf(birch.group), [birch.nadia.login, birch.tomasz.login])
  assert.deepEqual(await rowsOf(acme.app, acme.tenant.id), before)
})

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const OFF = { op: 'replace', value: { active: false } }
const EMPTY = { op: 'remove', path: 'members' }
const NOBODY_USER = 'usr_01m88rtbb1fnwtb317evddjn73'
const NOBODY_GROUP = 'grp_01m88rtbb1fnwtb317evddjn73'

test("another customer's token is refused as no token is", async (t) => {
  const { acme, birch } = await startNeighbours(t) // SEC T-9
  const list = async (authorization: string | undefined) => {
    const response = await fetch(`${birch.handover.scim.baseUrl}/Users`, {
      headers: authorization === undefined ? {} : { authorization },
    })
    return { status: response.status, text: await response.text() }
  }

  const foreign = await list(`Bearer ${acme.handover.scim.token}`)

  assert.equal(foreign.status, 401)
  assert.deepEqual(foreign, await list(undefined))
})
