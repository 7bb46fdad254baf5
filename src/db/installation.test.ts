/** Which master keys a database needs, and that the password of the app's role outlives them (SEC K-2, K-3). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '../../test/support/database.ts'
import {
  createKeyRing,
  deriveSecret,
  systemRandom,
  type WrappingKey,
  wrappingKey,
} from '../lib/index.ts'
import { admit, belongTo, readKeys, SEALED_BY_INSTALLATION } from './installation.ts'
import { nextSealed, rewrapSealed } from './sealed-columns.ts'

const [OLD, NEW, OTHER] = [7, 8, 9].map((each) => wrappingKey(Buffer.alloc(32, each))) as [
  WrappingKey,
  WrappingKey,
  WrappingKey,
]
const passwordBy = (key: WrappingKey) => deriveSecret(key, 'database role rollcall_app')
const idsOf = async (...asked: Parameters<typeof readKeys>) =>
  (await readKeys(...asked)).map(({ id }) => id)

// SEC K-2
test('a new database belongs to the newest key of the file', async (t) => {
  const { ownerPool } = await createTestDatabase(t)
  const ring = createKeyRing([OLD, NEW])

  assert.equal(await admit(ownerPool, ring), passwordBy(NEW))
  await belongTo(ownerPool, ring, systemRandom)

  assert.deepEqual(await idsOf(ownerPool), [NEW.id])
  await assert.rejects(
    admit(ownerPool, createKeyRing([OLD])),
    new RegExp(`needs the master key ${NEW.id}.*it has ${OLD.id}`),
  )
})

// SEC K-2
test('a database of an earlier release goes on with the key that it was set up with, wherever that is in the file', async (t) => {
  const { ownerPool } = await createTestDatabase(t)
  await ownerPool.query('insert into installation (key_digest) values ($1)', [
    deriveSecret(OLD, 'digest of the master key'),
  ])
  const ring = createKeyRing([OLD, NEW])

  const password = await admit(ownerPool, ring)
  await belongTo(ownerPool, ring, systemRandom)

  assert.deepEqual([password, ring.sealing.id], [passwordBy(OLD), OLD.id])
  assert.deepEqual(await idsOf(ownerPool), [OLD.id])
  await assert.rejects(admit(ownerPool, createKeyRing([OTHER])), new RegExp(`needs.*${OLD.id}`))
})

// SEC K-2
test('the password of the role stays when another key has taken over and the first is gone', async (t) => {
  const { db, ownerPool } = await createTestDatabase(t)
  await belongTo(ownerPool, createKeyRing([OLD]), systemRandom)
  await ownerPool.query(
    `insert into master_key (key_id, seals_from) values ($1, now() + interval '1 second')`,
    [NEW.id],
  )
  const ring = createKeyRing([OLD, NEW])
  const before = await admit(ownerPool, ring)
  const [column] = SEALED_BY_INSTALLATION
  assert.ok(column !== undefined)
  const rows = await nextSealed(db, column, null, ring, { after: undefined, limit: 10 })

  await rewrapSealed({ db, masterKey: ring, random: systemRandom }, column, null, rows)
  await ownerPool.query('update master_key set retired_at = now() where key_id = $1', [OLD.id])

  const alone = createKeyRing([NEW])
  assert.equal(ring.sealing.id, NEW.id)
  assert.equal(before, passwordBy(OLD))
  assert.equal(await admit(ownerPool, alone), before)
})
