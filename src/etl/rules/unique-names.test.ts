import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IdentityFacts, NameHolder } from '../../identity/index.ts'
import { factsOf } from '../transform.ts'
import { takenNames } from './unique-names.ts'

function facts(who: string, name: string, more: Partial<IdentityFacts> = {}): IdentityFacts {
  const resource = {
    resourceId: `usr_${who}`,
    connectionId: 'con_1',
    type: 'User',
    active: true,
  } as const
  return { ...factsOf({ ...resource, body: { userName: name } }, 'Okta'), ...more }
}

const renamed = (who: string, from: string, to: string) => ({
  before: facts(who, from),
  after: facts(who, to),
})
const hired = (who: string, name: string) => ({ before: undefined, after: facts(who, name) })
const holder = (who: string, name: string): NameHolder => ({
  identityId: `idn_${who}`,
  label: 'Okta',
  name,
})

for (const [what, all, holders, refused] of [
  ['nobody has the name', [hired('a', 'jane')], [], []],
  ['somebody has it', [hired('a', 'Jane')], [holder('b', 'jane')], ['usr_a: idn_b']],
  ['the person has it', [renamed('a', 'jane', 'Jane')], [holder('a', 'jane')], []],
  ['two want it', [hired('a', 'jane'), hired('b', 'JANE')], [], ['usr_b: idn_a']],
  [
    'who has it moves on in the same batch',
    [renamed('a', 'jane', 'joan'), renamed('b', 'x', 'jane')],
    [holder('a', 'jane')],
    [],
  ],
  [
    'two change names',
    [renamed('a', 'jane', 'joan'), renamed('b', 'joan', 'jane')],
    [holder('a', 'jane'), holder('b', 'joan')],
    [],
  ],
  [
    'who has it cannot move on',
    [renamed('a', 'jane', 'joan'), renamed('b', 'x', 'jane')],
    [holder('a', 'jane'), holder('c', 'joan')],
    ['usr_a: idn_c', 'usr_b: idn_a'],
  ],
  [
    'who has it stays and comes later in the batch',
    [hired('a', 'jane'), { before: facts('b', 'jane'), after: facts('b', 'jane', { email: 'x' }) }],
    [holder('b', 'jane')],
    ['usr_a: idn_b'],
  ],
  [
    'who has it is deleted in the same batch',
    [
      { before: facts('b', 'jane'), after: facts('b', 'jane', { state: 'deleted' }) },
      hired('a', 'jane'),
    ],
    [holder('b', 'jane')],
    [],
  ],
] satisfies [string, Parameters<typeof takenNames>[0], NameHolder[], string[]][])
  test(`where ${what}, ${refused.length === 0 ? 'all are named' : `${refused.length} are refused`}`, () => {
    const taken = takenNames<(typeof all)[number]>(all, holders)

    assert.deepEqual(
      Array.from(taken, ([{ after }, other]) => `${after.resourceId}: ${other}`),
      refused,
    )
  })

test('a long row of people who each want the name of the one before is refused to its end', () => {
  const row = Array.from({ length: 2_000 }, (_, n) => renamed(`p${n}`, `n${n}`, `n${n - 1}`))

  const taken = takenNames(row, [holder('other', 'n-1')])

  assert.equal(taken.size, row.length)
})
