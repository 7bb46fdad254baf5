/** The command around a distribution; what one does is tested beside `src/db/distribution.ts`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rollcall, type TerminalOptions } from '../../test/support/terminal.ts'

const PLAN = {
  nodes: 2,
  placed: ['label'],
  steps: [
    { act: 'distribute', table: 'event', sql: `select create_distributed_table('event', …)` },
    { act: 'reclaim', table: 'event', sql: 'select truncate_local_data…' },
  ],
} as const

/** @returns what was said, and what was done in the database */
async function run(line: string, steps: readonly string[], options: TerminalOptions = {}) {
  const done: string[] = []
  const said = await rollcall({ url: 'http://127.0.0.1:1', operatorToken: '' }, line.split(' '), {
    ...options,
    openDistribution: async () => ({
      ...PLAN,
      steps: PLAN.steps.filter(({ act }) => steps.includes(act)),
      async run({ act, table }) {
        if (act === 'reclaim') throw new Error('event: disk\nMend it.')
        done.push(`${act} ${table}`)
      },
      close: async () => void done.push('closed'),
    }),
  })
  return { ...said, done }
}

test('db distribute --dry-run shows the plan and does none of it', async () => {
  const { code, out, done } = await run('db distribute --dry-run', ['distribute'])

  assert.deepEqual([code, done], [0, ['closed']])
  assert.match(out, /^2 nodes may hold tenants\.\nIn place already: label\n/)
  assert.match(out, /^spread by tenant\s+event\s+select create_distributed_table/m)
})

test('db distribute asks, does each step and tells of it', async () => {
  const refused = await run('db distribute', ['distribute'], { answer: 'no' })
  const agreed = await run('db distribute', ['distribute'], { answer: 'y' })
  const alone = await run('db distribute', ['distribute'])

  assert.deepEqual([refused.code, refused.done], [1, ['closed']])
  assert.deepEqual([agreed.code, agreed.done], [0, ['distribute event', 'closed']])
  assert.match(agreed.err, /1\/1 {2}spread by tenant event\n$/)
  assert.deepEqual([alone.code, alone.done], [2, ['closed']])
})

test('db distribute tells machines what was done, and is done at once when there is nothing to do', async () => {
  const { code, out } = await run('db distribute --yes --json', ['distribute'])
  const nothing = await run('db distribute', [])

  assert.deepEqual(
    [code, JSON.parse(out)],
    [0, { nodes: 2, placed: ['label'], done: [PLAN.steps[0]] }],
  )
  assert.deepEqual([nothing.code, nothing.done], [0, ['closed']])
  assert.match(nothing.out, /Nothing to do/)
})

test('a step that fails is told in its own words, and nothing comes after it', async () => {
  const { code, err, done } = await run('db distribute --yes', ['distribute', 'reclaim'])

  assert.deepEqual([code, done], [1, ['distribute event', 'closed']])
  assert.match(err, /\nevent: disk\nMend it\.\n$/)
})
