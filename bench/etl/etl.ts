/**
 * The loader at its full size: a full run of a million people beside everybody else's work, what
 * piled up in an outage, the lag at an even pace, and what a membership costs by the size of the group.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { lagsAt } from '../arrivals.ts'
import { bench } from '../bench.ts'
import { median, ms, percentile, perSecond, times } from '../figures.ts'
import { withServer } from '../server.ts'
import { catchUp } from './catch-up.ts'
import { bareInsert, fullRun } from './full-run.ts'
import { membershipCost } from './membership.ts'
import { watchMemory } from '../memory.ts'
import { fillTenant } from './staged.ts'
import { createUsers, type Waited } from './users.ts'

export const etl = bench({
  measures: 'the loader: lag, a full run beside all else, catching up, a membership, memory',
  sizes: {
    people: { means: 'people of the full run', full: 1_000_000, quick: 1_000 },
    links: { means: 'groups that each of them is in', full: 5, quick: 5 },
    writes: { means: 'new people a second, for the lag', full: 200, quick: 50 },
    seconds: { means: 'of writing them', full: 600, quick: 1 },
    waiting: { means: 'changes that wait after an outage', full: 100_000, quick: 600 },
    tenants: { means: 'tenants that they are of', full: 50, quick: 3 },
    poison: { means: 'records of each of those that cannot be loaded', full: 2, quick: 1 },
    large: { means: 'members of the large group', full: 100_000, quick: 500 },
    idle: { means: 'seconds in which nothing else goes on', full: 60, quick: 1 },
  },
  budgets: [
    { figure: 'lagP50', atMost: 200 },
    { figure: 'lagP99', atMost: 1_000 },
    { figure: 'fullRun', atMost: 300 },
    { figure: 'ofBare', atLeast: 40 },
    { figure: 'signInsMeanwhile', atMost: 3 },
    { figure: 'scimMeanwhile', atMost: 3 },
    { figure: 'catchUp', atMost: 60 },
    { figure: 'fresh', atMost: 2_000 },
    { figure: 'membership', atMost: 1.3 },
    { figure: 'memory', atMost: 300 },
  ],
  async run({ server, say }, sizes) {
    const database = await server.createDatabase()
    return await withServer(database, async (process) => {
      const memory = watchMemory(process.pid)
      say('the lag')
      const lags = await lagsAt(database, await process.onboard('acme'), sizes)
      say('a tenant to be loaded in full')
      const large = await process.onboard('large')
      await fillTenant(database, large, { people: sizes.people, linksEach: sizes.links }, say)
      const users = await createUsers(process)
      const idle = await users.during(() => wait(sizes.idle * 1_000))
      say('the full run')
      let fullMs = 0
      const busy = await users.during(
        async () => void (fullMs = await fullRun(process, 'large', say)),
      )
      await users.close()
      say('the same rows by PostgreSQL itself')
      const bare = await bareInsert(database, large.tenantId)
      say('an outage')
      const caughtUp = await catchUp(database, process, sizes, say)
      say('memberships')
      // Where no other loader is, which could load them first.
      const membership = await membershipCost(await server.createDatabase(), sizes.large, say)
      const mostMiB = await memory.stop()
      return {
        figures: {
          lagP50: ms(median(lags), 'p50 from acknowledged to being in the identity store'),
          lagP99: ms(percentile(lags, 0.99), 'p99 of the same'),
          fullRun: {
            value: fullMs / 1_000,
            unit: 's',
            means: `a full run of ${sizes.people} people`,
          },
          fullRate: perSecond((bare.rows * 1_000) / fullMs, 'rows that it wrote'),
          bareRate: perSecond((bare.rows * 1_000) / bare.tookMs, 'the same by INSERT ... SELECT'),
          ofBare: {
            value: (100 * bare.tookMs) / fullMs,
            unit: '%',
            means: 'the first of the second',
          },
          signInsMeanwhile: slower(busy, idle, 'signIns', 'p99 of sign-ins beside it / idle'),
          scimMeanwhile: slower(busy, idle, 'scim', 'p99 of SCIM creates beside it / idle'),
          catchUp: { value: caughtUp.tookMs / 1_000, unit: 's', means: `${sizes.waiting} changes` },
          fresh: ms(caughtUp.freshMs, "the slowest of another tenant's fresh changes meanwhile"),
          membership: times(membership, `p50 in a group of ${sizes.large} / in one of 100`),
          memory: { value: mostMiB, unit: 'MiB', means: 'the most the server held' },
        },
      }
    })
  },
})

function slower(busy: Waited, idle: Waited, what: keyof Waited, means: string) {
  return times(percentile(busy[what], 0.99) / percentile(idle[what], 0.99), means)
}
