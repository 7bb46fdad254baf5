import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { borrowTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { createTestTenants, OPERATOR } from '../../test/support/tenants.ts'
import { createKeyRing, seal, systemRandom, type TenantId, wrappingKey } from '../lib/index.ts'
import { createAuditChain } from './index.ts'
import { BEGINNING, hashOf, type Link, type LinkedRow } from './chain.ts'

const newKey = () => createKeyRing([wrappingKey(Buffer.from(systemRandom(32)))])
const KEY = newKey()
const LONG_AGO = new Date(0)
const EVER = new Date('2100-01-01')

async function begin(t: { after(act: () => Promise<void>): void }) {
  const database = await borrowTestDatabase(t)
  const { db } = database
  const made = createTestTenants(db)
  const { tenantId } = (await made.onboard('Acme')).tenant
  const lines: { readonly event: string }[] = []
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  )
  const chain = createAuditChain({
    ...{ ...made, db, log, masterKey: KEY, random: systemRandom },
    publicUrl: 'https://id.example',
  })
  const act = (object: string) => ({ act: 'tenants.site.created', object, details: { object } })
  const record = (object: string, of: TenantId | null = tenantId) =>
    made.audit.recordAlone(of, OPERATOR, act(object))
  const verify = () => chain.verify(tenantId, { after: 0 })
  const events = () => lines.map(({ event }) => event)
  return { ...made, database, db, tenantId, chain, act, record, verify, events }
}

/** As somebody does who has the database itself. */
async function tamper({ ownerPool }: TestDatabase, sql: string, values: unknown[]): Promise<void> {
  await ownerPool.query(sql, values)
}

test('acts that are recorded at one time, and some undone, make one chain without gaps', async (t) => {
  const { audit, db, tenantId, act, record, verify } = await begin(t) // SEC G-2
  const undone = (object: string) =>
    db.inTenant(tenantId, async (trx) => {
      await audit.record(trx, tenantId, OPERATOR, act(object))
      throw new Error('undone')
    })

  await Promise.allSettled(
    Array.from({ length: 20 }, (_, at) => (at % 4 === 0 ? undone : record)(`sit_${at}`)),
  )

  const entries = await audit.list(tenantId, { limit: 500 })
  const positions = entries.map(({ position }) => position ?? 0).toSorted((a, b) => a - b)
  assert.deepEqual(
    positions,
    positions.map((_, at) => at + 1),
  )
  assert.equal(entries.filter(({ act: name }) => name === 'tenants.site.created').length, 15)
  const { broken, entries: verified, isOver } = await verify()
  assert.deepEqual([broken, verified, isOver], [null, entries.length, true])
})

test('an entry that is changed or taken away is named, and so is one that is put in its place', async (t) => {
  const { database, tenantId, record, verify } = await begin(t) // SEC G-2
  for (const object of ['sit_a', 'sit_b', 'sit_c']) await record(object)
  const { position: last } = await verify()
  const at = last - 1

  const changed = `update audit_log set actor = 'key:somebody' where tenant_id = $1 and position = $2`
  await tamper(database, changed, [tenantId, at])
  const { broken: altered } = await verify()
  const gone = 'delete from audit_log where tenant_id = $1 and position = $2'
  await tamper(database, gone, [tenantId, at])
  const { broken: missing, entries } = await verify()
  const moved = 'update audit_log set position = $2 where tenant_id = $1 and position = $2 + 1'
  await tamper(database, moved, [tenantId, at])
  const { broken: replaced } = await verify()

  assert.deepEqual([altered?.position, altered?.problem], [at, 'altered'])
  assert.deepEqual(missing, { position: at, auditId: null, problem: 'missing' })
  assert.equal(entries, at - 1)
  assert.deepEqual([replaced?.position, replaced?.problem], [at, 'altered'])
})

test('once a checkpoint is signed, a chain that somebody makes anew is found out by it', async (t) => {
  const { database, tenantId, record, chain, verify } = await begin(t) // SEC G-2
  await record('sit_a')
  await chain.checkpoint(tenantId, LONG_AGO)
  await record('sit_b')
  const { latest, checkpoints, position } = await verify()

  await makeAnew(
    database,
    tenantId,
    "update audit_log set actor = 'key:x' where act = 'tenants.site.created'",
  )
  const { broken } = await verify()

  assert.deepEqual([checkpoints, latest?.position], [1, position - 2])
  assert.deepEqual([broken?.position, broken?.problem], [position - 1, 'checkpoint-refused'])
})

test('a checkpoint that was kept shows that the end of a log was cut off, and another’s is refused', async (t) => {
  const { database, tenantId, record, chain, verify } = await begin(t) // SEC G-2
  await record('sit_a')
  await record('sit_b', null)
  await chain.checkpoint(tenantId, LONG_AGO)
  await chain.checkpoint(null, LONG_AGO)
  const kept = (await verify()).latest
  const ofPlatform = (await chain.verify(null, { after: 0 })).latest
  const compare = async (checkpoint = '') =>
    (await chain.verify(tenantId, { after: 0, checkpoint })).broken
  const asItWas = await compare(kept?.jws)

  const cut = 'delete from audit_log where tenant_id = $1 and position >= $2'
  await tamper(database, cut, [tenantId, kept?.position])
  const afterwards = (await verify()).broken

  assert.equal(asItWas, null)
  assert.equal(afterwards, null, 'what is there follows one another')
  assert.deepEqual(await compare(kept?.jws), {
    ...{ position: kept?.position, auditId: null, problem: 'missing' },
  })
  for (const wrong of [ofPlatform?.jws, `${kept?.jws}x`, 'x'])
    assert.equal((await compare(wrong))?.problem, 'checkpoint-refused')
})

