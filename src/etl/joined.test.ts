/** People of several connections who are one by a rule: what becomes of each, of their groups, and of what sites hear. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { MINUTE } from '../../test/support/clock.ts'
import { createTestJoining } from '../../test/support/joining.ts'
import { createTestPipeline, identityIdOf, type TestTenant } from '../../test/support/loader.ts'
import { createTestTenants, OPERATOR } from '../../test/support/tenants.ts'
import { createSync } from '../sync/index.ts'
import { writeBrakePolicy } from './brake-policy.ts'
import { loadBatch } from './batch.ts'
import { startFullRun, continueFullRun } from './full-run.ts'
import { releaseHeld } from './held-decide.ts'
import { readJoiningOf } from './joining-of.ts'
import type { JoiningRule } from './joining-rule.ts'
import { hasLeftNow } from './leaving.ts'
import { createRemovedConnections } from './removed-connections.ts'
import { listRuns } from './runs.ts'
import { undoRun } from './undo.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const BY = `${ENTERPRISE}:employeeNumber`
const numbered = (employeeNumber: string, more = {}) => ({
  [ENTERPRISE]: { employeeNumber, ...more },
})

async function start(t: TestContext) {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  pipeline.clock.turn(1)
  const labs = await acme.connect('Labs')
  const { given } = pipeline
  const { tenantId } = acme

  async function goOn(size = 500): Promise<void> {
    while (await continueFullRun(given, tenantId, size));
  }
  async function carryOut(size?: number): Promise<void> {
    await startFullRun(given, tenantId)
    await goOn(size)
  }
  const begin = createTestJoining(pipeline, tenantId)
  const put = ({ by = BY, active = 'all', connections = [] }: Asked): Promise<void> =>
    begin({ by, active, connections })
  async function apply(asked: Asked = {}, size?: number): Promise<void> {
    await put(asked)
    await goOn(size)
  }
  /** As an operator does it, until nothing is left of it. */
  async function removeConnection({ connectionId }: TestTenant): Promise<void> {
    const { tenants } = createTestTenants(pipeline.db, pipeline.clock)
    await tenants.disableConnection(OPERATOR, tenantId, connectionId)
    await tenants.removeConnection(OPERATOR, tenantId, connectionId)
    const sync = createSync({
      ...given,
      cursorSecrets: () => ['only for tests'],
      onWritten: () => undefined,
    })
    const removed = createRemovedConnections({ ...given, tenants, sync, wake: () => undefined })
    while ((await removed.sweep(tenantId)) > 0);
  }
  return { ...pipeline, acme, labs, put, apply, goOn, carryOut, removeConnection }
}

type Asked = Partial<JoiningRule>

async function told(tenant: TestTenant, after: number): Promise<string[]> {
  return (await tenant.events(after)).map(({ kind, identityId, otherId }) =>
    [kind, identityId, ...(otherId === null ? [] : [otherId])].join(' '),
  )
}
const lastOf = async (tenant: TestTenant) => (await tenant.events()).at(-1)?.position ?? 0

/** Nadia is at both, Omar at one; each connection has a group with her. */
async function nadiaAtBoth(t: TestContext) {
  const world = await start(t)
  const { acme, labs } = world
  const nadia = await acme.hire('nadia@acme', numbered('17'))
  world.clock.turn(1)
  const omar = await acme.hire('omar@acme', numbered('4'))
  world.clock.turn(1)
  const other = await labs.hire('nadia@labs', numbered('17'))
  const crew = await acme.form('Crew', [nadia, omar])
  const research = await labs.form('Research', [other])
  await acme.load()
  const state = async (...ids: string[]) =>
    Promise.all(ids.map(async (id) => (await acme.find(id))?.state))
  const groups = async (id: string) =>
    (await world.identity.groupsOf(acme.tenantId, identityIdOf(id), { limit: 9 }))
      .map(({ fqn }) => fqn)
      .toSorted()
  const both = ['Acme:Crew', 'Labs:Research']
  /** Loads what is pending, in a run of its own. @returns its id */
  async function loadRun(): Promise<string> {
    world.clock.turn(2 * MINUTE)
    await acme.load()
    const runs = await world.db.inTenant(acme.tenantId, (trx) =>
      listRuns(trx, acme.tenantId, { limit: 1 }),
    )
    world.clock.turn(2 * MINUTE)
    return runs[0]?.runId ?? ''
  }
  const undo = (runId: string) => undoRun(world.given, acme.tenantId, runId, 'req_undo')
  return { ...world, nadia, omar, other, crew, research, state, groups, both, loadRun, undo }
}

