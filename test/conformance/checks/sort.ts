/** sortBy and sortOrder, where they are announced. */
import type { Check, Group } from '../check.ts'
import { peopleOf, PEOPLE } from '../cast.ts'
import type { Query, Scim } from '../client.ts'
import {
  at,
  elements,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  sorted,
  textAt,
} from '../expect.ts'
import { ENTERPRISE, USER } from '../names.ts'

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
    sorts(
      'extension',
      'An attribute of an extension sorts, by its URN',
      { sortBy: `${ENTERPRISE}:department` },
      ['grace', 'ada'],
      'first',
    ),
    sorts(
      'urn',
      'A name may carry the URN of the core schema',
      { sortBy: `${USER}:userName`, sortOrder: 'descending' },
      ['zoya', 'linus', 'grace', 'ada'],
    ),
    {
      id: 'sort.order-unknown',
      level: 'SHOULD',
      section: SECTION,
      title: 'A sortOrder that is none is refused with 400, or read as ascending',
      needs: ['sort'],
      async run(scim) {
        const people = await peopleOf(scim)
        const query = {
          filter: `userName sw "${people.prefix}"`,
          sortBy: 'userName',
          sortOrder: 'sideways',
        }
        const answer = await scim.get('/Users', query)
        if (answer.status !== 200) return expectError(answer, 400)
        expectEqual(at(answer.json, 'Resources', 0, 'id'), people.ada.id, 'id of the first')
      },
    },
    {
      id: 'sort.by-unknown',
      level: 'SHOULD',
      section: SECTION,
      title: 'A sortBy that nobody knows is refused with 400, or loses nobody',
      needs: ['sort'],
      async run(scim) {
        const people = await peopleOf(scim)
        const query = { filter: `userName sw "${people.prefix}"`, sortBy: 'favouriteColour' }
        const answer = await scim.get('/Users', query)
        if (answer.status !== 200) return expectError(answer, 400)
        expectEqual(at(answer.json, 'totalResults'), 4, 'totalResults')
      },
    },
    {
      id: 'sort.password',
      level: 'MUST',
      section: 'RFC 7643 §7',
      title: 'Nobody is sorted by password: refused, or as if it were not there',
      needs: ['sort'],
      async run(scim) {
        const stamp = scim.name('sort').replace(/@.*$/, '')
        for (const [name, password] of [
          ['b', 'Pw-conformance-1'],
          ['a', 'Pw-conformance-2'],
          ['c', 'Pw-conformance-0'],
        ] as const)
          await scim.user({ userName: `${stamp}-${name}`, password })
        const answer = await scim.get('/Users', {
          filter: `userName sw "${stamp}-"`,
          sortBy: 'password',
        })
        if (answer.status !== 200) return expectError(answer, 400)
        const found = elements(answer.json, 'Resources').map((each) =>
          textAt(each, 'userName').slice(-1),
        )
        expectEqual(found.length, 3, 'number of people')
        expectThat(found.join('') !== 'cba', 'another order than that of the passwords', found)
      },
    },
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
      const found = edge === 'first' ? names.slice(0, order.length) : names.slice(-order.length)
      expectEqual(found, order, `the ${edge}`)
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
