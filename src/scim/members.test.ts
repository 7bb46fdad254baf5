import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeEdits } from './members.ts'
import type { MemberEdit } from './store.ts'

const join = (...members: string[]): MemberEdit => ({ kind: 'join', members })
const leave = (...members: string[]): MemberEdit => ({ kind: 'leave', members })
const only = (...members: string[]): MemberEdit => ({ kind: 'only', members })
const some: MemberEdit = { kind: 'leave-where', where: () => true }

for (const [what, edits, merged] of [
  ['joins in a row are one', [join('a'), join('b', 'c'), join('a')], [join('a', 'b', 'c', 'a')]],
  ['so are leaves', [leave('a'), leave('b')], [leave('a', 'b')]],
  [
    'what stands between them keeps its place',
    [join('a'), leave('a'), join('b'), some, join('c'), only('d'), join('e'), join('f')],
    [join('a'), leave('a'), join('b'), some, join('c'), only('d'), join('e', 'f')],
  ],
  ['nothing stays nothing', [], []],
] as const)
  test(`edits of members: ${what}`, () => {
    const before = structuredClone(edits.filter((edit) => edit !== some))

    assert.deepEqual(mergeEdits(edits), merged)

    assert.deepEqual(
      edits.filter((edit) => edit !== some),
      before,
      'what was handed in is as it was',
    )
  })