test('who is at both connections is one person, with the groups of both, and two again when the rule is taken back', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, nadia, omar, other, crew, research, ended } = world
  const before = [await acme.find(nadia), await acme.find(other)]
  let last = await lastOf(acme)

  await world.apply()

  const [lead, joined] = [await acme.find(nadia), await acme.find(other)]
  const [leadId, otherId] = [identityIdOf(nadia), identityIdOf(other)]
  assert.deepEqual(
    [lead?.state, lead?.joinedFrom, lead?.joinedTo, lead?.fqn],
    ['active', [otherId], null, 'Acme:nadia@acme'],
  )
  assert.deepEqual(
    [joined?.state, joined?.joinedTo, joined?.sourceState],
    ['joined', leadId, 'active'],
  )
  assert.deepEqual(await world.groups(nadia), world.both)
  assert.deepEqual(await world.groups(other), [])
  assert.deepEqual((await acme.find(omar))?.joinedFrom, [])
  assert.deepEqual(await told(acme, last), [
    `person.changed ${leadId}`,
    `person.joined ${otherId} ${leadId}`,
    `group.member-removed ${identityIdOf(research)} ${otherId}`,
    `group.member-added ${identityIdOf(research)} ${leadId}`,
  ])
  assert.deepEqual(ended.splice(0), [{ identityIds: [otherId], cause: 'joined' }])
  last = await lastOf(acme)
  await world.carryOut()
  assert.equal(await lastOf(acme), last, 'a full run finds nothing')

  await world.apply({ by: null })

  assert.deepEqual([await acme.find(nadia), await labs.find(other)].map(bare), before.map(bare))
  assert.deepEqual(
    [await world.groups(nadia), await world.groups(other)],
    [['Acme:Crew'], ['Labs:Research']],
  )
  assert.deepEqual(await told(acme, last), [
    `person.changed ${leadId}`,
    `person.parted ${otherId} ${leadId}`,
    `group.member-removed ${identityIdOf(research)} ${leadId}`,
    `group.member-added ${identityIdOf(research)} ${otherId}`,
  ])
  assert.deepEqual(ended.splice(0), [{ identityIds: [leadId], cause: 'parted' }])
  assert.deepEqual(await acme.members(crew), ['nadia@acme', 'omar@acme'])
})

function bare(identity: Awaited<ReturnType<TestTenant['find']>>) {
  const { changedAt: _changedAt, ...rest } = identity ?? assert.fail('nobody')
  return rest
}

test('out at one connection is out, unless the rule says any', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, nadia, other, state, ended } = world
  await world.apply()
  ended.splice(0)
  const last = await lastOf(acme)

  await labs.change(other, { active: false })
  await acme.load()

  assert.deepEqual(await state(nadia, other), ['inactive', 'joined'])
  assert.deepEqual(ended.splice(0), [{ identityIds: [identityIdOf(nadia)], cause: 'deactivated' }])
  const [first, second] = await acme.events(last)
  assert.deepEqual(
    [first?.kind, first?.identityId, first?.changes],
    ['person.changed', identityIdOf(other), { sourceState: { from: 'active', to: 'inactive' } }],
  )
  assert.deepEqual(
    [second?.kind, second?.identityId, second?.requestId],
    ['person.deactivated', identityIdOf(nadia), labs.scope.requestId],
  )

  await world.apply({ active: 'any' })
  assert.deepEqual(await state(nadia), ['active'])

  await acme.change(nadia, { active: false })
  await acme.load()
  assert.deepEqual(await state(nadia), ['inactive'])

  await labs.change(other, { active: true })
  await acme.load()
  assert.deepEqual(await state(nadia), ['active'])
})

