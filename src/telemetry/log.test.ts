import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

function newLog() {
  const lines: string[] = []
  const log = createLog('info', { write: (line) => void lines.push(line) })
  return { log, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> }
}

// SEC G-1
test('no value of a line is longer than a kibibyte, however deep it lies, and lists have an end', () => {
  const { log, last } = newLog()
  const long = 'x'.repeat(5_000)

  log.info({ event: 'a', text: long, among: { others: [long, 1] }, ids: Array(500).fill('id') })

  const { event, text, among, ids } = last()
  const cut = `${'x'.repeat(1021)}…`
  assert.deepEqual([event, text, among], ['a', cut, { others: [cut, 1] }])
  assert.equal((ids as unknown[]).length, 100)
})

// SEC G-1
test('what was thrown is told line by line, without what hangs on it', () => {
  const { log, last } = newLog()

  log.warn({ event: 'a', err: Object.assign(new Error('not done'), { detail: 'canary' }) }, 'again')

  const [first, where] = last()['err'] as string[]
  assert.equal(first, 'Error: not done')
  assert.match(where ?? '', /^ {4}at /)
  assert.doesNotMatch(JSON.stringify(last()), /canary/)
})

test('what is short is written as it is', () => {
  const { log, last } = newLog()
  const at = new Date(0)

  log.info({ event: 'a', ms: 0.5, gone: undefined, none: null, isLate: false, at })

  const { level, time: _, ...rest } = last()
  assert.deepEqual(
    [level, rest],
    [30, { event: 'a', ms: 0.5, none: null, isLate: false, at: at.toISOString() }],
  )
})
