import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'

const PIPELINE = {
  waiting: 40,
  oldestWaitingSeconds: 1.5,
  quarantined: 2,
  held: 3,
  pausedTenants: 1,
}
const SEEN = {
  ...{ totals: async () => PIPELINE, busySeconds: () => 12.5 },
  ...{ givenUp: () => 6, valuesLeft: () => 7 },
}
const POOL = { totalCount: 5, idleCount: 2, waitingCount: 3 }

function newMetrics() {
  const metrics = createMetrics({ pool: POOL, ofProcess: false })
  const lines = async () => (await metrics.read(SEEN)).text.split('\n')
  /** The value of one series, or undefined when it is not there. */
  const value = async (series: string) =>
    (await lines()).find((line) => line.startsWith(`${series} `))?.slice(series.length + 1)
  return { metrics, value }
}

const refusals = (code: string) => `rollcall_refusals_total{code="${code}"}`

test('a request is counted in its area and class of status, with its time in seconds', async () => {
  const { metrics, value } = newMetrics()

  metrics.answered({ area: 'scim', status: 201, ms: 30, code: undefined })

  const name = 'rollcall_http_request_duration_seconds'
  const series = 'area="scim",status="2xx"'
  assert.equal(await value(`${name}_count{${series}}`), '1')
  assert.equal(await value(`${name}_sum{${series}}`), '0.03')
  assert.equal(await value(`${name}_bucket{le="0.02",${series}}`), '0')
  assert.equal(await value(`${name}_bucket{le="0.05",${series}}`), '1')
})

test('a refusal is counted under the code that its area names', async () => {
  const { metrics, value } = newMetrics()

  metrics.answered({ area: 'signin', status: 403, ms: 1, code: 'identity_inactive' })

  assert.equal(await value(refusals('identity_inactive')), '1')
  assert.equal(await value(refusals('not_permitted')), '0')
})

const BY_STATUS = [
  [400, 'invalid_input'],
  [401, 'not_authenticated'],
  [403, 'not_permitted'],
  [404, 'not_found'],
  [409, 'conflict'],
  [412, 'conflict'],
  [415, 'invalid_input'],
  [429, 'too_many_requests'],
  [503, 'unavailable'],
] as const
for (const [status, code] of BY_STATUS)
  test(`a refusal without a code and with status ${status} is counted as ${code}`, async () => {
    const { metrics, value } = newMetrics()

    metrics.answered({ area: 'scim', status, ms: 1, code: undefined })

    assert.equal(await value(refusals(code)), '1')
  })

test('a success and a mistake of ours are no refusals', async () => {
  const { metrics } = newMetrics()
  const refused = async () =>
    (await metrics.read(SEEN)).text.match(/^rollcall_refusals_total\{.*\} [^0]/gm) ?? []

  metrics.answered({ area: 'scim', status: 200, ms: 1, code: undefined })
  metrics.answered({ area: 'admin', status: 500, ms: 1, code: 'internal' })

  assert.deepEqual(await refused(), [])
})

test('a code that is none of ours makes no series of its own', async () => {
  const { metrics, value } = newMetrics()

  metrics.answered({ area: 'admin', status: 404, ms: 1, code: 'nadia@acme.example' })

  assert.equal(await value(refusals('not_found')), '1')
  assert.doesNotMatch((await metrics.read(SEEN)).text, /nadia/)
})

test('a batch counts its changes and how long each took to be loaded', async () => {
  const { metrics, value } = newMetrics()

  metrics.batchFinished({ outcome: 'loaded', lagsMs: [40, 400], failed: 1 })
  metrics.batchFinished({ outcome: 'undone', lagsMs: [], failed: 0 })

  assert.equal(await value('rollcall_etl_batches_total{outcome="loaded"}'), '1')
  assert.equal(await value('rollcall_etl_batches_total{outcome="undone"}'), '1')
  assert.equal(await value('rollcall_etl_changes_total{outcome="loaded"}'), '2')
  assert.equal(await value('rollcall_etl_changes_total{outcome="failed"}'), '1')
  assert.equal(await value('rollcall_etl_lag_seconds_bucket{le="0.05"}'), '1')
  assert.equal(await value('rollcall_etl_lag_seconds_count'), '2')
})

test('rows of the provisioning log are counted by what became of them', async () => {
  const { metrics, value } = newMetrics()

  metrics.rowsLogged('written', 500)
  metrics.rowsLogged('dropped', 3)

  assert.equal(await value('rollcall_provisioning_log_rows_total{outcome="written"}'), '500')
  assert.equal(await value('rollcall_provisioning_log_rows_total{outcome="dropped"}'), '3')
})

test('what the pool of connections says is read when the metrics are', async () => {
  const { value } = newMetrics()

  assert.equal(await value('rollcall_db_connections{state="busy"}'), '3')
  assert.equal(await value('rollcall_db_connections{state="idle"}'), '2')
  assert.equal(await value('rollcall_db_transactions_waiting'), '3')
})

test('how long the loader was busy is what it says, however often it is read', async () => {
  const { value } = newMetrics()
  const read = () => value('rollcall_etl_busy_seconds_total')

  assert.deepEqual([await read(), await read()], ['12.5', '12.5'])
})

test('two nodes in one process count apart', async () => {
  const [one, other] = [newMetrics(), newMetrics()]

  one.metrics.answered({ area: 'scim', status: 404, ms: 1, code: undefined })

  assert.equal(await other.value(refusals('not_found')), '0')
})

// SEC K-2
test('how many values are not under the key that seals is said, and nothing while it is not counted', async () => {
  const { metrics, value } = newMetrics()

  assert.equal(await value('rollcall_master_key_values_left'), '7')

  const { text } = await metrics.read({ ...SEEN, valuesLeft: () => undefined })
  assert.doesNotMatch(text, /^rollcall_master_key_values_left /m)
})

test('how much waits is said at each reading, and nothing when it cannot be told', async () => {
  const { metrics, value } = newMetrics()
  const away = () => Promise.reject(new Error('the database is away'))

  assert.equal(await value('rollcall_etl_waiting_changes'), '40')
  assert.equal(await value('rollcall_etl_oldest_waiting_seconds'), '1.5')
  assert.equal(await value('rollcall_etl_held_changes'), '3')
  assert.doesNotMatch(
    (await metrics.read({ ...SEEN, totals: away })).text,
    /^rollcall_etl_(waiting|held)/m,
  )
})
