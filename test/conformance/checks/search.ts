/** POST .search, and /Me. */
import type { Group } from '../check.ts'
import { castOf, peopleOf } from '../cast.ts'
import type { Answer, Scim } from '../client.ts'
import {
  at,
  type Doc,
  elements,
  expectEqual,
  expectError,
  expectRefusal,
  expectStatus,
  expectThat,
  sorted,
} from '../expect.ts'
import { SEARCH } from '../names.ts'

const SECTION = 'RFC 7644 §3.4.3'

export const search: Group = {
  name: 'search',
  title: 'Search by POST',
  checks: [
    {
      id: 'search.not-offered',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'Where .search is not offered it is answered with 501',
      unless: 'search',
      async run(scim) {
        expectError(await ask(scim, '/Users', { count: 1 }), 501)
      },
    },
    {
      id: 'search.offered',
      level: 'SHOULD',
      section: SECTION,
      title: '/Users/.search is offered',
      async run(scim) {
        const list = await found(scim, '/Users', { count: 1 })
        expectThat(Number.isInteger(at(list, 'totalResults')), 'an integer totalResults', list)
      },
    },
    {
      id: 'search.same',
      level: 'MUST',
      section: SECTION,
      title: 'A search answers what GET with the same parameters answers',
      needs: ['search', 'filter'],
      async run(scim) {
        const { prefix } = await peopleOf(scim)
        const query = { filter: `userName sw "${prefix}"`, startIndex: 2, count: 2 }
        expectEqual(
          await found(scim, '/Users', query),
          await scim.read('/Users', query),
          'the list',
        )
      },
    },
    {
      id: 'search.attributes',
      level: 'MUST',
      section: SECTION,
      title: 'attributes and excludedAttributes of a search are lists of names',
      needs: ['search', 'filter'],
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const filter = `userName eq "${ada.name}"`
        const [only] = elements(
          await found(scim, '/Users', { filter, attributes: ['displayName', 'title'] }),
          'Resources',
        )
        expectEqual(
          [at(only, 'id'), at(only, 'displayName'), at(only, 'userName')],
          [ada.id, 'Ada Byron', undefined],
          'id and displayName',
        )
        const [without] = elements(
          await found(scim, '/Users', { filter, excludedAttributes: ['emails'] }),
          'Resources',
        )
        expectEqual(
          [at(without, 'userName'), at(without, 'emails')],
          [ada.name, undefined],
          'userName and no emails',
        )
      },
    },
    {
      id: 'search.sorted',
      level: 'MUST',
      section: SECTION,
      title: 'A search sorts where sorting is announced',
      needs: ['search', 'filter', 'sort'],
      async run(scim) {
        const { prefix, zoya } = await peopleOf(scim)
        const query = {
          filter: `userName sw "${prefix}"`,
          sortBy: 'userName',
          sortOrder: 'descending',
          count: 1,
        }
        const [first] = elements(await found(scim, '/Users', query), 'Resources')
        expectEqual(at(first, 'id'), zoya.id, 'id of the first')
      },
    },
    {
      id: 'search.root',
      level: 'SHOULD',
      section: SECTION,
      title: 'A search at the root finds users and groups',
      needs: ['search', 'filter', 'groups'],
      async run(scim) {
        const { ada, crew } = await castOf(scim)
        const list = await found(scim, '', { filter: `id eq "${ada.id}" or id eq "${crew.id}"` })
        const ids = elements(list, 'Resources').map((each) => at(each, 'id'))
        expectEqual(sorted(ids), sorted([ada.id, crew.id]), 'ids')
      },
    },
    {
      id: 'search.root-unknown',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.1',
      title: 'At the root an attribute that one type lacks is no error for it',
      needs: ['search', 'filter', 'groups'],
      async run(scim) {
        const { ada, crew } = await castOf(scim)
        const answer = await ask(scim, '', {
          filter: `userName eq "${ada.name}" or id eq "${crew.id}"`,
        })
        if (answer.status === 501) return expectError(answer, 501)
        expectStatus(answer, 200)
        const ids = elements(answer.json, 'Resources').map((each) => at(each, 'id'))
        expectEqual(sorted(ids), sorted([ada.id, crew.id]), 'ids')
      },
    },
    {
      id: 'search.groups',
      level: 'MUST',
      section: SECTION,
      title: 'Groups are searched too',
      needs: ['search', 'filter', 'groups'],
      async run(scim) {
        const { crew } = await castOf(scim)
        const list = await found(scim, '/Groups', {
          filter: `displayName eq "${crew.name}"`,
          excludedAttributes: ['members'],
        })
        const seen = elements(list, 'Resources').map((each) => [
          at(each, 'id'),
          at(each, 'members'),
        ])
        expectEqual(seen, [[crew.id, undefined]], 'the group without members')
      },
    },
    {
      id: 'search.count-zero',
      level: 'MUST',
      section: SECTION,
      title: 'A count of 0 gives totalResults alone',
      needs: ['search', 'filter'],
      async run(scim) {
        const { prefix } = await peopleOf(scim)
        const list = await found(scim, '/Users', { filter: `userName sw "${prefix}"`, count: 0 })
        expectEqual(
          [at(list, 'totalResults'), elements(list, 'Resources')],
          [4, []],
          'totalResults and Resources',
        )
      },
    },
    {
      id: 'search.filter',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.2',
      title: 'A filter that is none is refused with 400 invalidFilter',
      needs: ['search', 'filter'],
      async run(scim) {
        expectError(
          await ask(scim, '/Users', { filter: 'userName like "x"' }),
          400,
          'invalidFilter',
        )
      },
    },
    {
      id: 'search.malformed',
      level: 'MUST',
      section: SECTION,
      title:
        'A search whose body is no object, or whose values have a wrong type, is refused with 400',
      needs: ['search'],
      async run(scim) {
        await found(scim, '/Users', { count: 1 })
        for (const body of [
          '[]',
          '{',
          { schemas: [SEARCH], filter: 7 },
          { schemas: [SEARCH], startIndex: 'one' },
        ])
          expectError(await scim.post('/Users/.search', body), 400)
      },
    },
    {
      id: 'search.schemas',
      level: 'SHOULD',
      section: SECTION,
      title: 'A search without its schema is refused with 400',
      needs: ['search'],
      async run(scim) {
        await found(scim, '/Users', { count: 1 })
        expectError(await scim.post('/Users/.search', { count: 1 }), 400)
      },
    },
    {
      id: 'search.get',
      level: 'MUST',
      section: SECTION,
      title: 'GET of .search is refused, and nobody is called so',
      async run(scim) {
        const answer = await scim.get('/Users/.search')
        expectStatus(answer, 404, 405, 501)
        expectError(answer, answer.status)
      },
    },
  ],
}

