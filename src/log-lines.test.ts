import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatherLines } from './log-lines.ts'

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