test('whom another connection has no more has not left, while that waits to be loaded either', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, db, nadia, other } = world
  await world.apply()
  const person = (await acme.find(nadia)) ?? assert.fail('nobody')
  const hasLeft = () => hasLeftNow(db, acme.tenantId, person)

  const seen = [await hasLeft()]
  await labs.change(other, { active: false })
  seen.push(await hasLeft())
  await labs.remove(other)
  seen.push(await hasLeft())
  await acme.remove(nadia)
  seen.push(await hasLeft())

  assert.deepEqual(seen, [false, true, false, true])
})

test('whom nobody can tell apart is joined with nobody, and parts from those who are joined', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, nadia, other, state, groups } = world
  await world.apply()

  const twin = await labs.hire('nadia.b@labs', numbered('17'))
  await acme.load()

  assert.deepEqual(await state(nadia, other, twin), ['active', 'active', 'active'])
  assert.deepEqual([await groups(nadia), await groups(other)], [['Acme:Crew'], ['Labs:Research']])

  await labs.change(twin, numbered('18'))
  await acme.load()
  assert.deepEqual(await state(nadia, other, twin), ['active', 'joined', 'active'])

  await labs.change(other, numbered('18'))
  await acme.load()
  assert.deepEqual(await state(nadia, other, twin), ['active', 'active', 'active'])
  await acme.remove(nadia)
  await labs.remove(twin)
  await acme.load()
  const late = await acme.hire('nadia@acme', numbered('18'))
  await acme.load()
  assert.deepEqual(await state(nadia, other, twin, late), [
    'deleted',
    'joined',
    'deleted',
    'active',
  ])
})

test('the order of the connections says who leads; who was led is led on under the rest when the first is gone', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, nadia, other, research, state, groups } = world
  const third = await acme.connect('Third')
  const last = await third.hire('nadia@third', numbered('17'))
  const order = [labs.connectionId, acme.connectionId, third.connectionId]
  await world.apply({ connections: order })
  assert.deepEqual(await state(nadia, other, last), ['joined', 'active', 'joined'])
  assert.deepEqual((await acme.find(other))?.joinedFrom, [nadia, last].map(identityIdOf))
  assert.deepEqual(await groups(other), world.both)
  const late = await labs.form('Late', [other])
  await acme.load()

  await labs.remove(other)
  await acme.load()

  assert.deepEqual(await state(nadia, other, last), ['active', 'deleted', 'joined'])
  assert.deepEqual(await groups(nadia), ['Acme:Crew'])
  assert.deepEqual(
    [await labs.members(research), await labs.members(late)],
    [[], []],
    'what the group of the connection had is gone with its member',
  )
  await third.remove(last)
  await acme.load()
  assert.deepEqual((await acme.find(nadia))?.joinedFrom, [])
})

test('a full run looks at as much as it said it would, whatever the rule is and whoever is joined or gone', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, omar, db } = world
  await acme.remove(omar)
  await acme.load()
  const looks: (readonly [number | undefined, number | null | undefined])[] = []
  for (const act of [world.apply, world.carryOut, () => world.apply({ by: null })]) {
    // Runs of one instant stand in no order.
    world.clock.turn(1)
    await act()
    const [run] = await db.inTenant(acme.tenantId, (trx) =>
      listRuns(trx, acme.tenantId, { limit: 1 }),
    )
    looks.push([run?.taken, run?.expected])
  }
  // Four resources, five identities, two memberships and as many links; and what the rule gives.
  assert.deepEqual(looks, [
    [17, 17],
    [13, 13],
    [13, 13],
  ])
})

