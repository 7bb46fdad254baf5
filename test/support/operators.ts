/** Operators on a test's own database, with a clock it turns: for what is tested below HTTP. */
import assert from 'node:assert/strict'
import type { Db } from '../../src/db/index.ts'
import { createIds, createKeyRing, systemRandom, wrappingKey } from '../../src/lib/index.ts'
import { createOperators } from '../../src/operators/index.ts'
import { createTestTenants } from './tenants.ts'

export function createTestOperators(db: Db) {
  const made = createTestTenants(db)
  const { clock, audit, tenants } = made
  const operators = createOperators({
    ...{ db, audit, clock, tenants },
    random: systemRandom,
    newId: createIds({ now: clock, random: systemRandom }),
    masterKey: createKeyRing([wrappingKey(Buffer.from(systemRandom(32)))]),
    guess: () => assert.fail('Nobody chooses a password here.'),
    signin: () => assert.fail('Nobody signs in by OpenID Connect here.'),
    publicUrl: 'https://id.example.com',
  })
  return { ...made, operators }
}
