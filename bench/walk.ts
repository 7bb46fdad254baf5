/**
 * An import: all people, page by page, as Okta walks them by index, or by cursor. Whether the last
 * page costs more than the first. And the largest thing that is read at once: a group with its
 * members, which must not be in memory at once.
 */
import { createIds, systemClock, systemRandom, type Scope } from '../src/lib/index.ts'
import { answer, RESOURCE_TYPES } from '../src/scim/index.ts'
import { createSync } from '../src/sync/index.ts'
import { createAsk } from './ask.ts'
import { bench } from './bench.ts'
import type { BenchDatabase } from './database.ts'
import { median, ms, timed, timedByTurns, times } from './figures.ts'
import { fillGroup, fillPeople, newScope, settle } from './people.ts'

type Ask = ReturnType<typeof createAsk>

export const walk = bench({
  measures: 'walking people by index and by cursor, and reading a large group, without the socket',
  sizes: {
    people: {
      means: 'people in the connection, all of them in a group',
      full: 100_000,
      quick: 2_000,
    },
    page: { means: 'people in a page', full: 100, quick: 100 },
    turns: { means: 'readings of the first and of the last page', full: 300, quick: 20 },
  },
  budgets: [
    { figure: 'ratio', atMost: 2 },
    { figure: 'ratioCursor', atMost: 1.3 },
    { figure: 'ratioWithoutMembers', atMost: 1.3 },
    { figure: 'groupMemory', atMost: 50 },
  ],
  async run({ server, say }, { people, page, turns }) {
    const database = await server.createDatabase()
    const scope = await newScope(database, 'acme')
    await fillPeople(database, scope, { from: 1, to: people, pending: false }, say)
    const large = await fillGroup(database, scope, { number: 1, size: people })
    const small = await fillGroup(database, scope, { number: 2, size: 1 })
    await settle(database)
    const ask = createAsk(database, scope)
    const readPage = (startIndex: number) => async () => {
      const query = { startIndex: String(startIndex), count: String(page) }
      const text = await ask({ method: 'GET', path: '/Users', query })
      if (!text.includes(`"itemsPerPage":${page},`)) throw new Error('A page is not full.')
    }

    const byIndex = await timedByTurns(turns, readPage(people - page + 1), readPage(1))
    const wholeMs = await timed(async () => {
      for (let start = 1; start <= people; start += page) await readPage(start)()
    })
    const cursors = await walkByCursor(ask, page)
    const follow = (cursor: string | undefined) => () => readBehind(ask, page, cursor ?? '')
    const byCursor = await timedByTurns(turns, follow(cursors.at(-1)), follow(cursors.at(1)))
    const without = await timedByTurns(turns, bare(ask, large), bare(ask, small))
    const group = await readGroup(database, scope, large)

    return {
      figures: {
        ratio: times(
          median(byIndex.one) / median(byIndex.other),
          'p50 of the last page / p50 of the first',
        ),
        p50Last: ms(median(byIndex.one), 'p50 of the last page'),
        p50First: ms(median(byIndex.other), 'p50 of the first page'),
        wholeWalk: ms(wholeMs, `all ${Math.ceil(people / page)} pages, one after another`),
        ratioCursor: times(
          median(byCursor.one) / median(byCursor.other),
          'by cursor: p50 of the last page / p50 of the second',
        ),
        p50Cursor: ms(median(byCursor.one), 'by cursor: p50 of the last page'),
        ratioWithoutMembers: times(
          median(without.one) / median(without.other),
          'a group without its members: p50 of the large one / p50 of a small one',
        ),
        groupMs: ms(group.ms, `the group with its ${people} members`),
        groupMemory: {
          value: group.risenMiB,
          unit: 'MiB',
          means: 'that the memory of the process rises by meanwhile',
        },
      },
    }
  },
})

/** All cursors on the way, the empty one first. */
async function walkByCursor(ask: Ask, page: number): Promise<string[]> {
  const cursors: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    cursors.push(cursor)
    cursor = await readBehind(ask, page, cursor)
  }
  return cursors
}

async function readBehind(ask: Ask, page: number, cursor: string): Promise<string | undefined> {
  const text = await ask({ method: 'GET', path: '/Users', query: { cursor, count: String(page) } })
  return /"nextCursor":"([\w-]+)"/.exec(text.slice(0, 1_000))?.[1]
}

function bare(ask: Ask, id: string) {
  return () =>
    ask({ method: 'GET', path: `/Groups/${id}`, query: { excludedAttributes: 'members' } })
}

/** As the edge does: what comes behind is taken and let go. */
async function readGroup({ db }: BenchDatabase, scope: Scope, id: string) {
  const newId = createIds({ now: systemClock, random: systemRandom })
  const given = {
    db,
    clock: systemClock,
    newId,
    cursorSecrets: () => ['only for measuring'] as const,
  }
  const store = createSync({ ...given, onWritten: () => {} }).storeFor(scope)
  const request = { method: 'GET', path: `/Groups/${id}`, contentType: undefined, body: undefined }
  const before = process.memoryUsage.rss()
  let most = before
  const startedAt = performance.now()
  const { rest } = await answer(
    { store, baseUrl: 'https://id.example.com/scim/v2/con', types: RESOURCE_TYPES },
    { ...request, query: new URLSearchParams() },
  )
  for await (const _ of rest ?? []) most = Math.max(most, process.memoryUsage.rss())
  return { ms: performance.now() - startedAt, risenMiB: (most - before) / 2 ** 20 }
}
