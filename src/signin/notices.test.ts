import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test, type TestContext } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { createTestClock, HOUR, MINUTE } from '../../test/support/clock.ts'
import { type Overrides, startApp } from '../../test/support/app.ts'
import { rollcall } from '../../test/support/terminal.ts'
import { startWorld, until, type World } from '../../test/support/world.ts'
import { wrappingKey } from '../lib/index.ts'

/** A receiver of logout notices at a site, which answers what it is told to. */
async function startReceiver(t: TestContext) {
  const tokens: string[] = []
  const receiver = { status: 200, tokens, url: '' }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      tokens.push(new URLSearchParams(text).get('logout_token') ?? '')
      response.writeHead(receiver.status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  receiver.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/bye`
  return receiver
}

async function startListening(t: TestContext, overrides: Overrides = {}) {
  const receiver = await startReceiver(t)
  const clock = createTestClock(Date.now())
  const world = await startWorld(t, {
    kind: 'oin',
    auth: 'bearer',
    overrides: { clock, ...overrides },
  })
  const { admin, tenant } = world
  const [site] = (await admin.listSites({ tenant: tenant.id })).items
  if (site === undefined) throw new Error('The world has no site.')
  await admin.changeSite({ tenant: tenant.id, site: site.id, backchannelLogoutUri: receiver.url })
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  assert.equal((await world.signIn(jane)).outcome, 'signed-in')
  const { claims } = await world.sessionOf(jane)
  return { ...world, receiver, clock, jane, siteId: site.id, claims }
}

async function deliveries({ app }: Pick<World, 'app'>) {
  const { rows } = await app.database.ownerPool.query<{
    tries: number
    delivered_at: Date | null
    failed_at: Date | null
    next_try_at: Date | null
    answer: string | null
    cause: string
  }>('select * from logout_delivery order by delivery_id')
  return rows
}

// SEC O-9, F-13
test('a leaver ends at the site too, by a notice that the site can verify', async (t) => {
  const { admin, okta, jane, receiver, tenant, siteId, claims, app } = await startListening(t)

  await okta.leave(jane)
  await until('told', () => receiver.tokens.length > 0)

  const keys = createRemoteJWKSet(new URL(`${tenant.authority}/jwks`))
  const { payload, protectedHeader } = await jwtVerify(receiver.tokens[0] ?? '', keys)
  assert.equal(protectedHeader.typ, 'logout+jwt')
  assert.deepEqual(
    [payload.iss, payload.aud, payload.sub, payload['sid'], payload['nonce']],
    [tenant.authority, siteId, claims?.sub, claims?.['sid'], undefined],
  )
  assert.deepEqual(payload['events'], {
    'http://schemas.openid.net/event/backchannel-logout': {},
  })
  assert.ok((payload.exp ?? 0) - (payload.iat ?? 0) <= 120)
  const receipt = await until('receipt', async () => {
    const { items } = await admin.listLogoutNotices({ tenant: tenant.id, site: siteId })
    return items.find(({ outcome }) => outcome === 'delivered')
  })
  assert.deepEqual(
    [receipt.identityId, receipt.cause, receipt.answer, receipt.nextTryAt],
    [claims?.sub, 'deactivated', 'ok', null],
  )
  const printed = await rollcall(app, [
    'logout',
    'list',
    tenant.id,
    '--identity',
    receipt.identityId,
  ])
  assert.match(printed.out, /deactivated +delivered +20\S+ +ok\n$/)
  const other = { tenant: tenant.id, site: `sit_${'0'.repeat(26)}` as const }
  assert.deepEqual((await admin.listLogoutNotices(other)).items, [])
})

// SEC O-9
test('a site that does not say yes is told again, later each time', async (t) => {
  const { okta, jane, receiver, clock, app } = await startListening(t)
  receiver.status = 500

  await okta.leave(jane)
  const tried = (times: number) =>
    until(`tried ${times} times`, async () => {
      const [row] = await deliveries({ app })
      // While a try goes on the row still has the answer of the one before, and a date far off.
      const wait = 1_000 * 2 ** times
      const hasEnded = row?.next_try_at?.getTime() === clock().getTime() + wait
      return hasEnded && row?.answer === 'the site answered 500'
        ? receiver.tokens.length
        : undefined
    })
  assert.equal(await tried(1), 1)
  clock.turn(10_000)
  assert.equal(await tried(2), 2)
  receiver.status = 204
  clock.turn(MINUTE)
  await until('delivered', async () => (await deliveries({ app }))[0]?.delivered_at ?? undefined)

  assert.equal(receiver.tokens.length, 3)
  assert.equal(new Set(receiver.tokens).size, 3, 'each with a jti of its own')
})

test('a notice that nobody takes for a day is shown as failed', async (t) => {
  const { admin, tenant, okta, jane, receiver, clock, app } = await startListening(t)
  receiver.status = 500
  await okta.leave(jane)
  await until('tried', async () => (await deliveries({ app }))[0]?.answer ?? undefined)

  clock.turn(25 * HOUR)

  const notice = await until('given up', async () => {
    const [first] = (await admin.listLogoutNotices({ tenant: tenant.id })).items
    return first?.outcome === 'failed' && first
  })
  assert.deepEqual(
    [notice.answer, notice.deliveredAt, notice.nextTryAt],
    ['the site answered 500', null, null],
  )
})

test('two nodes tell a site once', async (t) => {
  const masterKeys = [wrappingKey(Buffer.alloc(32, 7))]
  const world = await startListening(t, { masterKeys })
  const { okta, jane, receiver, app, clock } = world
  const second = await startApp(t, { database: app.database, clock, masterKeys })

  await okta.leave(jane)
  await until('delivered', async () => (await deliveries({ app }))[0]?.delivered_at ?? undefined)
  await world.settle()
  await second.close()

  assert.equal(receiver.tokens.length, 1)
})

// SEC O-9, F-13
test('what a killed node left is sent within thirty seconds, a retry when it is due, what a slow transaction owes when it ends', async (t) => {
  const { okta, jane, receiver, clock, app, tenant, siteId, claims } = await startListening(t)
  const someTicks = () => new Promise((resolve) => setTimeout(resolve, 2_200))
  const owner = app.database.ownerPool

  await someTicks()
  await owner.query(
    `insert into logout_delivery
       (tenant_id, delivery_id, site_id, identity_id, sid, cause, created_at, next_try_at)
     values ($1, 'log_${'0'.repeat(26)}', $2, $3, 'left', 'deactivated', $4, $4)`,
    [tenant.id, siteId, claims?.sub, clock()],
  )
  clock.turn(29_000)
  await someTicks()
  assert.equal(receiver.tokens.length, 0, 'not asked for each second')
  receiver.status = 500
  clock.turn(1_000)
  await until('tried', async () => (await deliveries({ app }))[0]?.answer ?? undefined)
  receiver.status = 200
  clock.turn(2_000)
  await until('told', () => receiver.tokens.length === 2)

  // The session has ended and the notice is owed, but what records the batch waits.
  const other = await owner.connect()
  await other.query('begin; lock table run in exclusive mode')
  await okta.leave(jane)
  await someTicks()
  await other.query('commit')
  other.release()
  await until('told', () => receiver.tokens.length === 3)
})
