/**
 * The look-up that Okta does before each create and at each import of one person,
 * `filter=userName eq "…"`: whether it costs more where many people are.
 */
import { createAsk } from './ask.ts'
import { bench, type Given } from './bench.ts'
import { median, ms, percentile, timedByTurns, times } from './figures.ts'
import { fillPeople, newScope, settle, userNameOf } from './people.ts'

export const lookup = bench({
  measures: 'userName look-up among many people against among few, without the socket',
  sizes: {
    many: { means: 'people in the large database', full: 1_000_000, quick: 2_000 },
    few: { means: 'people in the small one', full: 5_000, quick: 200 },
    lookups: { means: 'look-ups in each', full: 3_000, quick: 100 },
  },
  budgets: [{ figure: 'ratio', atMost: 1.3 }],
  async run(given, { many, few, lookups }) {
    await using large = await prepared(given, many)
    await using small = await prepared(given, few)

    const { one, other } = await timedByTurns(lookups, large.lookUp, small.lookUp)

    return {
      figures: {
        ratio: times(median(one) / median(other), 'p50 among many / p50 among few'),
        p50Many: ms(median(one), `p50 among ${many}`),
        p50Few: ms(median(other), `p50 among ${few}`),
        p99Many: ms(percentile(one, 0.99), `p99 among ${many}`),
        p99Few: ms(percentile(other, 0.99), `p99 among ${few}`),
      },
    }
  },
})

async function prepared({ server, say }: Given, people: number) {
  const database = await server.createDatabase()
  const scope = await newScope(database, 'acme')
  await fillPeople(database, scope, { from: 1, to: people, pending: false }, say)
  await settle(database)
  const ask = createAsk(database, scope)
  return {
    /** Somebody at random, who is there. */
    async lookUp() {
      const userName = userNameOf(1 + Math.floor(Math.random() * people))
      const text = await ask({
        method: 'GET',
        path: '/Users',
        query: { filter: `userName eq "${userName}"`, startIndex: '1', count: '100' },
      })
      if (!text.includes('"totalResults":1,')) throw new Error(`${userName} was not found: ${text}`)
    },
    [Symbol.asyncDispose]: database.close,
  }
}
