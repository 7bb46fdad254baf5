import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestPipeline } from '../../../test/support/loader.ts'
import { type ConnectionId, Refusal } from '../../lib/index.ts'
import { resourceType } from '../../scim/index.ts'
import { joinPeople, readyJoining } from './joining.ts'
import { previewJoining } from './joining-preview.ts'

const USER = resourceType('User')
const NUMBER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const BY = `${NUMBER}:employeeNumber`

const isRefusal = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code

test('whoever is joined is one of each connection and shares the value with nobody else; all others stay apart', () => {
  const order = ['con_a', 'con_b', 'con_c'] satisfies ConnectionId[]
  const anyone = fc.record({
    connectionId: fc.constantFrom(...order),
    value: fc.constantFrom('1', '2', '3', 'x'),
    isActive: fc.boolean(),
  })

  fc.assert(
    fc.property(fc.array(anyone, { maxLength: 12 }), (given) => {
      const people = given.map((each, n) => ({ ...each, resourceId: `usr_${n}`, userName: `${n}` }))

      const found = joinPeople(people, order)

      for (const person of people) {
        const same = people.filter(({ value }) => value === person.value)
        const holder = found.find(({ sources }) =>
          sources.some(({ resourceId }) => resourceId === person.resourceId),
        )
        assert.equal(holder !== undefined, same.length > 1)
        const isOneOfEach =
          new Set(same.map(({ connectionId }) => connectionId)).size === same.length
        if (holder === undefined) continue
        assert.equal(holder.refused === null, isOneOfEach)
        assert.equal(holder.sources.length, same.length)
        const places = holder.sources.map(({ connectionId }) =>
          order.indexOf(connectionId as never),
        )
        assert.deepEqual(
          places,
          places.toSorted((one, other) => one - other),
          'the one that leads is first',
        )
      }
    }),
  )
})

test('a rule that tells nobody apart is refused: a constant, or an e-mail address by itself', () => {
  for (const by of [
    '"x"',
    'emails.value',
    'lower(emails[type eq "work"].value)',
    'active',
    'lower(',
    // Whoever leaves out the rest is compared by the address alone.
    'first(title, emails.value)',
    'if(title pr, title, emails.value)',
    'join("/", emails.value, name.familyName)',
    'concat("a/", before(emails.value, "@"))',
    // And here by nothing.
    'first(title, "none")',
    'concat("a", if(title pr, title, "none"))',
    'if(active, "in", title)',
  ])
    assert.throws(() => readyJoining(by, USER), isRefusal('invalid_input'), by)
  for (const by of [
    BY,
    'userName',
    'concat(emails.value, "/", name.familyName)',
    'first(title, displayName)',
    'if(emails pr, title)',
  ])
    assert.doesNotThrow(() => readyJoining(by, USER), by)
})

test('a preview names who would be one person, who would be out, and who stays apart', async (t) => {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  // Of two connections of one millisecond, neither is the oldest.
  pipeline.clock.turn(1)
  const labs = await acme.connect('AcmeLabs')
  const globex = await pipeline.onboard('Globex')
  const numbered = (employeeNumber: string, more = {}) => ({
    [NUMBER]: { employeeNumber },
    ...more,
  })
  const nadia = await acme.hire('nadia', numbered('17'))
  await acme.hire('nobody')
  const [omar, twin, zoya] = [
    await labs.hire('omar', numbered('4')),
    await labs.hire('omar.b', numbered('4')),
    await labs.hire('nadia@labs', numbered('17', { active: false })),
  ]
  const third = await acme.hire('omar.a', numbered('4'))
  await globex.hire('nadia', numbered('17'))
  const given = { ...pipeline.given, typesOf: async () => [USER] }
  const ask = (connections: readonly ConnectionId[]) =>
    previewJoining(given, acme.tenantId, { by: BY, connections })

  const preview = await ask([labs.connectionId, acme.connectionId])

  const { people, ...counts } = preview
  assert.deepEqual(counts, {
    ...{ lookedAt: 6, isWhole: true, without: 1 },
    ...{ joined: 1, wouldBeOut: 1, refused: 1 },
  })
  assert.deepEqual(
    people.map(({ value, sources }) => [value, sources.map(({ resourceId }) => resourceId)]),
    [
      ['4', [...[omar, twin].toSorted(), third]],
      ['17', [zoya, nadia]],
    ],
  )
  assert.equal(
    people[0]?.refused,
    `${labs.connectionId} has 2 people for whom the rule gives this.`,
  )
  assert.deepEqual((await ask([])).people[1]?.sources[0]?.resourceId, nadia, 'the oldest leads')
  await assert.rejects(ask([acme.connectionId]), isRefusal('invalid_input'))
  await assert.rejects(ask([acme.connectionId, globex.connectionId]), isRefusal('not_found'))
})
