import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestPipeline, identityIdOf } from '../../test/support/loader.ts'
import type { IdentityId } from '../lib/index.ts'

async function start(t: TestContext) {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  const { identity } = pipeline
  const resolve = async (fqn: string) => {
    const found = await identity.resolveFqn(acme.tenantId, fqn)
    return found && [found.identity.resourceId, found.isOld]
  }
  return { ...pipeline, acme, resolve }
}

test('an identity is read by its id, in its tenant only', async (t) => {
  const { acme, onboard, identity } = await start(t)
  const globex = await onboard('Globex')
  const nadia = await acme.hire('nadia', { displayName: 'Nadia' })
  await acme.load()

  const found = await identity.read(acme.tenantId, identityIdOf(nadia))

  assert.deepEqual([found?.fqn, found?.displayName], ['Acme:nadia', 'Nadia'])
  assert.equal(await identity.read(globex.tenantId, identityIdOf(nadia)), undefined) // SEC I-8
  assert.equal(await identity.read(acme.tenantId, 'idn_0'), undefined)
  const asked = [identityIdOf(nadia), 'idn_0', identityIdOf(nadia)] as const
  const atOnce = await Promise.all(asked.map((id) => identity.read(acme.tenantId, id)))
  assert.deepEqual(atOnce, [found, undefined, found])
})

test('a sign-in finds people by externalId as it is, and by userName in any letter case', async (t) => {
  const { acme, identity } = await start(t)
  const entra = await acme.connect('Entra')
  const nadia = await acme.hire('Nadia@acme.example', { externalId: '00uAb' })
  await entra.hire('nadia@acme.example', { externalId: '00uAb' })
  await acme.form('nadia@ACME.example')
  await acme.load()
  const find = async (matches: 'externalId' | 'userName', value: string) =>
    (await identity.findBySource(acme.tenantId, acme.connectionId, { matches, value })).map(
      ({ resourceId }) => resourceId,
    )

  assert.deepEqual(await find('externalId', '00uAb'), [nadia])
  assert.deepEqual(await find('externalId', '00uab'), [])
  assert.deepEqual(await find('userName', 'NADIA@acme.example'), [nadia])
  assert.deepEqual(await find('userName', 'nadia'), [])
})

test('of two people with one externalId the active one comes first, then the later', async (t) => {
  const { acme, identity, clock } = await start(t)
  const people: string[] = []
  for (const name of ['first', 'second', 'third']) {
    people.push(await acme.hire(name, { externalId: '00u1', active: name === 'first' }))
    clock.turn(1)
  }
  await acme.load()

  const source = { matches: 'externalId', value: '00u1' } as const
  const found = await identity.findBySource(acme.tenantId, acme.connectionId, source)

  assert.deepEqual(
    found.map(({ resourceId }) => resourceId),
    [people[0], people[2], people[1]],
  )
})

test('an FQN is resolved in any letter case; what is none, or nobody’s, or another tenant’s is not', async (t) => {
  const { acme, onboard, resolve } = await start(t)
  const globex = await onboard('Globex')
  await globex.hire('nadia')
  await globex.load()
  const nadia = await acme.hire('Straße:nadia')
  await acme.load()

  assert.deepEqual(await resolve('ACME:strasse:NADIA'), [nadia, false])
  for (const fqn of ['nadia', 'Acme:', ':nadia', 'Acme:zoya', 'Globex:nadia'])
    assert.equal(await resolve(fqn), undefined, fqn)
})

test('an old FQN means whoever has it now, else whoever had it last', async (t) => {
  const { acme, resolve, clock } = await start(t)
  const act = async (change: Promise<unknown>) => {
    await change
    await acme.load()
    clock.turn(1_000)
  }
  const nadia = await acme.hire('nadia')
  await act(acme.change(nadia, { userName: 'boss' }))
  const zoya = await acme.hire('zoya')
  await act(acme.change(nadia, { userName: 'nadia' }))
  await act(acme.change(zoya, { userName: 'boss' }))
  assert.deepEqual(await resolve('Acme:boss'), [zoya, false], 'who has it now')

  await act(acme.change(zoya, { userName: 'zoya' }))
  await act(acme.change(nadia, { userName: 'boss' }))
  assert.deepEqual(await resolve('Acme:boss'), [nadia, false])
  await act(acme.change(nadia, { userName: 'nadia' }))

  assert.deepEqual(await resolve('Acme:boss'), [nadia, true], 'who had it last')
})

test('a person comes before a group of the same FQN', async (t) => {
  const { acme, resolve } = await start(t)
  await acme.form('nadia')
  const nadia = await acme.hire('nadia')
  await acme.load()

  assert.deepEqual(await resolve('Acme:nadia'), [nadia, false])
})

