import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { createTestClock } from '../../test/support/clock.ts'
import { call } from '../../test/support/scim-client.ts'

// SEC L-1, L-2
test('each operation of a bulk request takes a permit; without one it is answered 429, and later it goes through', async (t) => {
  const clock = createTestClock()
  const app = await startApp(t, { clock, config: { ROLLCALL_RATE_LIMITS: true } })
  const { handover } = await app.onboard('Acme')
  const other = await app.onboard('Globex')
  const bulk = async (scim: { baseUrl: string; token: string }, count: number) => {
    const { status, retryAfter, body } = await call(scim, 'POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: Array.from({ length: count }, () => ({
        method: 'DELETE',
        path: '/Users/usr_nobody',
      })),
    })
    const results = body['Operations'] as { status: string; response: { detail: string } }[]
    const statuses = Map.groupBy(results, (each) => each.status)
    return {
      ...{ status, retryAfter, detail: statuses.get('429')?.[0]?.response.detail },
      counts: Object.fromEntries(Array.from(statuses, ([key, each]) => [key, each.length])),
    }
  }

  const within = await bulk(handover.scim, 390)
  const beyond = await bulk(handover.scim, 300)
  const neighbour = await bulk(other.handover.scim, 300)
  clock.turn(20_000)
  const later = await bulk(handover.scim, 300)

  assert.deepEqual([within.status, within.counts], [200, { 404: 390 }])
  assert.deepEqual([beyond.status, beyond.retryAfter], [200, '5'])
  // Of the nine permits that are left the request took one; ten more are waited for.
  assert.deepEqual(beyond.counts, { 404: 18, 429: 282 })
  assert.match(beyond.detail ?? '', /Wait 5 seconds and send this operation again/)
  assert.deepEqual([neighbour.counts, later.counts], [{ 404: 300 }, { 404: 300 }])
})
