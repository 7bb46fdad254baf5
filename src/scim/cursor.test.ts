import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '../../test/support/clock.ts'
import { createCursors, type ListQuery, resourceType, ScimError } from './index.ts'

const QUERY: ListQuery = {
  sought: [
    {
      type: resourceType('User'),
      filter: undefined,
      sortBy: undefined,
      wants: { members: false, groups: false },
    },
  ],
  order: undefined,
  from: { cursor: '' },
  count: 10,
}
const POSITION = { total: 3, id: 'usr_1', key: 'Nadia' }

function refusal(act: () => unknown): string | undefined {
  try {
    act()
  } catch (error) {
    if (error instanceof ScimError) return error.scimType
    throw error
  }
  return undefined
}

test('a cursor gives back what it was made of, on every node and for an hour', () => {
  const clock = createTestClock()
  const place = ['secret', 'ten_1 con_1'] as const
  const [one, other] = [0, 1].map(() =>
    createCursors({ secrets: () => [place[0]], clock }, place[1]),
  )
  const cursor = one?.mint(QUERY, POSITION) ?? ''

  clock.turn(3_599_000)
  const read = other?.read({ ...QUERY, count: 5 }, cursor)
  clock.turn(1_000)

  assert.deepEqual(read, POSITION)
  assert.equal(
    refusal(() => other?.read(QUERY, cursor)),
    'expiredCursor',
  )
})

// SEC K-2
test('a cursor is read as long as the secret it was made by is among those that are known', () => {
  const clock = createTestClock()
  let secrets: readonly [string, ...string[]] = ['old']
  const cursors = createCursors({ secrets: () => secrets, clock }, 'ten_1 con_1')
  const cursor = cursors.mint(QUERY, POSITION)

  secrets = ['new', 'old']

  assert.deepEqual(cursors.read(QUERY, cursor), POSITION)
  assert.notEqual(cursors.mint(QUERY, POSITION), cursor)
  secrets = ['new']
  assert.equal(
    refusal(() => cursors.read(QUERY, cursor)),
    'invalidCursor',
  )
})

// SEC I-9
test('a cursor of another tenant, connection or secret is not valid', () => {
  const clock = createTestClock()
  const cursor = createCursors({ secrets: () => ['secret'], clock }, 'ten_1 con_1').mint(
    QUERY,
    POSITION,
  )

  for (const [secret, place] of [
    ['secret', 'ten_2 con_1'],
    ['secret', 'ten_1 con_2'],
    ['other', 'ten_1 con_1'],
  ] as const)
    assert.equal(
      refusal(() => createCursors({ secrets: () => [secret], clock }, place).read(QUERY, cursor)),
      'invalidCursor',
    )
})
