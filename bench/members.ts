/**
 * Group push in Okta's pieces: a PATCH that adds 100 members, or a single one, or removes them
 * again: whether it costs more in a group of many (invariant 6).
 */
import { createAsk } from './ask.ts'
import { bench, type Figure } from './bench.ts'
import { median, ms, percentile, times } from './figures.ts'
import { fillGroup, fillPeople, newScope, settle } from './people.ts'
import { membersFrom, type Pushed, timedPushes } from './push.ts'

export const members = bench({
  measures: 'PATCH of 100 members in a large group against a small one, without the socket',
  sizes: {
    large: { means: 'members of the large group', full: 100_000, quick: 2_000 },
    small: { means: 'members of the small group', full: 100, quick: 100 },
    moved: { means: 'members that one PATCH adds or removes', full: 100, quick: 20 },
    patches: { means: 'PATCHes of each group', full: 400, quick: 20 },
  },
  budgets: [
    { figure: 'ratioJoin', atMost: 1.3 },
    { figure: 'ratioLeave', atMost: 1.3 },
    { figure: 'ratioJoinOne', atMost: 1.3 },
    { figure: 'ratioLeaveOne', atMost: 1.3 },
  ],
  async run({ server, say }, { large, small, moved, patches }) {
    const database = await server.createDatabase()
    const scope = await newScope(database, 'acme')
    await fillPeople(database, scope, { from: 1, to: large + moved, pending: false }, say)
    const ask = createAsk(database, scope)
    const [ofLarge, ofSmall] = [
      await fillGroup(database, scope, { number: 1, size: large }),
      await fillGroup(database, scope, { number: 2, size: small }),
    ]
    await settle(database)
    const patcher = (id: string) => (body: unknown) =>
      ask({ method: 'PATCH', path: `/Groups/${id}`, body })
    const compared = (size: number) =>
      timedPushes(patches, membersFrom(large + 1, size), [patcher(ofLarge), patcher(ofSmall)])

    const [many, single] = [await compared(moved), await compared(1)]

    const p50s = (name: string, { one, other }: Pushed, what: string): Record<string, Figure> => ({
      [`ratio${name}`]: times(
        median(one) / median(other),
        `${what}: p50 in the large group / p50 in the small one`,
      ),
      [`p50${name}Large`]: ms(median(one), `${what}: p50 in a group of ${large}`),
      [`p50${name}Small`]: ms(median(other), `${what}: p50 in a group of ${small}`),
      [`p99${name}Large`]: ms(percentile(one, 0.99), `${what}: p99 in a group of ${large}`),
    })
    return {
      figures: {
        ...p50s('Join', many.joined, `${moved} members added`),
        ...p50s('Leave', many.left, `${moved} members removed`),
        ...p50s('JoinOne', single.joined, 'one member added'),
        ...p50s('LeaveOne', single.left, 'one member removed'),
      },
    }
  },
})
