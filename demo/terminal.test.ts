import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTerminal } from './terminal.ts'

function start(columns: number | undefined) {
  const time = { ms: 0 }
  let written = ''
  const terminal = createTerminal({
    write: (text) => void (written += text),
    columns,
    colours: false,
    nowMs: () => time.ms,
  })
  return { terminal, time, written: () => written }
}

test('on a terminal the progress is one line, written over by the next and by what is said', () => {
  const { terminal, written } = start(40)

  terminal.progress(0.5, 'loaded 50')
  terminal.progress(1, 'loaded 100, and more than fits')
  terminal.fact('all are loaded')

  assert.deepEqual(written().split('\r'), [
    '',
    '   ████████████░░░░░░░░░░░░ loaded 50\x1b[K',
    '   ████████████████████████ loaded 100,\x1b[K',
    '\x1b[K ✓ all are loaded\n',
  ])
})

test('where nobody looks the progress is a plain line every two seconds', () => {
  const { terminal, time, written } = start(undefined)

  for (const ms of [0, 500, 1900, 2000, 3000, 4100]) {
    time.ms = ms
    terminal.progress(0, `at ${ms}`)
  }

  assert.equal(written(), '   at 0\n   at 2000\n   at 4100\n')
})

test('steps are numbered, and what is said is indented, line by line', () => {
  const { terminal, written } = start(undefined)

  terminal.step('One')
  terminal.say('{\n}')
  terminal.step('Two')

  assert.equal(written(), '\n1. One\n   {\n   }\n\n2. Two\n')
})
