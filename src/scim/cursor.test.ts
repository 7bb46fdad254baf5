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
  const [one, other] = [0, 1].map(() => createCursors({ secret: place[0], clock }, place[1]))
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

// SEC I-9
test('a cursor of another tenant, connection or secret is not valid', () => {
  const clock = createTestClock()
  const cursor = createCursors({ secret: 'secret', clock }, 'ten_1 con_1').mint(QUERY, POSITION)

  for (const [secret, place] of [
    ['secret', 'ten_2 con_1'],
    ['secret', 'ten_1 con_2'],
    ['other', 'ten_1 con_1'],
  ] as const)
    assert.equal(
      refusal(() => createCursors({ secret, clock }, place).read(QUERY, cursor)),
      'invalidCursor',
    )
})
