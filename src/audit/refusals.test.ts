import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants, OPERATOR } from '../../test/support/tenants.ts'
import { createRefusals } from './index.ts'

test('beyond a hundred refusals a minute a log has their count, and another tenant’s has each', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC G-2, I-9
  const { audit, onboard } = createTestTenants(db)
  const acme = (await onboard('Acme')).tenant.tenantId
  const birch = (await onboard('Birch')).tenant.tenantId
  const refusals = createRefusals({ audit, log: pino({ level: 'silent' }) })
  const refuse = (tenantId: typeof acme) =>
    refusals.record(tenantId, OPERATOR, { asked: 'createSite', code: 'not_permitted' })

  await Promise.all(Array.from({ length: 130 }, () => refuse(acme)))
  await refuse(birch)
  await refusals.stop()

  const of = async (tenantId: typeof acme) =>
    (await audit.list(tenantId, { limit: 500 })).filter(({ outcome }) => outcome === 'refused')
  const ofAcme = await of(acme)
  const counts = ofAcme.filter(({ act }) => act === 'http.requests.refused')
  assert.deepEqual(
    counts.map(({ details }) => details),
    [{ more: 30 }],
  )
  assert.equal(ofAcme.length, 101)
  assert.equal((await of(birch)).length, 1)
})
