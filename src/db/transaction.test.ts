import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import { createTestDatabase } from '../../test/support/database.ts'
import { statementsIn } from '../../test/support/statements.ts'
import { createIds, systemClock, systemRandom, Unavailable, type TenantId } from '../lib/index.ts'
import { createDb, selfTest, type Transaction } from './index.ts'

const newId = createIds({ now: systemClock, random: systemRandom })

async function addLoader(db: ReturnType<typeof createDb>, tenantId: TenantId): Promise<void> {
  await db.inTenant(tenantId, (trx) =>
    trx
      .insertInto('loader')
      .values({ tenant_id: tenantId, paused_at: null, paused_reason: null })
      .execute(),
  )
}

// SEC I-4
test('a transaction sees the rows of its tenant and of no other', async (t) => {
  const { db } = await createTestDatabase(t)
  const [one, other] = [newId('ten'), newId('ten')]
  await addLoader(db, one)
  await addLoader(db, other)

  const seen = await db.inTenant(one, (trx) => trx.selectFrom('loader').selectAll().execute())

  assert.deepEqual(
    seen.map((row) => row.tenant_id),
    [one],
  )
})

// SEC I-4
test('a row of another tenant can be neither written, moved nor deleted', async (t) => {
  const { db } = await createTestDatabase(t)
  const [one, other] = [newId('ten'), newId('ten')]
  await addLoader(db, one)
  await addLoader(db, other)

  const insert = () =>
    db.inTenant(one, (trx) =>
      trx
        .insertInto('loader')
        .values({ tenant_id: newId('ten'), paused_at: null, paused_reason: null })
        .execute(),
    )
  const move = () =>
    db.inTenant(one, (trx) =>
      trx
        .updateTable('loader')
        .set({ tenant_id: newId('ten') })
        .where('tenant_id', '=', one)
        .execute(),
    )
  const [removed] = await db.inTenant(one, (trx) =>
    trx.deleteFrom('loader').where('tenant_id', '=', other).execute(),
  )

  await assert.rejects(insert, /row-level security/)
  await assert.rejects(move, /row-level security/)
  assert.equal(removed?.numDeletedRows, 0n)
})

// SEC I-5
test('a pooled connection keeps no tenant, neither after commit nor after an error', async (t) => {
  const { db, appPool } = await createTestDatabase(t)
  const tenant = newId('ten')
  await addLoader(db, tenant)
  await assert.rejects(
    db.inTenant(tenant, async () => Promise.reject(new Error('changed my mind'))),
  )

  const clients = await Promise.all(Array.from({ length: 4 }, () => appPool.connect()))
  const counts = await Promise.all(clients.map((client) => client.query('select 1 from loader')))
  for (const client of clients) client.release()

  assert.deepEqual(
    counts.map(({ rowCount }) => rowCount),
    [0, 0, 0, 0],
  )
})

test('an unhurried transaction alone does not wait for the disk, and the next on its connection does', async (t) => {
  const { db } = await createTestDatabase(t)
  const tenant = newId('ten')
  const waits = async ({
    inTenant,
    inTenantOnce,
  }: Pick<typeof db, 'inTenant' | 'inTenantOnce'>) => {
    const ask = `select current_setting('synchronous_commit') as waits`
    const [once] = await inTenantOnce<{ waits: string }>(tenant, 'waits', ask, [])
    const [inside] = await inTenant(tenant, (trx) =>
      trx.prepared<{ waits: string }>('waits', ask, []),
    )
    return [once?.waits, inside?.waits]
  }

  assert.deepEqual(await waits(db.unhurried), ['off', 'off'])
  assert.deepEqual(await waits(db), ['on', 'on'])
})

test('what fails leaves nothing behind, in a transaction and in a single statement', async (t) => {
  const { db } = await createTestDatabase(t)
  const tenant = newId('ten')

  await assert.rejects(
    db.inTenant(tenant, async (trx) => {
      await trx
        .insertInto('loader')
        .values({ tenant_id: tenant, paused_at: null, paused_reason: null })
        .execute()
      throw new Error('after the write')
    }),
    /after the write/,
  )
  await assert.rejects(
    db.inTenantOnce(tenant, 'wrong', 'insert into loader (tenant_id) values ($1), ($1)', [tenant]),
    /duplicate key/,
  )

  assert.deepEqual(await db.inTenantOnce(tenant, 'all', 'select * from loader', []), [])
})

