import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../test/support/app.ts'
import { createTestClock, DAY } from '../test/support/clock.ts'
import type { TenantId } from './lib/index.ts'
import { createSweeper } from './sweeper.ts'

test('runs and sign-ins go when they have outlived their days, and what is younger stays', async (t) => {
  const clock = createTestClock(Date.now())
  const { app, admin, database, onboard, log } = await startApp(t, {
    clock,
    config: { ROLLCALL_RUN_DAYS: 10, ROLLCALL_SIGN_IN_DAYS: 20 },
  })
  const tenants = [(await onboard('Acme')).tenant.id, (await onboard('Birch')).tenant.id]
  const addOf = async (tenant: string, name: string, at: Date) => {
    await database.ownerPool.query(
      `insert into run (tenant_id, run_id, kind, status, started_at, ended_at)
       values ($1, $2, 'single', 'done', $3, $3)`,
      [tenant, `run_${name}`, at],
    )
    await database.ownerPool.query(
      `insert into sign_in (tenant_id, sign_in_id, client_id, outcome, steps, started_at)
       values ($1, $2, 'sit_x', 'started', '[]', $3)`,
      [tenant, `sgn_${name}_${tenant}`, at],
    )
  }
  const ago = (days: number) => new Date(clock().getTime() - days * DAY)
  for (const tenant of tenants) {
    await addOf(tenant, 'old', ago(30))
    await addOf(tenant, 'between', ago(15))
    await addOf(tenant, 'young', ago(5))
  }

  await app.sweeper.sweepAll()

  for (const tenant of tenants) {
    const runs = (await admin.listRuns({ tenant })).items.map(({ id }) => id)
    const { rows } = await database.ownerPool.query(
      'select sign_in_id from sign_in where tenant_id = $1 order by 1',
      [tenant],
    )
    assert.deepEqual(runs, ['run_young'])
    assert.deepEqual(
      rows.map(({ sign_in_id: id }) => id.split('_')[1]),
      ['between', 'young'],
    )
  }
  const swept = log
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'main.history.swept')
  assert.deepEqual(
    swept.map(({ of, rows }) => [of, rows]),
    [
      ['runs', 4],
      ['sign-ins', 2],
    ],
  )
})

test('where a sweep fails for one tenant it is told, and the others are swept', async () => {
  const acme: TenantId = 'ten_acme'
  const birch: TenantId = 'ten_birch'
  const left = new Map([[birch, 3]])
  const told: unknown[] = []
  const note = (fields: unknown) => void told.push(fields)
  const { sweepAll } = createSweeper({
    clock: createTestClock(),
    log: { info: note, warn: note },
    tenants: async (after) => (after === undefined ? [acme, birch] : []),
    sweeps: [
      {
        of: 'runs',
        days: 10,
        async take(tenantId) {
          if (tenantId === acme) throw new Error('away')
          const rows = left.get(tenantId) ?? 0
          left.set(tenantId, Math.max(0, rows - 2))
          return Math.min(2, rows)
        },
      },
    ],
  })

  await sweepAll()

  assert.deepEqual(left, new Map([[birch, 0]]))
  assert.deepEqual(told, [
    { event: 'main.history.sweep-failed', of: 'runs', rows: 3, error: 'away' },
    { event: 'main.history.swept', of: 'runs', rows: 3 },
  ])
})
