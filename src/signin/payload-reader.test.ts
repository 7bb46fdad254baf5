import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '../../test/support/clock.ts'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants } from '../../test/support/tenants.ts'
import type { Db } from '../db/index.ts'
import { createKeyRing, systemRandom, wrappingKey } from '../lib/index.ts'
import { hashOf } from './digests.ts'
import { createPayloadReader } from './payload-reader.ts'
import { createPayloads } from './payloads.ts'
import { createPendingWrites } from './pending-writes.ts'
import { createSealing } from './sealing.ts'

test('each who shows a token gets its session and grant, found by their keys among all those of others', async (t) => {
  const { db, ownerPool } = await borrowTestDatabase(t)
  const { tenantId } = (await createTestTenants(db).onboard('Acme')).connection
  const writes = createPendingWrites({ db })
  const given = {
    ...{
      clock: createTestClock(),
      random: systemRandom,
      masterKey: createKeyRing([wrappingKey(Buffer.alloc(32, 7))]),
    },
    writes,
  }
  let sent = ''
  const read: Db['shared']['read'] = (tenant, name, text, values, own) => {
    sent = text
    return db.shared.read(tenant, name, text, values, own)
  }
  const overheard = { ...db, shared: { ...db.shared, read } }
  const reader = createPayloadReader({ ...given, db: overheard, sealing: createSealing(given) })
  const payloads = createPayloads({ ...given, db })
  for (const who of ['a', 'b']) {
    const own = { grantId: `grant-${who}`, sessionUid: `uid-${who}` }
    await payloads.adapter(tenantId, 'AccessToken').upsert(who, { jti: who, ...own }, 60)
    const session = { jti: `session-${who}`, uid: own.sessionUid }
    await payloads.adapter(tenantId, 'Session').upsert(session.jti, session, 60)
    await payloads.adapter(tenantId, 'Grant').upsert(own.grantId, { jti: own.grantId }, 60)
  }
  await db.inTenantOnce(tenantId, '', OTHERS, [tenantId])
  await ownerPool.query('analyze oidc_payload')
  const show = async (token: string) => {
    const found: (string | undefined)[] = []
    const find = async (...[model, column, value]: [string, 'id_hash' | 'session_uid', string]) =>
      found.push((await reader.find(tenantId, model, column, value))?.jti)
    await writes.during(tenantId, async () => {
      await find('AccessToken', 'id_hash', hashOf(token))
      await find('Session', 'session_uid', `uid-${token}`)
      await find('Grant', 'id_hash', hashOf(`grant-${token}`))
    })
    return found
  }

  const alone = await show('a')
  const text = sent
  const together = await Promise.all(['a', 'nobody', 'b'].map(show))
  // Planned as a prepared statement is: without knowing what is shown, or how much.
  const plan = await db.inTenant(tenantId, async (trx) => {
    await trx.prepared('', 'set local plan_cache_mode = force_generic_plan', [])
    await trx.prepared('', `prepare show_payloads as ${text}`, [])
    const ask = `execute show_payloads ('${tenantId}', '{AccessToken}', '{x}', '{now}')`
    return trx.prepared<{ 'QUERY PLAN': string }>('', `explain (costs off) ${ask}`, [])
  })

  const [a, b] = ['a', 'b'].map((who) => [who, `session-${who}`, `grant-${who}`])
  assert.deepEqual([alone, together], [a, [a, [undefined, undefined, undefined], b]])
  const lines = plan.map((row) => row['QUERY PLAN'])
  assert.deepEqual(
    lines.filter((line) => line.includes('Index Cond:')).map((line) => line.split('=').length - 1),
    [3, 3, 3],
    lines.join('\n'),
  )
  assert.doesNotMatch(lines.join('\n'), /Seq Scan|Bitmap|Hash|Merge/)
})

/** Sessions of many, and one in which much was given. */
const OTHERS = `
  insert into oidc_payload (tenant_id, model, id_hash, payload, session_uid, expires_at)
  select $1, model, model || n, '""', case model when 'Session' then n::text else 'uid-a' end, now()
    from generate_series(1, 1000) n, unnest('{Session,AccessToken}'::text[]) model`
