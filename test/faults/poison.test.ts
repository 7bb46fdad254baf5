/** Records that cannot be loaded, among many of several tenants: none of them stops anything else. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { createChance } from '../support/chance.ts'
import { createTestPipeline, seedPeople, type TestTenant } from '../support/loader.ts'
import { until } from '../support/world.ts'

const TENANTS = 4
const PEOPLE = 80
const POISON = 8

/** What our own rules refuse, and what only the database does. */
const POISONS = [
  { attribute: 'userName', text: '\\\\u0007' },
  { attribute: 'title', text: '\\\\u0000' },
] as const

test('poison records of several tenants are set aside with their reasons, and everybody else is loaded', async (t) => {
  const seed = Number(process.env['ROLLCALL_TEST_SEED'] ?? randomInt(1, 2 ** 31))
  t.diagnostic(`seed ${seed}: ${POISON} of ${TENANTS * PEOPLE} records, ${TENANTS} tenants`)
  const chance = createChance(seed)
  const { db, clock, createLoader, onboard } = await createTestPipeline(t)
  const tenants: { tenant: TestTenant; people: string[]; poison: Set<string> }[] = []
  for (let n = 0; n < TENANTS; n += 1) {
    const tenant = await onboard(`Acme${n}`)
    tenants.push({ tenant, people: await seedPeople(db, tenant, PEOPLE), poison: new Set() })
  }
  for (let n = 0; n < POISON; n += 1) {
    const { tenant, people, poison } = tenants[chance.below(TENANTS)] ?? assert.fail()
    const id = people[chance.below(PEOPLE)] ?? assert.fail()
    poison.add(id)
    const { attribute, text } = POISONS[n % 2] ?? POISONS[0]
    await db.inTenantOnce(
      tenant.tenantId,
      'poison',
      `update resource set body = regexp_replace(body, '"' || $3 || '" : "[^"]*"', '"' || $3 || '" : "' || $4 || '"')
        where tenant_id = $1 and resource_id = $2`,
      [tenant.tenantId, id, attribute, text],
    )
  }
  const loader = createLoader({ pollSeconds: 0.05 })

  await loader.start()
  const asideOf = ({ tenantId }: TestTenant) => loader.quarantine(tenantId, { limit: POISON })
  for (const { tenant, poison } of tenants)
    await until(
      'what cannot be loaded set aside',
      async () => {
        clock.turn(1_000)
        return (await tenant.waiting()) === 0 && (await asideOf(tenant)).length === poison.size
      },
      60_000,
    )

  for (const { tenant, people, poison } of tenants) {
    const aside = await asideOf(tenant)
    assert.deepEqual(new Set(aside.map(({ resourceId }) => resourceId)), poison)
    for (const { reason } of aside) assert.match(reason, /control characters|Loading it failed/)
    for (const id of people)
      assert.equal((await tenant.find(id))?.state, poison.has(id) ? undefined : 'active', id)
    const positions = (await tenant.events()).map(({ position }) => position)
    assert.deepEqual(
      positions,
      [...Array(PEOPLE - poison.size).keys()].map((n) => n + 1),
    )
  }
})
