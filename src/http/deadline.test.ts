import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { startScim } from '../../test/support/scim.ts'
import { createIds, mintToken, systemClock, systemRandom } from '../lib/index.ts'
import { RESOURCE_TYPES } from '../scim/index.ts'
import type { ScimCaller } from '../tenants/index.ts'
import type { Exchange } from './area.ts'
import { createRateLimits } from './rate-limits.ts'
import { scimArea } from './scim.ts'

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

// SEC P-2, L-3
test('a request that takes twenty seconds is asked for again then, whatever it still waits for', async (t) => {
  const never = new Promise<never>(() => {})
  const store = { ...startScim().store, list: () => never }
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
    method: 'GET',
    path: `/scim/v2/${CALLER.connectionId}/Users`,
    query: '',
    params: { connection: CALLER.connectionId, '*': 'Users' },
    headers: { authorization: `Bearer ${token}` },
    rawHeaders: ['Authorization', `Bearer ${token}`],
    address: '127.0.0.1',
    seen: {},
    gone: new AbortController().signal,
  }
  await door.admit(exchange)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let isAnswered = false

  const answered = door.answer(exchange, undefined).finally(() => (isAnswered = true))
  t.mock.timers.tick(19_999)
  await new Promise((resolve) => setImmediate(resolve))
  const wasEarly = isAnswered
  t.mock.timers.tick(1)
  const refused = await answered.catch((thrown: unknown) => area.refuse(thrown, exchange))

  assert.equal(wasEarly, false)
  assert.equal(refused.status, 429)
  assert.match(refused.headers['retry-after'] ?? '', /^([5-9]|\d\d+)$/)
  assert.match(refused.body ?? '', /busy for a moment/)
})
