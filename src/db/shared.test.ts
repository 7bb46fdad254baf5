import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createTestDatabase } from '../../test/support/database.ts'
import { createIds, systemClock, systemRandom, type TenantId, Unavailable } from '../lib/index.ts'

const newId = createIds({ now: systemClock, random: systemRandom })
const NOTE = `
  insert into quarantine (tenant_id, resource_id, connection_id, reason, tries, request_id, written_at, quarantined_at)
  values ($1, $2, 'con_1', '', 1, 'req_1', now(), now())`
const WHERE = `select pg_current_xact_id()::text as transaction, current_setting('rollcall.tenant') as tenant`

type Row = Record<string, string>

async function open(t: TestContext) {
  const endings: (() => Promise<void>)[] = []
  t.after(async () => {
    for (const end of endings) await end()
  })
  const { db, appPool, close } = await createTestDatabase()
  const tenantId = newId('ten')
  const write = (text: string, values: unknown[] = [], of: TenantId = tenantId) =>
    db.shared.write<Row>(of, '', text, values)
  const asking = (which: 'read' | 'lookUp') => (text: string, same: unknown[], own: unknown[]) =>
    db.shared[which]<Record<string, string | number>>(tenantId, '', text, same, own)
  const [ask, lookUp] = [asking('read'), asking('lookUp')]
  const kept = async () => {
    const rows = await db.shared.read<Row>(
      tenantId,
      '',
      'select resource_id from quarantine where tenant_id = $1 order by resource_id',
      [tenantId],
    )
    return rows.map((row) => row['resource_id'])
  }
  endings.push(close)
  /** Has the rows locked by somebody else, until the returned is called or the test is over. */
  const hold = async (text: string) => {
    const { promise: isOver, resolve: letGo } = Promise.withResolvers<void>()
    const { promise: isHeld, resolve: held } = Promise.withResolvers<void>()
    const holding = db.inTenant(tenantId, async (trx) => {
      await trx.prepared('hold', text, [tenantId])
      held()
      await isOver
    })
    const end = () => {
      letGo()
      return holding
    }
    endings.unshift(end)
    await isHeld
    return end
  }
  return { appPool, tenantId, write, kept, hold, ask, lookUp }
}

test('what is asked for a tenant in one turn, or while two transactions are under way, shares one', async (t) => {
  const { write, tenantId, hold } = await open(t)
  // Transactions stay under way until all is asked.
  const letGo = await hold('select pg_advisory_xact_lock(hashtext($1))')
  const several = (length: number) =>
    Array.from({ length }, () =>
      write(`${WHERE}, pg_advisory_xact_lock_shared(hashtext($1))::text as waited`, [tenantId]),
    )

  const asked = several(2)
  await Promise.resolve()
  asked.push(...several(3))
  await nextTurn()
  for (const length of [4, 5, 6]) {
    asked.push(...several(length))
    await nextTurn()
  }
  await letGo()

  const rows = (await Promise.all(asked)).flat()
  const transactions = rows.map(({ transaction }) => transaction)
  const sharedBy = [...new Set(transactions)].map(
    (one) => transactions.filter((other) => other === one).length,
  )
  assert.deepEqual(sharedBy, [2 + 3, 4, 5 + 6])
  assert.ok(rows.every(({ tenant }) => tenant === tenantId))
})

test('of sixteen look-ups that are asked for in one turn eight leave together, and eight at the same time', async (t) => {
  const { lookUp, hold, tenantId, appPool } = await open(t)
  const letGo = await hold('select pg_advisory_xact_lock(hashtext($1))')

  const asked = Array.from({ length: 16 }, (_, index) =>
    lookUp(
      `select nth, pg_current_xact_id()::text as transaction,
              pg_advisory_xact_lock_shared(hashtext($1))::text as waited
         from unnest($2::text[]) with ordinality as each (own, nth)`,
      [tenantId],
      [String(index)],
    ),
  )
  await nextTurn()
  await nextTurn()
  const underWay = appPool.totalCount - appPool.idleCount
  await letGo()

  const transactions = (await Promise.all(asked)).flat().map((row) => row['transaction'])
  assert.deepEqual(
    transactions,
    transactions.map((_, index) => transactions[index < 8 ? 0 : 8]),
  )
  assert.notEqual(transactions[0], transactions[8])
  // Beside whoever holds the lock.
  assert.equal(underWay, 1 + 2)
})

