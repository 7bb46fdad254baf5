import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import pino from 'pino'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createIds, systemClock, systemRandom, type TenantId } from '../lib/index.ts'
import { createWaking } from './wake.ts'

const newId = createIds({ now: systemClock, random: systemRandom })

test('where writes go on, their tenants are told together, ten times a second', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const [acme, globex] = [newId('ten'), newId('ten')]
  const told: { tenantId: TenantId; at: number }[] = []
  const wake = (tenantIds: readonly TenantId[]) => {
    for (const tenantId of tenantIds) told.push({ tenantId, at: performance.now() })
  }
  const waking = createWaking({ db, newId, log: pino({ enabled: false }), wake })
  t.after(() => waking.stop())

  while (told.length < 6) {
    waking.written(acme)
    waking.written(globex)
    await setTimeout(5)
  }

  assert.deepEqual(
    told.map(({ tenantId }) => tenantId),
    [acme, globex, acme, globex, acme, globex],
  )
  const tookMs = (told.at(-1)?.at ?? 0) - (told[0]?.at ?? 0)
  assert.ok(tookMs >= 190, `${tookMs} ms`)
})

test('where very much is written it is told four times a second', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const told: number[] = []
  const wake = () => void told.push(performance.now())
  const waking = createWaking({ db, newId, log: pino({ enabled: false }), wake })
  t.after(() => waking.stop())
  const acme = newId('ten')

  while (told.length < 3) {
    for (let write = 0; write < 150; write += 1) waking.written(acme)
    await setTimeout(5)
  }

  const tookMs = (told.at(-1) ?? 0) - (told[0] ?? 0)
  assert.ok(tookMs >= 490, `${tookMs} ms`)
})
