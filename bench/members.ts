/**
 * Group push in Okta's pieces: a PATCH that adds or removes 100 members, whether it costs more in a
 * group of many (invariant 6).
 */
import { createAsk } from './ask.ts'
import { bench } from './bench.ts'
import { median, ms, percentile, timedByTurns, times } from './figures.ts'
import { fillGroup, fillPeople, newScope, settle, userIdOf } from './people.ts'

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export const members = bench({
  measures: 'PATCH of 100 members in a large group against a small one, without the socket',
  sizes: {
    large: { means: 'members of the large group', full: 100_000, quick: 2_000 },
    small: { means: 'members of the small group', full: 100, quick: 100 },
    moved: { means: 'members that one PATCH adds or removes', full: 100, quick: 20 },
    patches: { means: 'PATCHes of each group', full: 400, quick: 20 },
  },
  budgets: [{ figure: 'ratio', atMost: 1.3 }],
  async run({ server, say }, { large, small, moved, patches }) {
    const database = await server.createDatabase()
    const scope = await newScope(database, 'acme')
    await fillPeople(database, scope, { from: 1, to: large + moved, pending: false }, say)
    const ask = createAsk(database, scope)
    const patcherOf = async (number: number, size: number) => {
      const id = await fillGroup(database, scope, { number, size })
      return patcher(ask, id, large + 1, moved)
    }
    const [ofLarge, ofSmall] = [await patcherOf(1, large), await patcherOf(2, small)]
    await settle(database)

    const { one, other } = await timedByTurns(patches, ofLarge, ofSmall)

    return {
      figures: {
        ratio: times(median(one) / median(other), 'p50 in the large group / p50 in the small one'),
        p50Large: ms(median(one), `p50 in a group of ${large}`),
        p50Small: ms(median(other), `p50 in a group of ${small}`),
        p99Large: ms(percentile(one, 0.99), `p99 in a group of ${large}`),
        p99Small: ms(percentile(other, 0.99), `p99 in a group of ${small}`),
      },
    }
  },
})

/** Adds the same people and removes them again, by turns, in Okta's form. */
function patcher(ask: ReturnType<typeof createAsk>, id: string, first: number, moved: number) {
  const value = Array.from({ length: moved }, (_, index) => ({ value: userIdOf(first + index) }))
  const add = [{ op: 'add', path: 'members', value }]
  const remove = value.map((each) => ({
    op: 'remove',
    path: `members[value eq "${each.value}"]`,
  }))
  let isIn = false
  return async () => {
    isIn = !isIn
    await ask({
      method: 'PATCH',
      path: `/Groups/${id}`,
      body: { schemas: [PATCH_OP], Operations: isIn ? add : remove },
    })
  }
}
