/** An import: all people, page by page, as Okta walks them. Whether the last page costs more than the first. */
import { createAsk } from './ask.ts'
import { bench } from './bench.ts'
import { median, ms, timed, timedByTurns, times } from './figures.ts'
import { fillPeople, newScope, settle } from './people.ts'

export const walk = bench({
  measures: 'walking people by startIndex: the last page against the first, without the socket',
  sizes: {
    people: { means: 'people in the connection', full: 100_000, quick: 2_000 },
    page: { means: 'people in a page', full: 100, quick: 100 },
    turns: { means: 'readings of the first and of the last page', full: 300, quick: 20 },
  },
  budgets: [{ figure: 'ratio', atMost: 2 }],
  async run({ server, say }, { people, page, turns }) {
    const database = await server.createDatabase()
    try {
      const scope = await newScope(database, 'acme')
      await fillPeople(database, scope, { from: 1, to: people, pending: false }, say)
      await settle(database)
      const ask = createAsk(database, scope)
      const readPage = (startIndex: number) => async () => {
        const query = { startIndex: String(startIndex), count: String(page) }
        const text = await ask({ method: 'GET', path: '/Users', query })
        if (!text.includes(`"itemsPerPage":${page},`)) throw new Error('A page is not full.')
      }

      const { one, other } = await timedByTurns(turns, readPage(people - page + 1), readPage(1))
      const wholeMs = await timed(async () => {
        for (let start = 1; start <= people; start += page) await readPage(start)()
      })

      return {
        figures: {
          ratio: times(median(one) / median(other), 'p50 of the last page / p50 of the first'),
          p50Last: ms(median(one), 'p50 of the last page'),
          p50First: ms(median(other), 'p50 of the first page'),
          wholeWalk: ms(wholeMs, `all ${Math.ceil(people / page)} pages, one after another`),
        },
      }
    } finally {
      await database.close()
    }
  },
})