test('a key that somebody put into the database signs nothing', async (t) => {
  const { database, tenantId, record, chain, verify } = await begin(t) // SEC G-2
  await tamper(
    database,
    `insert into audit_key (key_id, private_key_sealed, created_at) values ('key_x', $1, now())`,
    [seal(newKey(), systemRandom, 'audit_key/key_x', '{}')],
  )
  await record('sit_a')

  await chain.checkpoint(tenantId, LONG_AGO)

  const { broken, checkpoints } = await verify()
  assert.deepEqual([broken, checkpoints], [null, 1])
  assert.deepEqual(
    (await chain.publicKeys()).map(({ kid }) => kid === 'key_x'),
    [false],
  )
})

test('a log has a checkpoint a day, from whichever node comes first, and none where nothing was added', async (t) => {
  const { tenantId, record, chain, verify, events } = await begin(t)
  const everyNode = () =>
    Promise.all([chain.checkpoint(tenantId, EVER), chain.checkpoint(tenantId, EVER)])
  await chain.checkpoint(null, LONG_AGO)
  const ofNothing = await chain.verify(null, { after: 0 })

  await everyNode()
  await everyNode()
  await record('sit_a')
  await chain.checkpoint(tenantId, LONG_AGO)
  const beforeADay = (await verify()).checkpoints
  await everyNode()

  assert.deepEqual([ofNothing.entries, ofNothing.latest], [0, null])
  assert.equal(beforeADay, 1)
  assert.equal((await verify()).checkpoints, 2)
  assert.deepEqual(events(), ['audit.checkpoint.signed', 'audit.checkpoint.signed'])
})

test('a chain that is found broken is told once, in the log of both kinds, and goes on', async (t) => {
  const { audit, database, tenantId, record, chain, verify, events } = await begin(t)
  await record('sit_a')
  const { position } = await verify()
  const changed = `update audit_log set object = 'sit_x' where tenant_id = $1 and position = $2`
  await tamper(database, changed, [tenantId, position])

  await chain.checkpoint(tenantId, EVER)
  await record('sit_b')
  await chain.checkpoint(tenantId, EVER)

  assert.deepEqual(events(), [
    ...['audit.chain.found-broken', 'audit.checkpoint.signed', 'audit.checkpoint.signed'],
  ])
  const told = (await audit.list(tenantId, { limit: 50 })).filter(
    ({ act }) => act === 'audit.chain.found-broken',
  )
  assert.deepEqual(
    told.map(({ details }) => details),
    [{ position, problem: 'altered' }],
  )
  assert.equal((await verify()).broken?.position, position)
})

test('what an older server writes beside us stands outside the chain, and is counted', async (t) => {
  const { database, tenantId, record, verify } = await begin(t)
  await tamper(
    database,
    `insert into audit_log (tenant_id, audit_id, actor, act, object, details, request_id, happened_at)
     values ($1, 'aud_old', 'key:a', 'tenants.site.created', 'sit_o', '{}', 'req_o', now())`,
    [tenantId],
  )

  await record('sit_a')

  const { broken, unlinked } = await verify()
  assert.deepEqual([broken, unlinked], [null, 1])
})

test('a log is verified part after part', async (t) => {
  const { tenantId, record, chain } = await begin(t)
  for (const object of ['sit_a', 'sit_b', 'sit_c']) await record(object)
  const { position: all } = await chain.verify(tenantId, { after: 0 })

  let [after, parts, isOver] = [0, 0, false]
  while (!isOver) {
    const part = await chain.verify(tenantId, { after, limit: 2 })
    assert.equal(part.broken, null)
    ;[after, parts, isOver] = [part.position, parts + 1, part.isOver]
  }

  assert.deepEqual([after, parts], [all, Math.floor(all / 2) + 1])
  const beyond = await chain.verify(tenantId, { after: all + 5 })
  assert.equal(beyond.broken?.problem, 'missing')
})

/** Whoever changes an entry, and then makes the hashes of all that follow anew. */
async function makeAnew(
  { ownerPool }: TestDatabase,
  tenantId: TenantId,
  change: string,
): Promise<void> {
  await ownerPool.query(change)
  const { rows } = await ownerPool.query<LinkedRow>(
    'select * from audit_log where tenant_id = $1 order by position',
    [tenantId],
  )
  let before: Link = BEGINNING
  for (const row of rows) {
    const hash = hashOf(tenantId, before, row)
    await ownerPool.query('update audit_log set hash = $3 where tenant_id = $1 and audit_id = $2', [
      ...[tenantId, row.audit_id, hash],
    ])
    before = { position: before.position + 1, hash }
  }
}
