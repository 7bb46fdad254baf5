import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { createTestClock } from '../../test/support/clock.ts'

// SEC L-1
test('what starts a sign-in or guesses at a secret is limited by address, however its own address is spelled', async (t) => {
  const config = { ROLLCALL_RATE_LIMITS: true }
  const app = await startApp(t, { config, clock: createTestClock() })
  const { tenant } = await app.onboard('Acme')
  const spelled = [
    ...['connect/token', 'connect/TOKEN', 'Connect/Token/', 'connect/revocation'],
    ...['connect/Authorize', 'CONNECT/par'],
  ]
  const ask = async (each: string) =>
    (await fetch(`${tenant.authority}/${each}`, { method: 'POST' })).status

  const statuses = await Promise.all(
    Array.from({ length: 120 }, (_, at) => ask(spelled[at % 6] ?? '')),
  )
  const later = await Promise.all(spelled.map(ask))

  assert.equal(statuses.filter((status) => status === 429).length, 10)
  assert.deepEqual(
    later,
    spelled.map(() => 429),
  )
})