test('undoing a run brings back who is out, and out of a group, because of one connection, until it says something new', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, nadia, other, research, state, groups, loadRun, undo } = world
  await world.apply()
  await labs.change(other, { active: false })
  await labs.move(research, { kind: 'leave', members: [other] })
  const runId = await loadRun()
  assert.deepEqual([await state(nadia), await groups(nadia)], [['inactive'], ['Acme:Crew']])

  assert.deepEqual(await undo(runId), { people: 1, memberships: 1 })

  const back = async () => [await state(nadia, other), await groups(nadia)]
  assert.deepEqual(await back(), [['active', 'joined'], world.both])
  const last = await lastOf(acme)
  await world.carryOut()
  assert.deepEqual([await back(), await lastOf(acme)], [[['active', 'joined'], world.both], last])
  await labs.change(other, { displayName: 'Nadia again' })
  await acme.load()
  assert.deepEqual(await state(nadia, other), ['inactive', 'joined'])
})

test('undoing a run from before people were joined, or parted, links nobody who is not that member', async (t) => {
  const world = await nadiaAtBoth(t)
  const { labs, nadia, other, research, groups, loadRun, undo } = world
  await labs.move(research, { kind: 'leave', members: [other] })
  const whenApart = await loadRun()
  await world.apply()

  assert.deepEqual(await undo(whenApart), { people: 0, memberships: 1 })
  assert.deepEqual([await groups(nadia), await groups(other)], [world.both, []])

  await labs.move(research, { kind: 'join', members: [other] })
  await labs.move(research, { kind: 'leave', members: [other] })
  const whenJoined = await loadRun()
  assert.deepEqual(await groups(nadia), ['Acme:Crew'])
  await world.apply({ by: null })

  assert.deepEqual(await undo(whenJoined), { people: 0, memberships: 0 })
  assert.deepEqual([await groups(nadia), await groups(other)], [['Acme:Crew'], []])
})

for (const whose of ['leads', 'follows'] as const)
  test(`when the connection that ${whose} is removed, whoever it had goes on as the other's, and nothing of it is left`, async (t) => {
    const world = await nadiaAtBoth(t)
    const { acme, labs, nadia, omar, other, groups, removeConnection } = world
    const zoya = await acme.hire('zoya@acme', numbered('5'))
    const zoyaAtLabs = await labs.hire('zoya@labs', numbered('5'))
    await acme.load()
    await world.apply()
    const [left, gone] = whose === 'leads' ? [labs, acme] : [acme, labs]
    const people = { [acme.label]: [nadia, zoya], [labs.label]: [other, zoyaAtLabs] }
    const [stays = '', inactive = ''] = people[left.label] ?? []
    const [goes = '', active = ''] = people[gone.label] ?? []
    await left.change(inactive, { active: false })
    await gone.change(goes, { active: false })
    await acme.load()

    await removeConnection(gone)
    await acme.load()

    const found = async (...ids: string[]) =>
      Promise.all(
        ids.map(async (id) => {
          const { state, joinedTo, joinedFrom, sourceState } = (await acme.find(id)) ?? {}
          return [state, joinedTo, joinedFrom, sourceState]
        }),
      )
    const apart = [null, [], null]
    assert.deepEqual(await found(stays, inactive, goes, active), [
      ['active', ...apart],
      ['inactive', ...apart],
      ['deleted', ...apart],
      ['deleted', ...apart],
    ])
    const [own] = world.both.filter((fqn) => fqn.startsWith(left.label))
    assert.deepEqual([await groups(stays), await groups(goes)], [[own], []])
    const { rows } = await world.database.ownerPool.query<{ resource: string }>(
      'select resource_id as resource from joining_value where tenant_id = $1',
      [acme.tenantId],
    )
    const known = whose === 'leads' ? [stays, inactive] : [stays, inactive, omar]
    assert.deepEqual(rows.map(({ resource }) => resource).toSorted(), known.toSorted())
    const end = await lastOf(acme)
    await world.carryOut()
    assert.equal(await lastOf(acme), end, 'a full run finds nothing')
  })

