import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestDatabase } from '../../test/support/database.ts'
import { sendTogether, type Statement } from './batch.ts'

const VALUES = `
  select $1::text as word, $2::bigint as count, $3::timestamptz as at, $4::boolean as yes, null as nothing,
         $5::text[] as words, $6::jsonb as object, $7::bytea as bytes, $8::jsonb[] as objects,
         $9::int[] as pairs, $10::bytea[] as pieces, $11::timestamptz[] as instants`
const BYTES = Buffer.from([0, 255])
const WORDS = ['a', 'b"', 'c\\', '', null, 'NULL', '{,}']
const GIVEN = [
  ...['ä"\\', 7, new Date(0), true, WORDS, { a: [1] }, BYTES],
  ...[
    [{ a: '"' }],
    [
      [1, 2],
      [3, 4],
    ],
    [BYTES],
    [new Date(0)],
  ],
]
const READ = {
  ...{ word: 'ä"\\', count: 7, at: new Date(0), yes: true, nothing: null },
  ...{ words: WORDS, object: { a: [1] }, bytes: BYTES, objects: [{ a: '"' }] },
  ...{
    pairs: [
      [1, 2],
      [3, 4],
    ],
    pieces: [BYTES],
    instants: [new Date(0)],
  },
}
const TABLE = 'create temporary table seen (word text unique)'
const ADD = 'insert into seen values ($1)'
const DIVIDE = 'select 4 / $1::int as half'

async function open(t: TestContext) {
  const database = await createTestDatabase()
  const client = await database.appPool.connect()
  t.after(async () => {
    client.release()
    await database.close()
  })
  const send = (...statements: [text: string, values?: unknown[], name?: string][]) =>
    sendTogether(
      client,
      statements.map(([text, values = [], name = '']): Statement => ({ name, text, values })),
    )
  return { client, send }
}

test('each statement gets its rows, described or known from before, as the driver reads them', async (t) => {
  const { client, send } = await open(t)

  const first = await send(
    [VALUES, GIVEN, 'batch-values'],
    [TABLE],
    ['select $1::bigint as one union select 2 order by one', [1n]],
    [VALUES, GIVEN, 'batch-values'],
  )
  const again = await send([VALUES, GIVEN, 'batch-values'], ['select where false'])
  const { rows } = await client.query({ name: 'batch-values', text: VALUES, values: GIVEN })

  assert.deepEqual(first, [[READ], [], [{ one: 1 }, { one: 2 }], [READ]])
  assert.deepEqual(again, [[READ], []])
  assert.deepEqual(rows, [READ])
})

test('behind one that fails none is done, and the connection goes on', async (t) => {
  const { send } = await open(t)
  await send([TABLE])

  await assert.rejects(
    send(
      [ADD, ['a'], 'batch-add'],
      [DIVIDE, [0], 'batch-divide'],
      ['select word from seen', [], 'batch-seen'],
    ),
    /division by zero/,
  )

  assert.deepEqual(
    await send(
      ['select word from seen', [], 'batch-seen'],
      [ADD, ['b'], 'batch-add'],
      [DIVIDE, [2], 'batch-divide'],
      ['select word from seen', [], 'batch-seen'],
    ),
    [[], [], [{ half: 2 }], [{ word: 'b' }]],
  )
})

test('what cannot be sent is not sent in part: a name of another text, a value that is no text', async (t) => {
  const { send } = await open(t)
  await send([TABLE], [ADD, ['a'], 'batch-add'])
  const circle: Record<string, unknown> = {}
  circle['circle'] = circle

  for (const wrong of [
    () => send([ADD, ['b'], 'batch-add'], ['select 1', [], 'batch-add']),
    () => send([ADD, ['c']], ['select 1', [], 'batch-new'], ['select 2', [], 'batch-new']),
    () => send([ADD, ['d']], ['select $1::json', [circle]]),
  ])
    await assert.rejects(wrong, /stands for another text|circular/)

  assert.deepEqual(await send(['select word from seen']), [[{ word: 'a' }]])
})