export const me: Group = {
  name: 'me',
  title: '/Me',
  checks: [
    {
      id: 'me.answer',
      level: 'MUST',
      section: 'RFC 7644 §3.11',
      title: '/Me is 501, leads elsewhere with 308, or is the person whom the token stands for',
      async run(scim) {
        const answer = await scim.get('/Me')
        expectStatus(answer, 200, 308, 501)
        if (answer.status === 501) expectError(answer, 501)
        if (answer.status === 200) {
          const seen = [
            at(answer.json, 'meta', 'resourceType'),
            at(answer.json, 'userName') === 'Me',
          ]
          expectEqual(seen, ['User', false], 'a user who is not called Me')
        }
        if (answer.status === 308)
          expectThat((answer.headers['location'] ?? '') !== '', 'Location', answer.headers)
      },
    },
    {
      id: 'me.writes',
      level: 'MUST',
      section: 'RFC 7644 §3.11',
      title: 'Where /Me is not offered, nothing is written through it',
      async run(scim) {
        const { status, json } = await scim.get('/Me')
        if (status === 200) return expectEqual(at(json, 'meta', 'resourceType'), 'User', 'type')
        const answer = await scim.patch('/Me', { op: 'add', path: 'title', value: 'Pilot' })
        expectStatus(answer, 308, 405, 501)
        expectRefusalOr(await scim.post('/Me', { userName: scim.name() }), 308, 501)
      },
    },
  ],
}

function expectRefusalOr(answer: Answer, ...statuses: readonly number[]): void {
  if (!statuses.includes(answer.status)) expectRefusal(answer)
}

function ask(scim: Scim, path: string, request: Doc): Promise<Answer> {
  return scim.post(`${path}/.search`, { schemas: [SEARCH], ...request })
}

async function found(scim: Scim, path: string, request: Doc): Promise<Doc> {
  const answer = await ask(scim, path, request)
  expectStatus(answer, 200)
  return answer.json as Doc
}
