/**
 * Loading again gives the same identities, ids included (invariant 4): whatever an IdP writes, in
 * whatever pieces and order it is loaded, identity ends as one fresh load of everything makes it,
 * and the events alone tell the same story.
 *
 * ROLLCALL_TEST_SEED repeats a run; a failure prints its seed and the least sequence that fails.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { IdentityEvent } from '../../src/identity/index.ts'
import { type Body, ScimError } from '../../src/scim/index.ts'
import {
  createTestPipeline,
  loadAfresh,
  loadBatch,
  loadSingle,
  type TestPipeline,
  type TestTenant,
  viewOf,
} from '../support/loader.ts'
import { seeded } from '../support/seed.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Few names, so that they collide, are given up and taken again; one that cannot be loaded. */
const NAMES = ['nadia', 'NADIA', 'zoya', 'tomasz', 'Зоя', 'bad\u0007name']
const TITLES = ['Dr', 'dr', '', '-0', '😀', '{"a":1}']

const anyone = fc.nat(7)
const name = fc.constantFrom(...NAMES)
const several = fc.array(fc.nat(11), { maxLength: 5 })

const step = fc.oneof(
  fc.record({ act: fc.constant('hire' as const), name, boss: fc.option(anyone) }),
  fc.record({ act: fc.constant('rename' as const), who: anyone, name }),
  fc.record({ act: fc.constant('switch' as const), who: anyone, active: fc.boolean() }),
  fc.record({
    act: fc.constant('promote' as const),
    who: anyone,
    title: fc.constantFrom(...TITLES),
    boss: fc.option(anyone),
  }),
  fc.record({ act: fc.constant('leave the company' as const), who: anyone }),
  fc.record({ act: fc.constant('form' as const), name, members: several }),
  fc.record({ act: fc.constant('rename group' as const), group: anyone, name }),
  fc.record({
    act: fc.constantFrom('join' as const, 'leave' as const, 'only' as const),
    group: anyone,
    members: several,
  }),
  fc.record({ act: fc.constant('disband' as const), group: anyone }),
  fc.record({ act: fc.constant('load' as const), limit: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ act: fc.constant('load one' as const), who: anyone }),
  fc.record({ act: fc.constant('wait' as const), ms: fc.constantFrom(1, 1_000, 20_000) }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

test('any writes, loaded in any pieces, end as one fresh load would make them', async (t) => {
  const pipeline = await createTestPipeline(t)
  let tenants = 0

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const tenant = await pipeline.onboard(`tenant ${(tenants += 1)}`)
      const play = createPlay(pipeline, tenant)
      for (const each of steps) await play(each)
      await settle(pipeline, tenant)
      await mend(pipeline, tenant)

      const events = await tenant.events()
      const view = await viewOf(pipeline, tenant)
      assert.deepEqual(
        events.map(({ position }) => position),
        events.map((_, index) => index + 1),
      )
      assert.deepEqual(replay(events), told(view))
      assert.deepEqual(await loadAfresh(pipeline, tenant), view)
    }),
    { ...seeded(t), numRuns: 60 },
  )
})

/** Plays the steps of one tenant's history; what SCIM refuses changes nothing. */
function createPlay({ given, clock }: TestPipeline, tenant: TestTenant) {
  const people: string[] = []
  const groups: string[] = []
  const pick = (from: readonly string[], index: number) => from[index % from.length] ?? 'usr_none'
  const bossed = (boss: number | null): Body =>
    boss === null ? {} : { [ENTERPRISE]: { manager: { value: pick(people, boss) } } }
  const membersOf = (indexes: readonly number[]) =>
    indexes.map((index) => pick([...people, ...groups], index))

  async function act(each: Step): Promise<unknown> {
    const { tenantId, connectionId } = tenant
    switch (each.act) {
      case 'hire':
        return people.push(await tenant.hire(each.name, bossed(each.boss)))
      case 'rename':
        return tenant.change(pick(people, each.who), { userName: each.name })
      case 'switch':
        return tenant.change(pick(people, each.who), { active: each.active })
      case 'promote':
        return tenant.change(pick(people, each.who), { title: each.title, ...bossed(each.boss) })
      case 'leave the company':
        return tenant.remove(pick(people, each.who))
      case 'form':
        return groups.push(await tenant.form(each.name, membersOf(each.members)))
      case 'rename group':
        return tenant.change(pick(groups, each.group), { displayName: each.name })
      case 'join':
      case 'leave':
      case 'only':
        return tenant.move(pick(groups, each.group), {
          kind: each.act,
          members: membersOf(each.members),
        })
      case 'disband':
        return tenant.remove(pick(groups, each.group))
      case 'load':
        return loadBatch(given, tenantId, each.limit)
      case 'load one':
        return loadSingle(given, tenantId, {
          connectionId,
          resourceId: pick(people, each.who),
          requestId: 'req_single',
        })
      case 'wait':
        return clock.turn(each.ms)
    }
  }

  return async (each: Step): Promise<void> => {
    try {
      await act(each)
    } catch (error) {
      if (!(error instanceof ScimError)) throw error
    }
  }
}

/** Until every record is loaded or set aside. */
async function settle({ clock }: TestPipeline, tenant: TestTenant): Promise<void> {
  while ((await tenant.waiting()) > 0) {
    await tenant.load()
    clock.turn(10_000)
  }
}

/** Renames what was set aside: until then identity has it as it was before. */
async function mend(pipeline: TestPipeline, tenant: TestTenant): Promise<void> {
  const { db } = pipeline
  const aside = await db.inTenant(tenant.tenantId, (trx) =>
    trx.selectFrom('quarantine').select('resource_id').execute(),
  )
  for (const { resource_id: id } of aside)
    await tenant.change(id, { [id.startsWith('usr') ? 'userName' : 'displayName']: `mended ${id}` })
  await settle(pipeline, tenant)
}

type Story = ReturnType<typeof replay>

/** Who is there, under which name and state, and how they are linked: from the events alone. */
function replay(events: readonly IdentityEvent[]) {
  const people = new Map<string, { name: unknown; state: unknown }>()
  const links = new Set<string>()
  for (const { kind, identityId, otherId, changes } of events) {
    const link = `${kind.split(/[.-]/)[1]} ${identityId} ${otherId}`
    if (kind.endsWith('-added')) links.add(link)
    else if (kind.endsWith('-removed')) links.delete(link)
    else if (kind.endsWith('.deleted')) {
      people.delete(identityId)
      for (const each of links) if (each.split(' ').includes(identityId)) links.delete(each)
    } else {
      const before = people.get(identityId) ?? { name: null, state: null }
      people.set(identityId, {
        name: changes['name']?.to ?? before.name,
        state: changes['state']?.to ?? before.state,
      })
    }
  }
  return {
    people: [...people].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    links: [...links].toSorted(),
  }
}

function told({ identities, links }: Awaited<ReturnType<typeof viewOf>>): Story {
  return {
    people: identities.map(({ identity_id, name: called, state }) => [
      identity_id,
      { name: called, state },
    ]),
    links: links.map(({ kind, from_id, to_id }) => `${kind} ${from_id} ${to_id}`).toSorted(),
  }
}
