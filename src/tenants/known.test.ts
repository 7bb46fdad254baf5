import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '../../test/support/clock.ts'
import type { TenantId } from '../lib/index.ts'
import { createKnown } from './known.ts'

const [ACME, GLOBEX] = ['ten_acme', 'ten_globex'] as [TenantId, TenantId]

function start() {
  const clock = createTestClock()
  const asked: string[] = []
  const kept = new Map<string, string>()
  const { believing, forget } = createKnown(clock)
  const read = believing('site', async (tenantId: TenantId, site: string) => {
    asked.push(`${tenantId} ${site}`)
    return kept.get(`${tenantId} ${site}`)
  })
  return { clock, asked, kept, read, forget }
}

test('what was read is believed for two seconds, for its tenant and its name alone', async () => {
  const { clock, asked, kept, read } = start() // SEC T-6
  kept.set(`${ACME} a`, 'before')
  assert.equal(await read(ACME, 'a'), 'before')
  kept.set(`${ACME} a`, 'after')

  assert.equal(await read(ACME, 'a'), 'before')
  assert.equal(await read(GLOBEX, 'a'), undefined)
  clock.turn(2000)
  assert.equal(await read(ACME, 'a'), 'after')
  assert.deepEqual(asked, [`${ACME} a`, `${GLOBEX} a`, `${ACME} a`])
})

test('what is not there is asked again, and what this node changes is forgotten at once', async () => {
  const { kept, read, forget } = start()
  assert.equal(await read(ACME, 'a'), undefined)
  kept.set(`${ACME} a`, 'now')
  kept.set(`${GLOBEX} a`, 'theirs')
  assert.equal(await read(ACME, 'a'), 'now')
  assert.equal(await read(GLOBEX, 'a'), 'theirs')
  kept.clear()

  forget(ACME)

  assert.equal(await read(ACME, 'a'), undefined)
  assert.equal(await read(GLOBEX, 'a'), 'theirs')
})
