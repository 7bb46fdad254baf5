/** What an IdP wrote, brought over a batch at a time: people, groups, links, names, sessions, events. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestPipeline, identityIdOf, seedPeople } from '../../test/support/loader.ts'
import { loadBatch } from './batch.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

async function start(t: TestContext) {
  const pipeline = await createTestPipeline(t)
  return { ...pipeline, acme: await pipeline.onboard('Acme') }
}

const kindsOf = (events: readonly { kind: string }[]) => events.map(({ kind }) => kind)

test('a person whom the IdP created is somebody, under our id and an FQN', async (t) => {
  const { acme, identity, clock } = await start(t)
  const nadia = await acme.hire('Nadia@acme.example', { externalId: '00u1', title: 'Dr' })

  const results = await acme.load()

  const found = await acme.find(nadia)
  assert.deepEqual(
    [found?.identityId, found?.fqn, found?.state, found?.externalId, found?.properties],
    [identityIdOf(nadia), 'Acme:Nadia@acme.example', 'active', '00u1', { title: 'Dr' }],
  )
  const resolved = await identity.resolveFqn(acme.tenantId, 'acme:NADIA@acme.example')
  assert.deepEqual([resolved?.identity.resourceId, resolved?.isOld], [nadia, false])
  assert.equal(await acme.waiting(), 0)
  assert.deepEqual(results, [{ did: 'load', lagsMs: [0], failed: 0, more: false, revokedMs: [] }])
  assert.deepEqual(await acme.events(), [
    {
      position: 1,
      kind: 'person.created',
      identityId: identityIdOf(nadia),
      otherId: null,
      changes: {
        name: { from: null, to: 'Nadia@acme.example' },
        state: { from: null, to: 'active' },
      },
      requestId: acme.scope.requestId,
      happenedAt: clock(),
    },
  ])
})

test('somebody who is renamed keeps the id, and the old FQN still resolves', async (t) => {
  const { acme, identity, clock } = await start(t)
  const nadia = await acme.hire('nadia.osei')
  await acme.load()
  const before = await acme.find(nadia)
  clock.turn(1_000)

  await acme.change(nadia, { userName: 'nadia.bak' })
  await acme.load()

  const after = await acme.find(nadia)
  assert.deepEqual([after?.identityId, after?.fqn], [before?.identityId, 'Acme:nadia.bak'])
  assert.deepEqual([after?.createdAt, after?.changedAt], [before?.createdAt, clock()])
  const old = await identity.resolveFqn(acme.tenantId, 'Acme:nadia.osei')
  assert.deepEqual([old?.identity.fqn, old?.isOld], ['Acme:nadia.bak', true])
  assert.deepEqual(kindsOf(await acme.events(1)), ['person.renamed'])
})

test('who changes stays on the page, so that no index is written', async (t) => {
  const { acme, database } = await start(t)
  const people: string[] = []
  for (let n = 1; n <= 60; n += 1)
    people.push(await acme.hire(`person-${n}`, { nickName: 'x'.repeat(300) }))
  await acme.load()
  const pagesOf = async (table: 'resource' | 'identity') => {
    const { rows } = await database.ownerPool.query<{ id: string; page: number }>(
      `select resource_id as id, (ctid::text::point)[0] as page from ${table} where tenant_id = $1`,
      [acme.tenantId],
    )
    return new Map(rows.map(({ id, page }) => [id, page]))
  }
  const pages = async () => [await pagesOf('resource'), await pagesOf('identity')] as const
  const before = await pages()
  const [resources, identities] = before

  // One of each page: the room is for one at a time, until the page is next tidied up.
  const firstOf = (of: ReadonlyMap<string, number>, id: string) =>
    people.find((each) => of.get(each) === of.get(id)) === id
  const some = people.filter((id) => firstOf(resources, id) && firstOf(identities, id))
  for (const id of some) await acme.change(id, { title: 'Dr' })
  await acme.load()

  assert.ok(
    before.every((each) => new Set(each.values()).size > 2),
    'pages have been filled',
  )
  assert.ok(some.length > 0)
  assert.deepEqual(await pages(), before)
  const { properties } = (await acme.find(some[0] ?? '')) ?? {}
  assert.deepEqual(properties, { nickName: 'x'.repeat(300), title: 'Dr' })
})

test('ten writes to one person are loaded once', async (t) => {
  const { acme } = await start(t)
  const nadia = await acme.hire('nadia')
  for (let n = 1; n < 10; n += 1) await acme.change(nadia, { title: `Dr ${n}` })

  const [result] = await acme.load()

  assert.ok(result?.did === 'load')
  assert.equal(result.lagsMs.length, 10)
  assert.deepEqual((await acme.find(nadia))?.properties, { title: 'Dr 9' })
  assert.deepEqual(kindsOf(await acme.events()), ['person.created'])
})

// SEC F-13
test('who is deactivated or deleted loses their sessions in that batch, nobody else does', async (t) => {
  const { acme, ended } = await start(t)
  const [nadia, tomasz, zoya] = [
    await acme.hire('nadia'),
    await acme.hire('tomasz'),
    await acme.hire('zoya'),
  ]
  await acme.hire('born.inactive', { active: false })
  await acme.load()
  assert.deepEqual(ended, [])

  await acme.change(nadia, { active: false })
  await acme.remove(tomasz)
  await acme.change(zoya, { title: 'Dr' })
  await acme.load()

  assert.deepEqual(ended, [
    { identityIds: [identityIdOf(nadia)], cause: 'deactivated' },
    { identityIds: [identityIdOf(tomasz)], cause: 'deleted' },
  ])
  await acme.change(nadia, { title: 'Dr' })
  await acme.load()
  assert.equal(ended.length, 2, 'she was out already')
})

test('somebody reactivated is the same person in the same groups', async (t) => {
  const { acme } = await start(t)
  const nadia = await acme.hire('nadia')
  const crew = await acme.form('Crew', [nadia])
  await acme.load()
  const before = await acme.find(nadia)
  await acme.change(nadia, { active: false })
  await acme.load()
  assert.equal((await acme.find(nadia))?.state, 'inactive')
  assert.deepEqual(await acme.members(crew), ['nadia'])

  await acme.change(nadia, { active: true })
  await acme.load()

  const after = await acme.find(nadia)
  assert.deepEqual([after?.identityId, after?.state], [before?.identityId, 'active'])
  assert.deepEqual(await acme.members(crew), ['nadia'])
  assert.deepEqual(kindsOf(await acme.events(3)), ['person.deactivated', 'person.reactivated'])
})

test('somebody deleted is out of every group and has no FQN, and their old one still says who it was', async (t) => {
  const { acme, identity } = await start(t)
  const nadia = await acme.hire('nadia')
  const crew = await acme.form('Crew', [nadia])
  await acme.load()

  await acme.remove(nadia)
  await acme.load()

  assert.equal((await acme.find(nadia))?.state, 'deleted')
  assert.deepEqual(await acme.members(crew), [])
  const old = await identity.resolveFqn(acme.tenantId, 'Acme:nadia')
  assert.deepEqual([old?.identity.state, old?.isOld], ['deleted', true])
  assert.deepEqual(kindsOf(await acme.events(3)), ['person.deleted'])
})

test('whoever is created again under a deleted name is somebody else, and the name is theirs', async (t) => {
  const { acme, identity } = await start(t)
  const first = await acme.hire('nadia', { externalId: '00u1' })
  await acme.load()
  await acme.remove(first)

  const second = await acme.hire('nadia', { externalId: '00u1' })
  await acme.load()

  assert.notEqual(second, first)
  assert.equal((await acme.find(first))?.state, 'deleted')
  const resolved = await identity.resolveFqn(acme.tenantId, 'Acme:nadia')
  assert.deepEqual([resolved?.identity.resourceId, resolved?.isOld], [second, false])
  const { tenantId, connectionId } = acme
  const source = { matches: 'externalId', value: '00u1' } as const
  const people = await identity.findBySource(tenantId, connectionId, source)
  assert.deepEqual(
    people.map(({ resourceId }) => resourceId),
    [second, first],
  )
})

test('somebody created and deleted before a batch came was never there', async (t) => {
  const { acme } = await start(t)
  const nadia = await acme.hire('nadia')
  await acme.remove(nadia)

  await acme.load()

  assert.equal(await acme.find(nadia), undefined)
  assert.deepEqual(await acme.events(), [])
})

test('two who exchange their names are loaded as they ended', async (t) => {
  const { acme, identity } = await start(t)
  const [one, other] = [await acme.hire('one'), await acme.hire('other')]
  await acme.load()

  await acme.change(one, { userName: 'free' })
  await acme.change(other, { userName: 'one' })
  await acme.change(one, { userName: 'other' })
  await acme.load()

  const resolved = await identity.resolveFqn(acme.tenantId, 'Acme:one')
  assert.deepEqual([resolved?.identity.resourceId, resolved?.isOld], [other, false])
})

test('a group has its members, and a batch that comes in pieces ends the same', async (t) => {
  const { acme } = await start(t)
  const people = await Promise.all(['a', 'b', 'c', 'd'].map((name) => acme.hire(name)))
  const crew = await acme.form('Crew', people)

  await acme.load(1)

  assert.deepEqual((await acme.members(crew)).toSorted(), ['a', 'b', 'c', 'd'])
  assert.equal((await acme.events()).length, 9)
})

test('members that were looked at before their group could be loaded are there once it is', async (t) => {
  const { acme, clock } = await start(t)
  const people = await Promise.all(['a', 'b', 'c'].map((name) => acme.hire(name)))
  const crew = await acme.form('Cr\u0007ew', people)
  await acme.load()
  assert.equal(await acme.find(crew), undefined, 'its name is refused')
  assert.equal(await acme.waiting(), 0, 'the memberships have been looked at')

  await acme.change(crew, { displayName: 'Crew' })
  clock.turn(1_000)
  await acme.load()

  assert.deepEqual((await acme.members(crew)).toSorted(), ['a', 'b', 'c'])
  assert.equal(await acme.waiting(), 0)
})

test('memberships that were looked at before their person could be loaded are there with them', async (t) => {
  const { acme } = await start(t)
  const nadia = await acme.hire('na\u0007dia')
  const crew = await acme.form('Crew', [nadia])
  await acme.load()
  assert.deepEqual(await acme.members(crew), [])

  await acme.change(nadia, { userName: 'nadia' })
  await acme.load()

  assert.deepEqual(await acme.members(crew), ['nadia'])
})

test('joins and leaves are told with the request that brought them, and only those that change something', async (t) => {
  const { acme } = await start(t)
  const [nadia, zoya] = [await acme.hire('nadia'), await acme.hire('zoya')]
  const crew = await acme.form('Crew', [nadia])
  await acme.load()
  const position = (await acme.events()).length

  await acme.move(crew, { kind: 'join', members: [zoya] }, { kind: 'leave', members: [nadia] })
  await acme.move(crew, { kind: 'leave', members: [zoya] })
  await acme.load()

  assert.deepEqual(await acme.members(crew), [])
  assert.deepEqual(
    (await acme.events(position)).map(({ kind, identityId, otherId, requestId }) => [
      kind,
      identityId,
      otherId,
      requestId,
    ]),
    [['group.member-removed', identityIdOf(crew), identityIdOf(nadia), acme.scope.requestId]],
  )
})

test('a renamed group is the same group with its members', async (t) => {
  const { acme, identity, clock } = await start(t)
  const nadia = await acme.hire('nadia')
  const crew = await acme.form('Crew', [nadia])
  await acme.load()
  clock.turn(1)

  await acme.change(crew, { displayName: 'Field Crew' })
  await acme.load()

  assert.deepEqual(await acme.members(crew), ['nadia'])
  const old = await identity.resolveFqn(acme.tenantId, 'Acme:crew')
  assert.deepEqual([old?.identity.fqn, old?.isOld], ['Acme:Field Crew', true])
  assert.deepEqual(kindsOf(await acme.events(3)), ['group.renamed'])
})

test('a deleted group lets its members be', async (t) => {
  const { acme, identity, ended } = await start(t)
  const nadia = await acme.hire('nadia')
  const crew = await acme.form('Crew', [nadia])
  await acme.load()

  await acme.remove(crew)
  await acme.load()

  assert.equal((await acme.find(crew))?.state, 'deleted')
  assert.equal((await acme.find(nadia))?.state, 'active')
  assert.deepEqual(await identity.groupsOf(acme.tenantId, identityIdOf(nadia), { limit: 10 }), [])
  assert.deepEqual(kindsOf(await acme.events(3)), ['group.deleted'])
  assert.deepEqual(ended, [], 'a group has no sessions')
})

// SEC N-2
test('two groups of one name, from two identity providers, stay two', async (t) => {
  const { acme } = await start(t)
  const entra = await acme.connect('Entra')
  const [nadia, zoya] = [await acme.hire('nadia'), await entra.hire('nadia')]

  const [one, other] = [await acme.form('Crew', [nadia]), await entra.form('Crew', [zoya])]
  await acme.load()

  assert.deepEqual(
    [(await acme.find(one))?.fqn, (await acme.find(other))?.fqn],
    ['Acme:Crew', 'Entra:Crew'],
  )
  assert.deepEqual([await acme.members(one), await entra.members(other)], [['nadia'], ['nadia']])
  assert.notEqual((await acme.find(nadia))?.identityId, (await acme.find(zoya))?.identityId)
})

for (const order of ['the manager first', 'the managed first'] as const)
  test(`a manager is linked, ${order}`, async (t) => {
    const { acme } = await start(t)
    const boss = await acme.hire(order === 'the manager first' ? 'boss' : 'bo\u0007ss')
    const managed = { [ENTERPRISE]: { manager: { value: boss } } }
    const nadia = await acme.hire('nadia', managed)
    await acme.load()
    await acme.change(boss, { userName: 'boss' })
    await acme.load()

    const events = await acme.events()
    const links = events.filter(({ kind }) => kind === 'person.manager-added')
    assert.deepEqual(
      links.map(({ identityId, otherId }) => [identityId, otherId]),
      [[identityIdOf(nadia), identityIdOf(boss)]],
    )
    assert.equal((await acme.find(nadia))?.managerResourceId, boss)
  })

test('another manager takes the place of the first, and one who is deleted leaves it empty', async (t) => {
  const { acme } = await start(t)
  const [first, second] = [await acme.hire('first'), await acme.hire('second')]
  const nadia = await acme.hire('nadia', { [ENTERPRISE]: { manager: { value: first } } })
  await acme.load()
  const position = (await acme.events()).length

  await acme.change(nadia, { [ENTERPRISE]: { manager: { value: second } } })
  await acme.load()
  await acme.remove(second)
  await acme.load()

  assert.deepEqual(kindsOf(await acme.events(position)), [
    'person.changed',
    'person.manager-removed',
    'person.manager-added',
    'person.deleted',
  ])
})

// SEC G-3
test('loading everything again changes nothing and numbers no event', async (t) => {
  const { acme, db } = await start(t)
  const boss = await acme.hire('boss')
  const nadia = await acme.hire('nadia', {
    [ENTERPRISE]: { manager: { value: boss }, department: 'Field' },
    emails: [{ value: 'n@x', primary: true }],
  })
  const inner = await acme.form('Inner', [nadia])
  await acme.form('Outer', [inner, boss])
  await acme.change(nadia, { active: false })
  await acme.load()
  const dump = () =>
    db.inTenant(acme.tenantId, async (trx) => ({
      identities: await trx.selectFrom('identity').selectAll().orderBy('identity_id').execute(),
      names: await trx.selectFrom('fqn').selectAll().orderBy('identity_id').execute(),
      links: await trx.selectFrom('link').selectAll().orderBy('from_id').orderBy('to_id').execute(),
      events: await trx.selectFrom('event').selectAll().orderBy('position').execute(),
      loader: await trx.selectFrom('loader').selectAll().execute(),
    }))
  const before = await dump()

  await acme.reload()
  assert.ok((await acme.waiting()) > 6)
  await acme.load()

  assert.deepEqual(await dump(), before)
  assert.equal(await acme.waiting(), 0)
})

// SEC G-3
test('events are numbered densely and in order, each tenant its own', async (t) => {
  const { onboard, acme } = await start(t)
  const globex = await onboard('Globex')
  for (const tenant of [acme, globex]) {
    const people = await Promise.all(['a', 'b', 'c'].map((name) => tenant.hire(name)))
    await tenant.form('Crew', people)
  }

  await acme.load(2)
  await globex.load(3)

  for (const tenant of [acme, globex])
    assert.deepEqual(
      (await tenant.events()).map(({ position }) => position),
      [1, 2, 3, 4, 5, 6, 7],
    )
  assert.deepEqual(
    (await acme.events(5)).map(({ position }) => position),
    [6, 7],
  )
})

test('a run tells what its batches did, close ones together', async (t) => {
  const { acme, createLoader, clock } = await start(t)
  const loader = createLoader()
  const people = await Promise.all(['a', 'b', 'c'].map((name) => acme.hire(name)))
  const crew = await acme.form('Crew', people)
  clock.turn(1_500)
  await acme.load(4)
  clock.turn(60_001)
  const [a, b] = people
  await acme.change(a ?? '', { title: 'Dr', nickName: 'A' })
  await acme.remove(b ?? '')
  await acme.remove(crew)
  await acme.load()

  const [second, first, ...more] = await loader.runs(acme.tenantId, { limit: 10 })

  assert.deepEqual(more, [])
  assert.ok(first && second)
  const { runId: _id, startedAt: _start, endedAt: _end, ...counts } = first
  assert.deepEqual(counts, {
    kind: 'differential',
    status: 'done',
    reason: null,
    expected: null,
    taken: 7,
    identitiesCreated: 4,
    identitiesChanged: 0,
    identitiesDeleted: 0,
    linksAdded: 3,
    linksRemoved: 0,
    propertiesChanged: 0,
    quarantined: 0,
    maxLagMs: 1_500,
    positions: { first: 1, last: 7 },
  })
  assert.deepEqual(
    [second.identitiesChanged, second.identitiesDeleted, second.propertiesChanged],
    [1, 2, 2],
  )
  assert.deepEqual([second.linksRemoved, second.maxLagMs], [3, 0])
})

// SEC I-2
test('what is loaded for one tenant leaves another’s identities as they are', async (t) => {
  const { acme, onboard } = await start(t)
  const globex = await onboard('Globex')
  const theirs = await globex.hire('nadia')
  await globex.form('Crew', [theirs])
  await globex.load()
  const before = [await globex.find(theirs), await globex.events()]

  const nadia = await acme.hire('nadia')
  await acme.form('Crew', [nadia])
  await acme.load()
  await acme.remove(nadia)
  await acme.load()

  assert.deepEqual([await globex.find(theirs), await globex.events()], before)
  assert.equal(await acme.find(theirs), undefined)
})

test('a large batch, which is read and written in pieces, is there once and numbered without a gap', async (t) => {
  const { acme, db, given } = await start(t)
  const people = await seedPeople(db, acme, 450)
  const groups = [
    await acme.form('One', people),
    await acme.form('Two', people),
    await acme.form('Three', people),
  ]

  const result = await loadBatch(given, acme.tenantId, 2_000)

  assert.ok(result.did === 'load')
  assert.deepEqual([result.lagsMs.length, result.failed, result.more], [4 * 450 + 3, 0, false])
  const [counted] = await db.inTenant(acme.tenantId, (trx) =>
    trx.prepared(
      '',
      `select count(*) as events, count(distinct position) as positions, max(position) as last,
              (select count(*) from link where tenant_id = $1) as links,
              (select count(*) from fqn where tenant_id = $1) as names
         from event where tenant_id = $1`,
      [acme.tenantId],
    ),
  )
  const all = 4 * 450 + 3
  assert.deepEqual(counted, { events: all, positions: all, last: all, links: 3 * 450, names: 453 })
  assert.equal((await acme.members(groups[1] ?? '')).length, 450)
})

test('a batch ends where its resources would fill the memory, and the next goes on', async (t) => {
  const { acme, given } = await start(t)
  for (let person = 1; person <= 12; person += 1)
    await acme.hire(`p${person}`, { nickName: 'x'.repeat(1.9 * 2 ** 20) })

  const result = await loadBatch(given, acme.tenantId, 2_000)

  assert.ok(result.did === 'load')
  assert.deepEqual([result.lagsMs.length, result.more], [9, true])
  await acme.load()
  assert.equal((await acme.events()).length, 12)
})