test('who comes, goes or is moved while joined is in the right groups, whoever of them is named', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, nadia, other, research, groups } = world
  await world.apply()

  const second = await labs.form('Second')
  await labs.move(second, { kind: 'join', members: [other] })
  await labs.move(research, { kind: 'leave', members: [other] })
  await acme.load()

  assert.deepEqual(await groups(nadia), ['Acme:Crew', 'Labs:Second'])
  const last = await lastOf(acme)
  await world.carryOut(2)
  assert.equal(await lastOf(acme), last)

  // In one batch with the end of it.
  await labs.move(second, { kind: 'leave', members: [other] })
  await labs.change(other, numbered('99'))
  await acme.load()
  assert.deepEqual([await groups(nadia), await groups(other)], [['Acme:Crew'], []])
})

test('a manager is the person, whichever of their sources is named as it', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, nadia, other } = world
  const manager = { manager: { value: other } }
  const zoya = await labs.hire('zoya@labs', numbered('5', manager))
  const boss = await labs.hire('boss@labs', numbered('6'))
  await labs.change(other, numbered('17', { manager: { value: boss } }))
  const managers = async () =>
    (
      await world.database.ownerPool.query<{ link: string }>(
        `select from_id || ' ' || to_id as link from link where kind = 'manager' order by 1`,
      )
    ).rows.map(({ link }) => link)
  const link = (one: string, two: string) => `${identityIdOf(one)} ${identityIdOf(two)}`
  await acme.load()
  const apart = [link(zoya, other), link(other, boss)].toSorted()
  assert.deepEqual(await managers(), apart)

  await world.apply()
  assert.deepEqual(await managers(), [link(zoya, nadia)], 'the manager of who leads is theirs')

  await world.apply({ by: null })
  assert.deepEqual(await managers(), apart)
})

test('nobody is joined by a rule until what it gives is known of everybody, and who stays joined notices nothing', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, given, nadia, other, state } = world
  await labs.hire('nadia.b@labs', numbered('17'))
  await acme.load()
  await world.put({})
  const seen: unknown[] = []
  for (;;) {
    const goesOn = await continueFullRun(given, acme.tenantId, 1)
    seen.push(...(await state(nadia, other)))
    if (!goesOn) break
  }
  assert.deepEqual(new Set(seen), new Set(['active']), 'they are three, never for a moment two')

  await world.apply({ by: `join("/", ${BY}, displayName)` })
  await acme.change(nadia, { displayName: 'Nadia' })
  await labs.change(other, { displayName: 'nadia' })
  await acme.load()
  assert.deepEqual(await state(nadia, other), ['active', 'joined'])
  const last = await lastOf(acme)
  world.ended.splice(0)

  await world.apply({ by: `join("-", displayName, ${BY})` }, 1)

  assert.deepEqual([await told(acme, last), world.ended], [[], []])
})

