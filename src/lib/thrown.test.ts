import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf, shorten } from './thrown.ts'

// SEC G-1
test('of what was thrown the log has the message, where and why, line by line, and no detail of the database', () => {
  const cause = Object.assign(new Error('duplicate key'), { detail: 'Key (name)=(Jane)' })
  const lines = linesOf(new TypeError('not\nwritten', { cause }))

  assert.deepEqual(lines.slice(0, 2), ['TypeError: not', 'written'])
  assert.match(lines[2] ?? '', /^ {4}at .*thrown\.test\.ts/)
  assert.equal(lines.at(-1), 'caused by Error: duplicate key')
})

// SEC G-1
test('no line is longer than a kibibyte and there are no more than forty, however much was thrown', () => {
  const long = 'é'.repeat(5_000)
  const deep = Array.from({ length: 99 }).reduce<Error>(
    (cause) => new Error(long, { cause }),
    new Error(long),
  )

  for (const thrown of [deep, long, 'x\n'.repeat(5_000), { toString: () => long }]) {
    const lines = linesOf(thrown)
    assert.ok(lines.length > 0 && lines.length <= 40)
    for (const line of lines) assert.ok(Buffer.byteLength(line) <= 1024)
  }
})

test('what is cut says so, between two letters, and what is short is left as it is', () => {
  const fits = 'é'.repeat(512)

  assert.equal(shorten(fits), fits)
  assert.equal(shorten(`${fits}é`), `${'é'.repeat(510)}…`)
  assert.equal(shorten('x'.repeat(1025)), `${'x'.repeat(1021)}…`)
  assert.equal(shorten('😀'.repeat(300)), `${'😀'.repeat(255)}…`)
})