// SEC I-5
test('a packet is a transaction: where one of its statements fails none is done, and its connection keeps nothing', async (t) => {
  const { db, appPool } = await createTestDatabase(t)
  const tenant = newId('ten')
  const statement = (text: string, ...values: unknown[]) => ({ name: '', text, values })
  const add = statement('insert into loader (tenant_id) values ($1)', tenant)
  const ask = statement(`select pg_current_xact_id()::text as transaction`)
  const noticed: unknown[] = []
  appPool.on('acquire', (client) => void client.on('notice', (notice) => noticed.push(notice)))

  await assert.rejects(db.inTenantAtOnce(tenant, [add, ask, add]), /duplicate key/)
  const left = await db.inTenantOnce(tenant, 'all', 'select * from loader', [])
  const [, first, second] = await db.inTenantAtOnce(tenant, [add, ask, ask])
  const client = await appPool.connect()
  const { rows } = await client.query(
    `select current_setting('rollcall.tenant', true) as tenant, count(*)::int as seen from loader`,
  )
  client.release()

  assert.deepEqual(left, [])
  assert.deepEqual(second, first)
  assert.deepEqual(rows, [{ tenant: '', seen: 0 }])
  assert.deepEqual(noticed, [])
})

// SEC I-3
test('what is sent and fails undoes the transaction, and is the reason that whoever waits next is told', async (t) => {
  const { db } = await createTestDatabase(t)
  const tenantId = newId('ten')
  await addLoader(db, tenantId)
  const pause = (trx: Transaction, reason: string | null) =>
    trx.send('', 'update loader set paused_reason = $2 where tenant_id = $1', [tenantId, reason])
  const fail = (trx: Transaction) =>
    trx.send('', `update loader set last_position = 'none' where tenant_id = $1`, [tenantId])
  const isWhy = { code: '22P02' }
  const read = () =>
    db.inTenant(tenantId, (trx) =>
      trx.selectFrom('loader').select('paused_reason').executeTakeFirst(),
    )

  await assert.rejects(
    db.inTenant(tenantId, async (trx) => {
      pause(trx, 'undone')
      fail(trx)
    }),
    isWhy,
  )
  for (const wait of [
    (trx: Transaction) => trx.prepared('', 'select 1', []),
    (trx: Transaction) => trx.selectFrom('loader').selectAll().execute(),
  ])
    await assert.rejects(
      db.inTenant(tenantId, async (trx) => {
        fail(trx)
        await wait(trx)
      }),
      isWhy,
    )
  assert.deepEqual(await read(), { paused_reason: null })

  await db.inTenant(tenantId, async (trx) => {
    await trx.prepared('', 'savepoint here', [])
    fail(trx)
    await assert.rejects(trx.sent(), isWhy)
    await trx.prepared('', 'rollback to savepoint here', [])
    pause(trx, 'kept')
  })
  assert.deepEqual(await read(), { paused_reason: 'kept' })
})

test('only the listed tables can be read for all tenants, and none written', async (t) => {
  const { db } = await createTestDatabase(t)
  const tenant = newId('ten')
  await addLoader(db, tenant)
  await db.inTenant(tenant, (trx) =>
    trx
      .insertInto('signing_key')
      .values({
        tenant_id: tenant,
        key_id: 'key',
        private_key_sealed: 'sealed',
        public_jwk: '{}',
        created_at: new Date(),
        retired_at: null,
      })
      .execute(),
  )

  const loaders = await db.operatorWide((trx) => trx.selectFrom('loader').selectAll().execute())
  const keys = await db.operatorWide((trx) => trx.selectFrom('signing_key').selectAll().execute())
  const [removed] = await db.operatorWide((trx) => trx.deleteFrom('loader').execute())

  assert.equal(loaders.length, 1)
  assert.equal(keys.length, 0)
  assert.equal(removed?.numDeletedRows, 0n)
})

test('a tenant id that is not one never reaches the database', async (t) => {
  const { db } = await createTestDatabase(t)

  const attempt = async () => db.inTenant("ten_'; drop table tenant; --", async () => undefined)

  await assert.rejects(attempt, /well-formed tenant id/)
})

// SEC F-2
test('a transaction that lost a race is tried again', async (t) => {
  const { db } = await createTestDatabase(t)
  const tenant = newId('ten')
  await addLoader(db, tenant)
  let attempts = 0
  const allHaveRead = Promise.withResolvers<void>()

  const add = () =>
    db.inTenant(tenant, async (trx) => {
      await sql`set transaction isolation level serializable`.execute(trx)
      const row = await trx.selectFrom('loader').select('last_position').executeTakeFirstOrThrow()
      attempts += 1
      if (attempts === 3) allHaveRead.resolve()
      await allHaveRead.promise
      await trx
        .updateTable('loader')
        .set({ last_position: row.last_position + 1 })
        .where('tenant_id', '=', tenant)
        .execute()
    })
  await Promise.all([add(), add(), add()])

  const [row] = await db.inTenantOnce<{ last_position: number }>(
    tenant,
    'position',
    'select last_position from loader',
    [],
  )
  assert.equal(row?.last_position, 3)
  assert.ok(attempts > 3)
})

