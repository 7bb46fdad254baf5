import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { startScim, USER } from '../../test/support/scim.ts'
import { createIds, mintToken, systemClock, systemRandom } from '../lib/index.ts'
import { type ResourceStore, RESOURCE_TYPES } from '../scim/index.ts'
import type { ScimCaller } from '../tenants/index.ts'
import type { Exchange } from './area.ts'
import { createRateLimits } from './rate-limits.ts'
import { scimArea } from './scim.ts'

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const newId = createIds({ now: systemClock, random: systemRandom })
const CALLER: ScimCaller = {
  tenantId: newId('ten'),
  connectionId: newId('con'),
  credential: { kind: 'token', id: 'tok' },
  tenantSuspended: false,
  connectionDisabled: false,
  extensions: [],
  dialect: { strict: false, off: new Set() },
}

/** What is answered to one request, while `tick` turns the time. */
async function start(
  store: ResourceStore,
  asked: { readonly method: string; readonly rest: string },
) {
  const area = scimArea({
    tenants: { authenticateScim: async () => CALLER },
    sync: { storeFor: () => store },
    provisioningLog: { record: () => undefined },
    limits: createRateLimits({ clock: systemClock, on: false }),
    log: pino({ enabled: false }),
    publicUrl: 'https://id.example.com',
    resourceTypes: RESOURCE_TYPES,
  })
  const [door] = area.doors
  assert.ok(door)
  const { token } = mintToken(systemRandom, 'rcs')
  const exchange: Exchange = {
    requestId: 'req_1',
    method: asked.method,
    path: `/scim/v2/${CALLER.connectionId}/${asked.rest}`,
    query: '',
    params: { connection: CALLER.connectionId, '*': asked.rest },
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    rawHeaders: ['Authorization', `Bearer ${token}`],
    address: '127.0.0.1',
    seen: {},
    gone: () => new AbortController().signal,
  }
  await door.admit(exchange)
  return (body?: object) =>
    door
      .answer(exchange, body && JSON.stringify(body))
      .catch((thrown: unknown) => area.refuse(thrown, exchange))
}

// SEC P-2, L-3
test('a request that takes twenty seconds is asked for again then, whatever it still waits for', async (t) => {
  const never = new Promise<never>(() => {})
  const ask = await start(
    { ...startScim().store, list: () => never },
    { method: 'GET', rest: 'Users' },
  )
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let isAnswered = false

  const answered = ask().finally(() => (isAnswered = true))
  t.mock.timers.tick(15_000)
  t.mock.timers.tick(4_999)
  await new Promise((resolve) => setImmediate(resolve))
  const wasEarly = isAnswered
  t.mock.timers.tick(1)
  const refused = await answered

  assert.equal(wasEarly, false)
  assert.equal(refused.status, 429)
  assert.match(refused.headers['retry-after'] ?? '', /^([5-9]|\d\d+)$/)
  assert.match(refused.body ?? '', /busy for a moment/)
})

// SEC L-3
test('of a bulk request nothing more is begun after fifteen seconds, and what was done is told', async (t) => {
  const { store } = startScim()
  const seconds = [1, 13.999, 0.001, 0]
  const slow: ResourceStore = {
    ...store,
    async create(...given) {
      t.mock.timers.tick((seconds.shift() ?? 0) * 1000)
      return store.create(...given)
    },
  }
  const ask = await start(slow, { method: 'POST', rest: 'Bulk' })
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const Operations = ['a', 'b', 'c', 'd', 'e'].map((userName) => ({
    ...{ method: 'POST', path: '/Users', bulkId: userName },
    data: { schemas: [USER], userName },
  }))

  const { status, body = '' } = await ask({ schemas: [BULK], Operations })

  const told = JSON.parse(body).Operations.map((each: { status: string }) => each.status)
  assert.deepEqual([status, told], [200, ['201', '201', '201', '429']])
})
