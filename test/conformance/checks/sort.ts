/** sortBy and sortOrder, where they are announced. */
import type { Check, Group } from '../check.ts'
import { peopleOf, PEOPLE } from '../cast.ts'
import type { Query, Scim } from '../client.ts'
import { at, expectEqual, expectStatus, sorted } from '../expect.ts'

const SECTION = 'RFC 7644 §3.4.2.3'

export const sort: Group = {
  name: 'sort',
  title: 'Sorting',
  needs: ['filter'],
  checks: [
    sorts(
      'ascending',
      'sortBy alone sorts upwards, without regard to case',
      { sortBy: 'name.familyName' },
      ['linus', 'ada', 'grace', 'zoya'],
    ),
    sorts(
      'descending',
      'sortOrder descending sorts downwards',
      { sortBy: 'name.familyName', sortOrder: 'descending' },
      ['zoya', 'grace', 'ada', 'linus'],
    ),
    sorts(
      'order-case',
      'Names of attributes are read in any case',
      { sortBy: 'NAME.FAMILYNAME', sortOrder: 'ascending' },
      ['linus', 'ada', 'grace', 'zoya'],
    ),
    sorts('user-name', 'userName sorts', { sortBy: 'userName' }, ['ada', 'grace', 'linus', 'zoya']),
    sorts(
      'missing-last',
      'Who lacks the attribute comes last upwards',
      { sortBy: 'nickName' },
      ['ada'],
      'first',
    ),
    sorts(
      'missing-first',
      'Who lacks the attribute comes first downwards',
      { sortBy: 'nickName', sortOrder: 'descending' },
      ['ada'],
      'last',
    ),
    sorts(
      'multi-valued',
      'A list sorts by its primary value, or else its first',
      { sortBy: 'emails' },
      ['ada', 'grace', 'linus', 'zoya'],
    ),
    sorts(
      'case-insensitive',
      'Text that is not caseExact sorts without case',
      { sortBy: 'displayName' },
      ['ada', 'grace', 'linus', 'zoya'],
    ),
    sorts('dates', 'Dates sort by instant', { sortBy: 'meta.created' }, [
      'grace',
      'ada',
      'linus',
      'zoya',
    ]),
    {
      id: 'sort.paged',
      level: 'MUST',
      section: SECTION,
      title: 'Pages of a sorted list neither overlap nor skip',
      needs: ['sort'],
      async run(scim) {
        const query = { sortBy: 'userType' }
        const pages = [
          ...(await namesOf(scim, { ...query, count: 2 })),
          ...(await namesOf(scim, { ...query, startIndex: 3, count: 2 })),
        ]
        expectEqual(sorted(pages), sorted(PEOPLE), 'people')
      },
    },
    {
      id: 'sort.order-alone',
      level: 'MUST',
      section: SECTION,
      title: 'sortOrder without sortBy is no error',
      async run(scim) {
        expectEqual(
          (await namesOf(scim, { sortOrder: 'descending' })).length,
          4,
          'number of people',
        )
      },
    },
    {
      id: 'sort.ignored',
      level: 'MUST',
      section: SECTION,
      title: 'Where sorting is not announced, sortBy is ignored',
      unless: 'sort',
      async run(scim) {
        expectStatus(await scim.get('/Users', { sortBy: 'userName', count: 1 }), 200)
        expectEqual((await namesOf(scim, { sortBy: 'userName' })).length, 4, 'number of people')
      },
    },
  ],
}

/** @param edge only one end of the order is looked at, because the others are equal */
function sorts(
  id: string,
  title: string,
  query: Query,
  order: readonly string[],
  edge?: 'first' | 'last',
): Check {
  return {
    id: `sort.${id}`,
    level: 'MUST',
    section: SECTION,
    title,
    needs: ['sort'],
    async run(scim) {
      const names = await namesOf(scim, query)
      if (edge === undefined) return expectEqual(names, order, 'order')
      expectEqual(names.length, 4, 'number of people')
      expectEqual(edge === 'first' ? names.slice(0, 1) : names.slice(-1), order, `the ${edge}`)
    },
  }
}

async function namesOf(scim: Scim, query: Query): Promise<readonly string[]> {
  const people = await peopleOf(scim)
  const found = await scim.list('/Users', { filter: `userName sw "${people.prefix}"`, ...query })
  return found.map(
    (each) => PEOPLE.find((name) => people[name].id === at(each, 'id')) ?? 'somebody',
  )
}
