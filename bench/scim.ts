/**
 * Okta's create over HTTP, durable, as the server stands: authentication, the rules, the log and
 * the loader behind it. Compared with the rate at which PostgreSQL itself commits the very
 * statement of the create, in the same run on the same server.
 */
import { bench } from './bench.ts'
import { median, ms, percentile, perSecond } from './figures.ts'
import { oktaLoad, type LoadResult } from './okta-load.ts'
import { newScope } from './people.ts'
import { withServer } from './server.ts'
import { commitRate, createStatement, type Rate } from './statement.ts'

export const scim = bench({
  measures: "Okta's create (look-up, then POST) over HTTP against PostgreSQL's own commit rate",
  sizes: {
    connections: { means: 'requests at a time', full: 16, quick: 4 },
    seconds: { means: 'of each measurement', full: 10, quick: 1 },
    rounds: { means: 'of both measurements, by turns', full: 3, quick: 1 },
  },
  budgets: [{ figure: 'share', atLeast: 50 }],
  async run({ server, say }, { connections, seconds, rounds }) {
    const [served, bare] = [await server.createDatabase(), await server.createDatabase()]
    const statement = await createStatement(bare.db, await newScope(bare, 'acme'))
    const rates: Rate[] = []
    const loads: LoadResult[] = []
    await withServer(served, async ({ onboard }) => {
      const { baseUrl, token } = await onboard('acme')
      for (let round = 1; round <= rounds; round += 1) {
        rates.push(await commitRate(bare, statement, { connections, seconds }))
        const task = { baseUrl, token, connections, seconds, prefix: `r${round}` }
        loads.push(await oktaLoad({ ...task, warmUpSeconds: round === 1 ? seconds / 2 : 1 }))
        say(`round ${round} of ${rounds}`)
      }
    })
    return { figures: figuresOf(loads, rates), notes: [`PostgreSQL by ${rates[0]?.by}.`] }
  },
})

function figuresOf(loads: readonly LoadResult[], rates: readonly Rate[]) {
  const creates = median(loads.map(({ createdPerSecond }) => createdPerSecond))
  const commits = median(rates.map((rate) => rate.perSecond))
  const createMs = loads.flatMap((load) => load.createMs)
  const lookupMs = loads.flatMap((load) => load.lookupMs)
  const own = median(loads.map(({ ownProcessor }) => ownProcessor))
  return {
    share: {
      value: (creates / commits) * 100,
      unit: '%' as const,
      means: "people created over HTTP of PostgreSQL's commits",
    },
    created: perSecond(creates, 'people created, each looked up before'),
    committed: perSecond(commits, 'commits of the same statement by PostgreSQL itself'),
    p50Create: ms(median(createMs), 'p50 of the POST'),
    p99Create: ms(percentile(createMs, 0.99), 'p99 of the POST'),
    p50Lookup: ms(median(lookupMs), 'p50 of the look-up before it'),
    p99Lookup: ms(percentile(lookupMs, 0.99), 'p99 of the look-up before it'),
    generator: {
      value: own * 100,
      unit: '%' as const,
      means: 'of one core taken by the load generator itself',
    },
  }
}
