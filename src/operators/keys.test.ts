import assert from 'node:assert/strict'
import { test } from 'node:test'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestOperators } from '../../test/support/operators.ts'

test('the first key is made once and is kept before it is good', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC T-1, C-4
  const { operators, tenants, onboard } = createTestOperators(db)
  const kept: string[] = []
  await assert.rejects(operators.ensureFirstKey(async () => Promise.reject(new Error('disk full'))))

  const made = await operators.ensureFirstKey(async (token) => void kept.push(token))
  const again = await operators.ensureFirstKey(async (token) => void kept.push(token))

  assert.deepEqual([made, again, kept.length], [true, false, 1])
  assert.equal((await operators.authenticateKey(kept[0] ?? ''))?.role, 'operator')
  const scim = (await onboard('Acme')).handover.scim.token
  assert.equal(await operators.authenticateKey(scim), undefined)
  assert.equal(await tenants.authenticateScim(kept[0] ?? '', ''), undefined)
})