test('the names somebody had are told with their times, the present one first', async (t) => {
  const { acme, identity, clock } = await start(t)
  const nadia = await acme.hire('one')
  const [first, second, third] = [0, 1_000, 2_000].map((ms) => new Date(clock().getTime() + ms))
  await acme.load()
  clock.turn(1_000)
  await acme.change(nadia, { userName: 'two' })
  await acme.load()
  const history = () => identity.history(acme.tenantId, identityIdOf(nadia))
  assert.deepEqual(await history(), [
    { fqn: 'Acme:two', validFrom: second, validTo: null },
    { fqn: 'Acme:one', validFrom: first, validTo: second },
  ])

  clock.turn(1_000)
  await acme.remove(nadia)
  await acme.load()

  assert.deepEqual(
    (await history()).map(({ validTo }) => validTo),
    [third, second],
    'who is deleted has none at present',
  )
})

test('two renames within a millisecond are one', async (t) => {
  const { acme, identity } = await start(t)
  const nadia = await acme.hire('one')
  await acme.load()

  await acme.change(nadia, { userName: 'two' })
  await acme.load()

  const history = await identity.history(acme.tenantId, identityIdOf(nadia))
  assert.deepEqual(
    history.map(({ fqn, validTo }) => [fqn, validTo]),
    [['Acme:two', null]],
  )
})

test('a search finds part of a name, a display name, an address or an FQN in any letter case', async (t) => {
  const { acme, identity } = await start(t)
  const nadia = await acme.hire('nadia_1', {
    displayName: 'Nadia STRAẞE',
    externalId: '00u1',
    emails: [{ value: 'N.Osei@acme.example' }],
  })
  await acme.hire('nadiax1', { displayName: 'Зоя Ґудзь' })
  await acme.load()
  const found = async (q: string) =>
    (await identity.search(acme.tenantId, { q, limit: 10 })).map(({ name }) => name)

  for (const q of ['DIA_1', 'straße', 'N.osei', 'acme:nadia_', '00u1', ' nadia_1 '])
    assert.deepEqual(await found(q), ['nadia_1'], q)
  for (const q of ['00u', '%', '\\', 'nobody']) assert.deepEqual(await found(q), [], q)
  assert.deepEqual(await found('ґудзь'), ['nadiax1'])
  assert.equal((await found('nadia')).length, 2)
  assert.equal((await acme.find(nadia))?.state, 'active')
})

test('a search is narrowed by kind and state, and its pages run through all in order of birth', async (t) => {
  const { acme, identity, clock } = await start(t)
  const born: IdentityId[] = []
  for (let n = 0; n < 5; n += 1) {
    born.push(identityIdOf(await acme.hire(`p${n}`, { active: n !== 2 })))
    clock.turn(1)
  }
  await acme.form('Crew')
  await acme.load()
  const search = async (ask: object) =>
    (await identity.search(acme.tenantId, { limit: 2, ...ask })).map(({ identityId }) => identityId)

  const first = await search({ kind: 'person' })
  const second = await search({ kind: 'person', after: first.at(-1) })
  const third = await search({ kind: 'person', after: second.at(-1) })

  assert.deepEqual([first, second, third], [born.slice(0, 2), born.slice(2, 4), born.slice(4)])
  assert.deepEqual(await search({ state: 'inactive' }), [born[2]])
  assert.equal((await search({ kind: 'group' })).length, 1)
})

test('groups and members are listed in order of birth, page by page', async (t) => {
  const { acme, identity, clock } = await start(t)
  const people: string[] = []
  for (const name of ['a', 'b', 'c']) {
    people.push(await acme.hire(name))
    clock.turn(1)
  }
  const crew = await acme.form('Crew', people)
  clock.turn(1)
  const nadia = people[0] ?? ''
  await acme.form('Other', [nadia])
  await acme.load()
  const members = async (after?: string) =>
    (await identity.members(acme.tenantId, identityIdOf(crew), { limit: 2, after })).map(
      ({ fqn, identityId }) => ({ fqn, identityId }),
    )

  const first = await members()
  const second = await members(first.at(-1)?.identityId)

  assert.deepEqual(
    [first, second].map((page) => page.map(({ fqn }) => fqn)),
    [['Acme:a', 'Acme:b'], ['Acme:c']],
  )
  const groupsOf = async (person: string, limit: number, after?: string) =>
    (await identity.groupsOf(acme.tenantId, identityIdOf(person), { limit, after })).map(
      ({ displayName }) => displayName,
    )
  const [, other = ''] = people
  const atOnce = await Promise.all([
    ...[groupsOf(nadia, 10), groupsOf(other, 10), groupsOf(crew, 10)],
    ...[groupsOf(nadia, 1), groupsOf(nadia, 10, identityIdOf(crew))],
  ])
  assert.deepEqual(atOnce, [['Crew', 'Other'], ['Crew'], [], ['Crew'], ['Other']])
})
