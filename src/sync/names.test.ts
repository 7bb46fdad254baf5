import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestPipeline, seedPeople } from '../../test/support/loader.ts'
import { createNameReader } from './names.ts'

test('people are named also where the database cannot take their text apart; whose text is long has no name', async (t) => {
  const { db, onboard } = await createTestPipeline(t)
  const acme = await onboard('Acme')
  const globex = await onboard('Globex')
  const [plain = '', broken = '', long = ''] = await seedPeople(db, acme, 3)
  const [foreign = ''] = await seedPeople(db, globex, 1)
  const titled = (id: string, title: string) =>
    db.inTenantOnce(
      acme.tenantId,
      'test-title',
      `update resource set body = overlay(body placing ',"title":"' || $3::text || '"}' from length(body))
        where tenant_id = $1 and resource_id = $2`,
      [acme.tenantId, id, title],
    )
  await titled(broken, '\\u0000')
  await titled(long, 'x'.repeat(65_536))
  const { stagedNames } = createNameReader({ db })

  const names = await stagedNames(acme.tenantId, [plain, broken, long, foreign, 'usr_none'])

  assert.deepEqual(
    names,
    new Map([
      [plain, { userName: 'person1@acme.example', displayName: 'Given1 Family1' }],
      [broken, { userName: 'person2@acme.example', displayName: 'Given2 Family2' }],
      [long, { userName: null, displayName: null }],
    ]),
  )
})