// SEC F-1
test('what loses its connection before the commit is done over another; whoever loses each is told to wait', async (t) => {
  const { db, ownerPool } = await createTestDatabase(t)
  const tenant = newId('ten')
  let tries = 0
  const addCutOff = (times: number) =>
    db.inTenant(tenant, async (trx) => {
      await trx.insertInto('loader').values({ tenant_id: tenant }).execute()
      tries += 1
      if (tries <= times) await endConnections(ownerPool)
      await trx.selectFrom('loader').selectAll().execute()
    })

  await addCutOff(1)
  assert.equal(tries, 2)
  const loaders = () =>
    db.shared.read(tenant, '', 'select * from loader where tenant_id = $1', [tenant])
  assert.equal((await loaders()).length, 1)

  await Promise.all(Array.from({ length: 8 }, loaders))
  await endConnections(ownerPool)
  assert.equal((await loaders()).length, 1)

  await db.inTenant(tenant, (trx) => trx.deleteFrom('loader').execute())
  tries = 0
  await assert.rejects(addCutOff(Infinity), Unavailable)
  assert.equal((await loaders()).length, 0)
})

// SEC F-1
test('what loses its connection with the commit is not done again, since it may be done', async (t) => {
  const { db, ownerPool } = await createTestDatabase(t)
  await ownerPool.query(`
    create function cut_off() returns trigger language plpgsql as
      $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
    create constraint trigger cut_off after insert on loader initially deferred
      for each row execute function cut_off()`)
  const tenant = newId('ten')
  let tries = 0

  const add = db.inTenant(tenant, async (trx) => {
    tries += 1
    await trx.insertInto('loader').values({ tenant_id: tenant }).execute()
  })

  await assert.rejects(add, Unavailable)
  assert.equal(tries, 1)
})

test('of a distributed database, the workers are sent what is set and no begin', async (t) => {
  const { appPool } = await createTestDatabase(t)
  const sent: string[] = []
  appPool.on('acquire', (client) => {
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown
    client.query = ((...asked: unknown[]) => {
      sent.push(...statementsIn(asked).map(({ text }) => text))
      return query(...asked)
    }) as typeof client.query
  })
  const db = createDb({ pool: appPool, isDistributed: true })
  const tenant = newId('ten')
  await addLoader(db, tenant)
  const ask = { name: '', text: 'select * from loader where tenant_id = $1', values: [tenant] }

  const seen = [
    await db.inTenantOnce(tenant, ask.name, ask.text, ask.values),
    ...(await db.inTenantAtOnce(tenant, [ask, ask])),
    ...(await db.unhurried.inTenantAtOnce(tenant, [ask])),
    await db.operatorWide((trx) => trx.selectFrom('loader').selectAll().execute()),
  ]

  assert.deepEqual(
    seen.map((rows) => rows.length),
    [1, 1, 1, 1, 1],
  )
  // Citus sends on the message of each setting but its own (its commands/variableset.c).
  const sentOn = sent.filter((text) => /set local (?!citus)/.test(text))
  assert.ok(sentOn.length >= 5)
  assert.deepEqual(
    sentOn.filter((text) => /begin/.test(text)),
    [],
  )
})

// SEC I-6
test('the self-test passes on the schema as it is and fails when a wall is missing', async (t) => {
  const { appPool, ownerPool } = await createTestDatabase(t)

  await selfTest(appPool)

  await ownerPool.query('alter table member no force row level security')
  await assert.rejects(selfTest(appPool), /Without forced row-level security: member/)
  await ownerPool.query('alter table member force row level security')
  await ownerPool.query('create policy open on loader using (true) with check (true)')
  await assert.rejects(selfTest(appPool), /does not hold/)
  await assert.rejects(selfTest(ownerPool), /owns tables|does not bind/)
})

/** As when the server starts anew: nothing is heard of it before the next statement. */
async function endConnections(ownerPool: Pool): Promise<void> {
  await ownerPool.query(
    `select pg_terminate_backend(pid, 30000) from pg_stat_activity
      where datname = current_database() and usename = 'rollcall_app'`,
  )
}

test('what a transaction begins with gives its rows, and where its last statement fails nothing is left', async (t) => {
  const { db } = await createTestDatabase(t)
  const tenant = newId('ten')
  const add = 'insert into loader (tenant_id) values ($1) returning tenant_id as added'
  const begun = { name: 'after-add', text: add, values: [tenant] }
  const count = () => db.inTenantOnce(tenant, 'after-count', 'select from loader', [])

  await assert.rejects(
    db.inTenantAfter(tenant, [begun], async (trx, results) => {
      assert.deepEqual(results, [[{ added: tenant }]])
      trx.sendWithCommit('after-add', add, [tenant])
    }),
    /loader_pkey/,
  )
  assert.equal((await count()).length, 0)
  await assert.rejects(
    db.inTenantAfter(tenant, [begun, begun], async () => assert.fail('it has not begun')),
    /loader_pkey/,
  )
  const given = await db.inTenantAfter(tenant, [begun], async (trx, [rows]) => {
    trx.sendWithCommit('after-pause', 'update loader set paused_at = now() where tenant_id = $1', [
      tenant,
    ])
    return rows
  })
  assert.deepEqual(given, [{ added: tenant }])
  const [row] = await db.inTenant(tenant, (trx) =>
    trx.selectFrom('loader').select('paused_at').execute(),
  )
  assert.ok(row?.paused_at)
})