test('while the brake holds a leaver, who is one person with them stays in; everybody else is loaded; released, they are out', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, db, nadia, other, state, ended, createLoader, clock } = world
  const { tenantId } = acme
  await world.apply()
  ended.splice(0)
  const loader = createLoader()
  const hasLeft = async () => {
    const person = await acme.find(nadia)
    return person && loader.hasLeft(tenantId, person)
  }
  const onBrake = { share: 0.01, atLeast: 0, windowMinutes: 60, cutsAccess: false }
  await db.inTenant(tenantId, (trx) =>
    writeBrakePolicy(trx, tenantId, { ...onBrake, groupShare: 1, groupSize: 100 }),
  )

  await labs.change(other, { active: false })
  assert.equal(await hasLeft(), true, 'nothing holds it yet')
  await acme.load()

  assert.deepEqual([await state(nadia, other), ended], [['active', 'joined'], []])
  const held = await loader.held(tenantId, { kept: false, limit: 9 })
  assert.deepEqual(
    held.map(({ resourceId }) => resourceId),
    [nadia],
  )
  assert.equal(await hasLeft(), false, 'whoever is held keeps access')
  await labs.remove(other)
  const late = await labs.hire('nadia.b@labs', { ...numbered('17'), active: false })
  await acme.load()
  assert.deepEqual(await state(nadia, other, late), ['active', 'joined', 'inactive'])

  clock.turn(1)
  await db.inTenant(tenantId, (trx) => releaseHeld(trx, tenantId, {}, clock()))
  await acme.load()

  assert.deepEqual(await state(nadia, other, late), ['inactive', 'deleted', 'joined'])
  assert.deepEqual(ended[0], { identityIds: [identityIdOf(nadia)], cause: 'deactivated' })
})

test('whoever was in by a connection alone that an administrator removes is out with it, and the brake holds nobody', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, db, nadia, other, state } = world
  await world.apply({ active: 'any' })
  await acme.change(nadia, { active: false })
  await acme.load()
  assert.deepEqual(await state(nadia, other), ['active', 'joined'])
  await db.inTenant(acme.tenantId, (trx) =>
    writeBrakePolicy(trx, acme.tenantId, {
      ...{ share: 0.01, atLeast: 0, windowMinutes: 60, cutsAccess: false },
      ...{ groupShare: 1, groupSize: 100 },
    }),
  )

  await world.removeConnection(labs)
  await acme.load()

  assert.deepEqual(await state(nadia, other), ['inactive', 'deleted'])
})

test('a batch of people who may be joined is as much smaller as others may have to be looked at with them', async (t) => {
  const { acme, labs, given, apply } = await start(t)
  await apply()
  for (let person = 1; person <= 6; person += 1)
    for (const at of [acme, labs])
      await at.hire(`p${person}`, { ...numbered(`${person}`), nickName: 'x'.repeat(1.9 * 2 ** 20) })

  const result = await loadBatch(given, acme.tenantId, 2_000)

  assert.ok(result.did === 'load')
  assert.deepEqual([result.lagsMs.length, result.more], [5, true])
})

test('with whom somebody is one person is said, and why with nobody', async (t) => {
  const world = await nadiaAtBoth(t)
  const { acme, labs, db, nadia, omar, other } = world
  const zoya = await acme.hire('zoya@acme')
  const [twin, twin2] = [
    await labs.hire('twin', numbered('4')),
    await labs.hire('twin2', numbered('4')),
  ]
  await acme.load()
  const why = async (...ids: string[]) =>
    Promise.all(
      ids.map(async (id) => {
        const person = await acme.find(id)
        const connections = [acme.connectionId, labs.connectionId]
        return (
          person &&
          db.inTenant(acme.tenantId, (trx) =>
            readJoiningOf(trx, acme.tenantId, person, connections),
          )
        )
      }),
    )
  const all = [nadia, other, omar, zoya, twin, twin2]
  assert.deepEqual(new Set(await why(...all)), new Set([null]))

  await world.put({})
  const [early] = await why(nadia)
  assert.match(early?.because ?? '', /has not come to them yet/)
  await world.goOn()

  const found = await why(...all)
  const same = 'The rule gives the same for all of them.'
  const apart = `${labs.connectionId} has 2 people for whom the rule gives this.`
  assert.deepEqual(
    found.map((each) => [each?.value, each?.because]),
    [
      ['17', same],
      ['17', same],
      ['4', apart],
      [null, 'The rule gives nothing for them.'],
      ['4', apart],
      ['4', apart],
    ],
  )
  await labs.remove(other)
  await acme.load()
  const [alone] = await why(nadia)
  assert.equal(alone?.because, 'The rule gives this for nobody of another connection.')
})
