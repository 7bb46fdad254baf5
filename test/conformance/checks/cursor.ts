/** Paging by cursor (RFC 9865), where it is announced. */
import type { Group } from '../check.ts'
import { crowdOf, peopleOf } from '../cast.ts'
import type { Query, Scim } from '../client.ts'
import {
  at,
  type Doc,
  elements,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  textAt,
} from '../expect.ts'
import { SEARCH } from '../names.ts'

export const cursor: Group = {
  name: 'cursor',
  title: 'Paging by cursor',
  needs: ['cursor', 'filter'],
  checks: [
    {
      id: 'cursor.announced',
      level: 'MUST',
      section: 'RFC 9865 §4',
      title: 'The configuration says which ways of paging there are, and the sizes as integers',
      async run(scim) {
        const pagination = at(await scim.read('/ServiceProviderConfig'), 'pagination')
        for (const name of ['cursor', 'index'])
          expectThat(
            typeof at(pagination, name) === 'boolean',
            `a boolean pagination.${name}`,
            pagination,
          )
        for (const name of ['defaultPageSize', 'maxPageSize', 'cursorTimeout']) {
          const value = at(pagination, name)
          expectThat(
            value === undefined || Number.isInteger(value),
            `an integer pagination.${name}`,
            value,
          )
        }
        const method = at(pagination, 'defaultPaginationMethod')
        expectThat(
          [undefined, 'cursor', 'index'].includes(method as string | undefined),
          'cursor or index',
          method,
        )
      },
    },
    {
      id: 'cursor.first',
      level: 'MUST',
      section: 'RFC 9865 §2',
      title: 'An empty cursor asks for the first page, which names the next and no previous one',
      async run(scim) {
        const filter = await castFilter(scim)
        const seen = await scim.read('/Users?cursor', { filter, count: 2 })
        expectEqual(elements(seen, 'Resources').length, 2, 'number of resources')
        expectThat(isCursor(at(seen, 'nextCursor')), 'a nextCursor', at(seen, 'nextCursor'))
        expectEqual(at(seen, 'previousCursor'), undefined, 'previousCursor')
      },
    },
    {
      id: 'cursor.characters',
      level: 'MUST',
      section: 'RFC 9865 §2',
      title: 'A cursor is made of unreserved characters of URIs',
      async run(scim) {
        const seen = await page(scim, { filter: await castFilter(scim), count: 1 })
        const next = String(at(seen, 'nextCursor'))
        expectThat(/^[A-Za-z0-9._~-]+$/.test(next), 'letters, digits and -._~', next)
      },
    },
    {
      id: 'cursor.walk',
      level: 'MUST',
      section: 'RFC 9865 §2',
      title: 'A walk by cursors meets each resource once, and only the last page names no next one',
      async run(scim) {
        const filter = await castFilter(scim)
        for (const count of [1, 2, 3]) {
          const met = await walk(scim, { filter, count })
          expectEqual(
            [met.length, new Set(met).size],
            [4, 4],
            `number met by pages of ${count}, and of different ones`,
          )
        }
      },
    },
    {
      id: 'cursor.walk-crowd',
      level: 'MUST',
      section: 'RFC 9865 §2',
      title: 'A walk without a filter meets all of 120 users, none twice',
      async run(scim) {
        const crowd = await crowdOf(scim)
        const met = await walk(scim, { count: 50 })
        expectEqual(new Set(met).size, met.length, 'number of different ids')
        expectEqual(
          crowd.filter(({ id }) => !met.includes(id)).map(({ name }) => name),
          [],
          'users that were not met:',
        )
      },
    },
    {
      id: 'cursor.changes',
      level: 'MUST',
      section: 'RFC 9865 §2',
      title:
        'Who is there from beginning to end of a walk is met once, whoever comes and goes meanwhile',
      async run(scim) {
        const stamp = scim.name('walk').replace(/@.*$/, '')
        const made = []
        for (const each of [1, 2, 3, 4, 5])
          made.push(await scim.user({ userName: `${stamp}-${each}` }))
        const filter = `userName sw "${stamp}-"`
        const first = await page(scim, { filter, count: 2 })
        await scim.delete(made[0]?.path ?? '')
        await scim.user({ userName: `${stamp}-0` })
        const rest = await walk(scim, { filter, count: 2 }, String(at(first, 'nextCursor')))
        const met = [...elements(first, 'Resources').map((each) => at(each, 'id')), ...rest]
        for (const { id, name } of made.slice(1))
          expectEqual(met.filter((each) => each === id).length, 1, `times that ${name} was met:`)
      },
    },
    {
      id: 'cursor.invalid',
      level: 'MUST',
      section: 'RFC 9865 §2.1',
      title: 'A cursor that is none, or was tampered with, is refused with 400 invalidCursor',
      async run(scim) {
        const filter = await castFilter(scim)
        const next = String(at(await page(scim, { filter, count: 1 }), 'nextCursor'))
        const middle = Math.floor(next.length / 2)
        const changed =
          next.slice(0, middle) + (next[middle] === 'A' ? 'B' : 'A') + next.slice(middle + 1)
        for (const bad of ['conformance', changed, `${next}A`])
          expectError(
            await scim.get('/Users', { filter, count: 1, cursor: bad }),
            400,
            'invalidCursor',
          )
      },
    },
    {
      id: 'cursor.bound',
      level: 'SHOULD',
      section: 'RFC 9865 §2',
      title: 'A cursor of one query is refused for another',
      async run(scim) {
        const next = String(
          at(await page(scim, { filter: await castFilter(scim), count: 1 }), 'nextCursor'),
        )
        const query = { filter: 'userName sw "conformance-"', count: 1, cursor: next }
        expectError(await scim.get('/Users', query), 400, 'invalidCursor')
      },
    },
    {
      id: 'cursor.other-endpoint',
      level: 'SHOULD',
      section: 'RFC 9865 §2',
      title: 'A cursor of users is refused for groups',
      needs: ['groups'],
      async run(scim) {
        const next = String(
          at(await page(scim, { filter: await castFilter(scim), count: 1 }), 'nextCursor'),
        )
        expectError(await scim.get('/Groups', { count: 1, cursor: next }), 400, 'invalidCursor')
      },
    },
    {
      id: 'cursor.count',
      level: 'MUST',
      section: 'RFC 9865 §2.1',
      title: 'A count that is no number is refused with 400 invalidCount',
      async run(scim) {
        expectError(await scim.get('/Users?cursor', { count: 'many' }), 400, 'invalidCount')
      },
    },
    {
      id: 'cursor.projection',
      level: 'MUST',
      section: 'RFC 7644 §3.9',
      title: 'attributes works on every page',
      async run(scim) {
        const query = { filter: await castFilter(scim), count: 2, attributes: 'id' }
        const first = await page(scim, query)
        const second = await scim.read('/Users', {
          ...query,
          cursor: String(at(first, 'nextCursor')),
        })
        for (const seen of [first, second])
          expectEqual(
            elements(seen, 'Resources').map((each) => at(each, 'userName')),
            [undefined, undefined],
            'userNames',
          )
      },
    },
    {
      id: 'cursor.sorted',
      level: 'MUST',
      section: 'RFC 9865 §2.2',
      title: 'A sorted walk by cursors keeps its order over all pages',
      needs: ['sort'],
      async run(scim) {
        const people = await peopleOf(scim)
        const filter = await castFilter(scim)
        for (const sortOrder of ['ascending', 'descending']) {
          const met = await walk(scim, { filter, count: 1, sortBy: 'name.familyName', sortOrder })
          const order = [people.linus, people.ada, people.grace, people.zoya].map(({ id }) => id)
          expectEqual(
            met,
            sortOrder === 'ascending' ? order : order.toReversed(),
            `ids ${sortOrder}`,
          )
        }
      },
    },
    {
      id: 'cursor.sorted-missing',
      level: 'MUST',
      section: 'RFC 9865 §2.2; RFC 7644 §3.4.2.3',
      title: 'Who lacks the attribute is met once too',
      needs: ['sort'],
      async run(scim) {
        const filter = await castFilter(scim)
        for (const sortOrder of ['ascending', 'descending']) {
          const met = await walk(scim, { filter, count: 1, sortBy: 'nickName', sortOrder })
          expectEqual([met.length, new Set(met).size], [4, 4], 'number met, and of different ones')
        }
      },
    },
    {
      id: 'cursor.end',
      level: 'MUST',
      section: 'RFC 9865 §2',
      title: 'A page that holds all there is names no next one, nor does one that finds nothing',
      async run(scim) {
        const whole = await page(scim, { filter: await castFilter(scim), count: 4 })
        expectEqual(
          [elements(whole, 'Resources').length, at(whole, 'nextCursor')],
          [4, undefined],
          'number and nextCursor',
        )
        const none = await page(scim, { filter: 'userName eq "conformance-nobody"', count: 4 })
        expectEqual(
          [at(none, 'totalResults') ?? 0, at(none, 'nextCursor')],
          [0, undefined],
          'totalResults and nextCursor',
        )
      },
    },
    {
      id: 'cursor.again',
      level: 'SHOULD',
      section: 'RFC 9865 §2',
      title: 'The same cursor asked twice gives the same page',
      async run(scim) {
        const query = { filter: await castFilter(scim), count: 2 }
        const next = textAt(await page(scim, query), 'nextCursor')
        const [one, two] = [
          await page(scim, { ...query, cursor: next }),
          await page(scim, { ...query, cursor: next }),
        ]
        expectEqual(elements(one, 'Resources').length, 2, 'number of resources')
        expectEqual(at(one, 'Resources'), at(two, 'Resources'), 'Resources')
      },
    },
    {
      id: 'cursor.index-stays',
      level: 'MUST',
      section: 'RFC 9865 §2.4',
      title: 'Without cursor the default way of paging is the announced one',
      async run(scim) {
        const pagination = at(await scim.read('/ServiceProviderConfig'), 'pagination')
        const seen = await scim.read('/Users', { filter: await castFilter(scim), count: 1 })
        const byCursor = at(pagination, 'defaultPaginationMethod') === 'cursor'
        expectEqual(isCursor(at(seen, 'nextCursor')), byCursor, 'a nextCursor:')
      },
    },
    {
      id: 'cursor.search',
      level: 'MUST',
      section: 'RFC 9865 §3',
      title: 'Cursors work in a search by POST',
      needs: ['search'],
      async run(scim) {
        const filter = await castFilter(scim)
        const met: unknown[] = []
        for (let next: unknown = ''; typeof next === 'string' && met.length < 5;) {
          const answer = await scim.post('/Users/.search', {
            schemas: [SEARCH],
            filter,
            count: 3,
            cursor: next,
          })
          expectStatus(answer, 200)
          met.push(...elements(answer.json, 'Resources').map((each) => at(each, 'id')))
          next = at(answer.json, 'nextCursor')
        }
        expectEqual([met.length, new Set(met).size], [4, 4], 'number met, and of different ones')
      },
    },
    {
      id: 'cursor.neighbour',
      level: 'MUST',
      section: 'RFC 9865 §5',
      title: "Another tenant's cursor is refused",
      needs: ['neighbour'],
      async run(scim) {
        const query = { filter: 'userName sw "conformance-"', count: 1 }
        await scim.neighbour().user()
        await scim.neighbour().user()
        const theirs = String(at(await page(scim.neighbour(), query), 'nextCursor'))
        expectError(await scim.get('/Users', { ...query, cursor: theirs }), 400, 'invalidCursor')
      },
    },
  ],
}

function isCursor(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

async function castFilter(scim: Scim): Promise<string> {
  return `userName sw "${(await peopleOf(scim)).prefix}"`
}

function page(scim: Scim, query: Query): Promise<Doc> {
  return scim.read('/Users', { cursor: '', ...query })
}

/** Ids in the order in which pages give them. */
async function walk(scim: Scim, query: Query, from = ''): Promise<unknown[]> {
  const met: unknown[] = []
  let next: unknown = from
  for (let left = 1000; left > 0 && typeof next === 'string'; left -= 1) {
    const seen = await page(scim, { ...query, cursor: next })
    met.push(...elements(seen, 'Resources').map((each) => at(each, 'id')))
    next = at(seen, 'nextCursor')
  }
  return met
}
