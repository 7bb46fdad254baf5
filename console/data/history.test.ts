/** How a tenant's days are told: by the worst of each, and by how much of the day that was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daysInWords, daysOfTenant } from './history.ts'

const DAYS = ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04']

test('one refusal in a busy day is told as few, and half a day of them is not', () => {
  const days = daysOfTenant(
    {
      worst: ['ok', 'refused', 'refused', 'failed'],
      all: [10, 1_000, 10, 1_000],
      refused: [0, 1, 5, 0],
      failed: [0, 0, 0, 2],
    },
    DAYS,
  )
  assert.deepEqual(
    days.map(({ words }) => words),
    [
      '2026-11-01: went well, 10 requests and sign-ins',
      '2026-11-02: something was refused, 1,000 requests and sign-ins, 1 refused',
      '2026-11-03: something was refused, 10 requests and sign-ins, 5 refused',
      '2026-11-04: something failed or came far too late, 1,000 requests and sign-ins, 2 failed or came far too late',
    ],
  )
  assert.equal(
    daysInWords(days),
    'In 4 days something failed or came far too late on 1 day (fewer than 1 in 20), something was refused on 1 day, something was refused on 1 day (fewer than 1 in 20).',
  )
})

test('a failure of which nobody asked is no slight one, and of whom there is nothing had quiet days', () => {
  const [late] = daysOfTenant({ worst: ['failed'], all: [0], refused: [0], failed: [1] }, [
    '2026-11-01',
  ])
  assert.equal(late?.share, 'much')
  const quiet = daysOfTenant(undefined, DAYS)
  assert.deepEqual([quiet[0]?.words, quiet[0]?.worst], ['2026-11-01: nothing happened', 'quiet'])
  assert.equal(daysInWords(quiet), 'In 4 days nothing went wrong.')
})