test('those that ask alike share a statement, and each hears of its own rows and of no other', async (t) => {
  const { tenantId, ask } = await open(t)
  const text = `
    select asked.nth, asked.word || place as said, (select gen_random_uuid()::text) as statement
      from unnest($3::text[], $4::integer[]) with ordinality as asked (word, times, nth),
           generate_series(1, asked.times) as place
     where $1 <> $2`
  const say = (same: string, word: string, times: number) =>
    ask(text, [tenantId, same], [word, times])

  const rows = await Promise.all([
    say('x', 'a', 2),
    say('x', 'b', 0),
    say('x', 'c', 1),
    say('y', 'd', 1),
  ])

  assert.deepEqual(
    rows.map((each) => each.map(({ said }) => said)),
    [['a1', 'a2'], [], ['c1'], ['d1']],
  )
  const statements = rows.flat().map(({ statement }) => statement)
  const shared = statements.filter((one) => one === statements[0])
  assert.deepEqual([shared.length, statements.length], [3, 4])
})

test('of those that share a statement one that fails, fails for whoever asked for it alone', async (t) => {
  const { tenantId, ask } = await open(t)
  const text = `
    select nth, 10 / divisor as result from unnest($2::integer[]) with ordinality as asked (divisor, nth)
     where $1 <> ''`

  const done = await Promise.allSettled(
    [2, 0, 5].map((divisor) => ask(text, [tenantId], [divisor])),
  )

  const results = done.map((each) =>
    each.status === 'fulfilled' ? each.value[0]?.['result'] : String(each.reason),
  )
  assert.deepEqual([results[0], results[2]], [5, 2])
  assert.match(String(results[1]), /division by zero/)
})

// SEC I-5
test('two tenants never share one', async (t) => {
  const { write, tenantId } = await open(t)
  const other = newId('ten')

  const rows = await Promise.all(
    Array.from({ length: 20 }, (_, n) => write(WHERE, [], n % 2 === 0 ? tenantId : other)),
  )

  const seen = rows.flat().map(({ transaction, tenant }) => `${transaction} ${tenant}`)
  assert.equal(new Set(seen).size, new Set(rows.flat().map((row) => row['transaction'])).size)
  assert.deepEqual(
    rows.map(([row]) => row?.['tenant']),
    rows.map((_, n) => (n % 2 === 0 ? tenantId : other)),
  )
})

test('one that fails, fails for whoever asked for it; the others are done, once', async (t) => {
  const { write, tenantId, kept } = await open(t)

  const done = await Promise.allSettled(
    ['one', 'two', 'three', 'four', 'four', 'five'].map((id) => write(NOTE, [tenantId, id])),
  )

  const refused = done.flatMap((each, n) => (each.status === 'rejected' ? [[n, each.reason]] : []))
  assert.equal(refused.length, 1)
  // Each is tried again by itself, so either of the two may be the second.
  assert.ok(refused[0]?.[0] === 3 || refused[0]?.[0] === 4)
  assert.match(String(refused[0]?.[1]), /duplicate key/)
  assert.deepEqual(await kept(), ['five', 'four', 'one', 'three', 'two'])
})

test('SEC F-1: where the connection breaks, nobody is told of a row, and nothing is done twice', async (t) => {
  const { appPool, write, tenantId, kept } = await open(t)
  const breaks = 'select pg_terminate_backend(pg_backend_pid())'

  const done = await Promise.allSettled([
    write(WHERE),
    write(WHERE),
    write(NOTE, [tenantId, 'lost']),
    write(breaks),
    write(NOTE, [tenantId, 'too']),
  ])

  for (const each of done.slice(2))
    assert.ok(each.status === 'rejected' && each.reason instanceof Unavailable)
  assert.deepEqual(await kept(), [])
  assert.equal((await write(WHERE)).length, 1, 'and the next one has a good connection')
  assert.ok(appPool.totalCount > 0)
})

test('reads are answered while writes wait for a row that somebody holds', async (t) => {
  const { write, tenantId, kept, hold } = await open(t)
  await write(NOTE, [tenantId, 'held'])
  const letGo = await hold('select from quarantine where tenant_id = $1 for update')
  const change = `
    update quarantine set tries = tries + 1 where tenant_id = $1 and resource_id = $2 returning tries`
  const waiting = Promise.all(Array.from({ length: 5 }, () => write(change, [tenantId, 'held'])))

  const read = await Promise.race([kept(), waiting])

  assert.deepEqual(read, ['held'])
  await letGo()
  const tries = (await waiting).flat().map((row) => Number(row['tries']))
  assert.deepEqual(
    tries.toSorted((a, b) => a - b),
    [2, 3, 4, 5, 6],
  )
})
