import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stagesOf } from './key-stages.ts'

// SEC O-8
test('a key is published before it signs, signs until the next one does, and is published for a day more', () => {
  const at = (text: string) => new Date(`2026-11-${text}:00Z`)
  const [old, young] = [{ signs_from: at('01T00:00') }, { signs_from: at('10T00:00') }]
  const stages = (now: string) => stagesOf([old, young], at(now)).map(({ stage }) => stage)

  assert.deepEqual(stages('09T23:59'), ['signing', 'next'])
  assert.deepEqual(stages('10T00:00'), ['published', 'signing'])
  assert.deepEqual(stages('10T23:59'), ['published', 'signing'])
  assert.deepEqual(stages('11T00:00'), ['ended', 'signing'])
  assert.deepEqual(
    stagesOf([old, young], at('09T00:00')).map(({ publishedUntil }) => publishedUntil),
    [at('11T00:00'), null],
  )
})
