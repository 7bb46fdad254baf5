import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './lib/index.ts'
import { gatherLines, quickInfo } from './log-lines.ts'
import { createLog } from './telemetry/index.ts'

test('lines are handed on in their order: many together, after a tenth of a second, and whoever asks for it', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const handed: string[] = []
  let flushed = 0
  const lines = gatherLines({
    write: (text) => handed.push(text),
    flush: (done) => done(),
  })
  const handedNow = () => handed.splice(0)

  lines.write('one\n')
  lines.write('two\n')
  const before = handedNow()
  t.mock.timers.tick(100)
  const after = handedNow()
  const long = `${'x'.repeat(65_000)}\n`
  lines.write('three\n')
  lines.write(long)
  lines.write('four\n'.repeat(200))
  const many = handedNow()
  lines.write('five\n')
  lines.flush(() => (flushed += 1))
  const asked = handedNow()
  t.mock.timers.tick(1000)

  assert.deepEqual([before, after, asked, flushed], [[], ['one\ntwo\n'], ['five\n'], 1])
  assert.deepEqual(many, [`three\n${long}${'four\n'.repeat(200)}`])
  assert.deepEqual(handedNow(), [])
})

test('the line of a request is what the logger would have written', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_780_000_000_000 })
  const written: string[] = []
  const lines = { write: (text: string) => void written.push(text) }
  const log = createLog('info', lines)
  const info = quickInfo(log, lines, systemClock)
  const fields = {
    event: 'a',
    address: '"\n\u2028é',
    ms: 0.1,
    gone: undefined,
    scim: { a: [1, 'b'] },
  }
  const long = { ...fields, route: 'é'.repeat(5_000) }

  for (const at of [0, 0, 1, 86_400_000]) {
    t.mock.timers.setTime(1_780_000_000_000 + at)
    log.info(fields)
    info(fields)
    log.info(long)
    info(long)
  }
  log.level = 'warn'
  info(fields)

  const [bypino, ours] = [0, 1].map((place) => written.filter((_, index) => index % 2 === place))
  assert.equal(written.length, 16)
  assert.deepEqual(ours, bypino)
})
