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

// SEC L-1
test('whoever has the page of a sign-in begins no more of them than their address may', async (t) => {
  const config = { ROLLCALL_RATE_LIMITS: true }
  const app = await startApp(t, { config, clock: createTestClock() })
  const { tenant } = await app.onboard('Acme')
  const redirectUri = 'http://127.0.0.1:9/cb'
  const { id } = await app.admin.createSite({
    ...{ tenant: tenant.id, name: 'Wiki', redirectUris: [redirectUri] },
  })
  const asked = new URLSearchParams({
    ...{ client_id: id, redirect_uri: redirectUri, response_type: 'code', scope: 'openid' },
    ...{ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' },
  })
  const sent = await fetch(`${tenant.authority}/connect/authorize?${asked}`, { redirect: 'manual' })
  const page = new URL(sent.headers.get('location') ?? '', app.url)
  const cookie = sent.headers
    .getSetCookie()
    .map((one) => one.split(';')[0] ?? '')
    .join('; ')

  const answers = await Promise.all(
    Array.from({ length: 223 }, async () => (await fetch(page, { headers: { cookie } })).status),
  )

  // Its connection has no application yet.
  assert.deepEqual(
    [503, 429].map((status) => answers.filter((each) => each === status).length),
    [220, 3],
  )
})

// SEC L-1
test('whoever asks to be signed out, and is nobody, leaves no more behind than their address may', async (t) => {
  const config = { ROLLCALL_RATE_LIMITS: true }
  const app = await startApp(t, { config, clock: createTestClock() })
  const { tenant } = await app.onboard('Acme')

  const answers = await Promise.all(
    Array.from({ length: 223 }, async () => {
      const answer = await fetch(`${tenant.authority}/connect/endsession`)
      return answer.status
    }),
  )

  assert.equal(answers.filter((status) => status === 429).length, 3)
  const { rows } = await app.database.ownerPool.query('select 1 from oidc_payload')
  assert.equal(rows.length, 220)
})
