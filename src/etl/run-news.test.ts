import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KnownRuns, newsOfRuns } from './run-news.ts'
import { NOTHING_CHANGED, type Run } from './runs.ts'

const NOON = Date.UTC(2026, 0, 5, 12)
const at = (seconds: number) => new Date(NOON + seconds * 1000)

function run(runId: string, more: Partial<Run> & { from: number; to?: number }): Run {
  const { from, to, ...rest } = more
  return {
    runId,
    kind: 'differential',
    status: 'done',
    startedAt: at(from),
    endedAt: to === undefined ? null : at(to),
    expected: null,
    reason: null,
    taken: 1,
    quarantined: 0,
    maxLagMs: 5,
    positions: null,
    ...NOTHING_CHANGED,
    ...rest,
  }
}

const full = (to?: number) =>
  run('run_full', {
    from: 1,
    kind: 'full',
    status: to === undefined ? 'running' : 'done',
    ...(to === undefined ? {} : { to }),
  })
const told = (known: KnownRuns | undefined, runs: Run[], seconds: number) => {
  const { news, known: after } = newsOfRuns(known, runs, at(seconds))
  return { news: news.map(({ event, run: { runId } }) => `${event} ${runId}`), known: after }
}

test('a newcomer is told of what goes on, and not of what is over', () => {
  const runs = [
    full(),
    run('run_b', { from: -100, to: -40 }),
    run('run_a', { from: -300, to: -200 }),
  ]

  const { news, known } = told(undefined, runs, 2)

  assert.deepEqual(news, ['run-started run_full'])
  assert.deepEqual(known, { newest: 'run_full', open: ['run_full'] })
})

test('each run is told once when it begins and once when it has ended, in that order', () => {
  const begun = told({ newest: null, open: [] }, [full()], 2)
  const during = told(begun.known, [full()], 3)
  const ended = told(begun.known, [run('run_b', { from: 4, kind: 'single', to: 5 }), full(6)], 7)

  assert.deepEqual(begun.news, ['run-started run_full'])
  assert.deepEqual(during.news, [])
  assert.deepEqual(ended.news, ['run-ended run_full', 'run-started run_b', 'run-ended run_b'])
  assert.deepEqual(ended.known, { newest: 'run_b', open: [] })
})

test('a differential run has ended when it was quiet, or when another has begun', () => {
  const one = run('run_a', { from: 0, to: 5 })
  const known: KnownRuns = { newest: 'run_a', open: ['run_a'] }

  assert.deepEqual(told(known, [one], 15).news, [])
  assert.deepEqual(told(known, [one], 25).news, ['run-ended run_a'])
  assert.deepEqual(told(known, [run('run_b', { from: 7, to: 8 }), one], 9).news, [
    'run-ended run_a',
    'run-started run_b',
  ])
})

test('a run that failed has ended, and a failed one does not end the one before', () => {
  const failed = run('run_b', { from: 6, to: 7, status: 'failed', reason: 'why' })
  const known: KnownRuns = { newest: 'run_a', open: ['run_a'] }

  const { news } = told(known, [failed, run('run_a', { from: 0, to: 5 })], 8)

  assert.deepEqual(news, ['run-started run_b', 'run-ended run_b'])
})

test('whoever comes back after more than is kept is a newcomer again', () => {
  const { news, known } = told({ newest: 'run_old', open: ['run_old'] }, [full()], 2)

  assert.deepEqual(news, ['run-started run_full'])
  assert.deepEqual(known, { newest: 'run_full', open: ['run_full'] })
})
