import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { startApp } from '../../test/support/app.ts'
import { createTestClock, MINUTE } from '../../test/support/clock.ts'
import { ApiError } from '../contract/index.ts'

test('while the database is away SCIM says 429, the API 503, and both recover by themselves', async (t) => {
  const app = await startApp(t) // SEC L-3, F-7
  const { baseUrl, token } = (await app.onboard('Acme')).handover.scim
  const name = new URL(app.database.url).pathname.slice(1)
  const elsewhere = new pg.Client({
    connectionString: app.database.url.replace(`/${name}`, '/postgres'),
  })
  await elsewhere.connect()
  const allow = async (yes: boolean) => {
    await elsewhere.query(`alter database ${name} with allow_connections ${yes}`)
    await elsewhere.query(
      'select pg_terminate_backend(pid, 30000) from pg_stat_activity where datname = $1',
      [name],
    )
  }
  const scim = () => fetch(`${baseUrl}/Users`, { headers: { authorization: `Bearer ${token}` } })
  const health = async (which: string) => (await fetch(`${app.url}/health/${which}`)).status

  await allow(false)

  const refused = await scim()
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('retry-after')) >= 5)
  assert.equal(((await refused.json()) as { status: string }).status, '429')
  await assert.rejects(
    app.admin.listTenants({}),
    (error: unknown) => error instanceof ApiError && error.status === 503,
  )
  assert.deepEqual([await health('live'), await health('ready')], [200, 503])

  await allow(true)
  await elsewhere.end()
  assert.equal((await scim()).status, 200)
  assert.equal(await health('ready'), 200)
})

test('a node whose clock is five minutes off that of the database is live and not ready', async (t) => {
  const clock = createTestClock(Date.now()) // SEC F-8
  const app = await startApp(t, { clock })
  const health = async (which: string) => (await fetch(`${app.url}/health/${which}`)).status

  clock.turn(4 * MINUTE)
  assert.equal(await health('ready'), 200)
  clock.turn(2 * MINUTE)
  assert.deepEqual([await health('live'), await health('ready')], [200, 503])
  clock.turn(-12 * MINUTE)
  assert.equal(await health('ready'), 503)
  clock.turn(6 * MINUTE)
  assert.equal(await health('ready'), 200)
})

test('a write that others are in the way of for too long is asked for again, and loses nothing', async (t) => {
  const app = await startApp(t) // SEC L-3, F-2
  const { baseUrl, token } = (await app.onboard('Acme')).handover.scim
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  const send = (method: string, path: string, body: object) =>
    fetch(`${baseUrl}${path}`, { method, headers, body: JSON.stringify(body) })
  const jane = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'jane' }
  const { id } = (await (await send('POST', '/Users', jane)).json()) as { id: string }
  const other = await app.database.ownerPool.connect()
  await other.query('begin')
  await other.query('select from resource where resource_id = $1 for update', [id])

  const refused = await send('PUT', `/Users/${id}`, { ...jane, displayName: 'Jane' })

  await other.query('rollback')
  other.release()
  assert.equal(refused.status, 429, await refused.text())
  assert.ok(Number(refused.headers.get('retry-after')) >= 5)
  assert.equal((await send('PUT', `/Users/${id}`, { ...jane, displayName: 'Jane' })).status, 200)
})

test('a mistake of ours is 500 with a request id and nothing else; the log has the error', async (t) => {
  const app = await startApp(t) // SEC P-15
  await app.onboard('Acme')
  const { baseUrl, token } = (await app.onboard('Birch')).handover.scim
  await app.database.ownerPool.query('alter table site rename to canary_site')
  await app.database.ownerPool.query('alter table resource rename to canary_resource')

  const scim = await fetch(`${baseUrl}/Users`, { headers: { authorization: `Bearer ${token}` } })
  const admin = await fetch(`${app.url}/admin/v1/tenants/Acme/sites`, {
    headers: { authorization: `Bearer ${app.operatorToken}` },
  })

  for (const response of [scim, admin]) {
    const text = await response.text()
    const requestId = response.headers.get('x-request-id') ?? ''
    assert.equal(response.status, 500, text)
    assert.ok(text.includes(requestId))
    assert.doesNotMatch(text, /site"|relation|canary|resource/)
    const line = app.log
      .map((one) => JSON.parse(one))
      .find((one) => one.event === 'http.request.failed' && one.requestId === requestId)
    assert.match(line?.error?.join() ?? '', /does not exist/)
  }
})
