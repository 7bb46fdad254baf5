/** Lists and paging by index. */
import type { Check, Group } from '../check.ts'
import { castOf, crowdOf, peopleOf } from '../cast.ts'
import type { Query, Scim } from '../client.ts'
import {
  at,
  type Doc,
  elements,
  elementsOfText,
  expectEqual,
  expectError,
  expectRefusal,
  expectStatus,
  expectThat,
  sorted,
} from '../expect.ts'
import { LIST, USER } from '../names.ts'

export const list: Group = {
  name: 'list',
  title: 'List and paging',
  checks: [
    ...(['/Users', '/Groups'] as const).map((path): Check => ({
      id: `list.form${path.toLowerCase().replace('/', '-')}`,
      level: 'MUST',
      section: 'RFC 7644 §3.4.2; clients need: all',
      title: `GET ${path} without parameters is a ListResponse whose numbers are integers`,
      ...(path === '/Groups' ? { needs: ['groups'] as const } : {}),
      async run(scim) {
        await (path === '/Users' ? scim.user() : scim.group())
        const seen = await scim.read(path)
        expectThat(elementsOfText(seen, 'schemas').includes(LIST), LIST, at(seen, 'schemas'))
        for (const name of ['totalResults', 'itemsPerPage', 'startIndex'])
          expectThat(Number.isInteger(at(seen, name)), `an integer ${name}`, at(seen, name))
        expectThat(elements(seen, 'Resources').length > 0, 'resources', at(seen, 'Resources'))
      },
    })),
    {
      id: 'list.items',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2',
      title: 'A listed resource is what is read by its id',
      needs: ['filter'],
      async run(scim) {
        const { path, name } = await scim.user({ title: 'Engineer' })
        const found = await scim.list('/Users', { filter: `userName eq "${name}"` })
        expectEqual(found, [await scim.read(path)], 'the list')
      },
    },
    {
      id: 'list.none',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2; clients need: all',
      title: 'A filter that finds nothing is 200 with totalResults 0, never 404',
      needs: ['filter'],
      async run(scim) {
        const seen = await page(scim, { filter: 'userName eq "conformance-nobody"' })
        expectEqual(at(seen, 'totalResults'), 0, 'totalResults')
      },
    },
    {
      id: 'list.none-resources',
      level: 'SHOULD',
      section: 'clients need: fragile ones',
      title: 'An empty list has Resources, an empty array',
      needs: ['filter'],
      async run(scim) {
        const seen = await page(scim, { filter: 'userName eq "conformance-nobody"' })
        const resources = at(seen, 'Resources')
        expectThat(Array.isArray(resources) && resources.length === 0, '[]', resources)
      },
    },
    {
      id: 'list.inactive',
      level: 'MUST',
      section: 'clients need: Okta, Entra ID',
      title: 'Inactive users are in lists and filters',
      needs: ['filter'],
      async run(scim) {
        const { name, id } = await scim.user({ active: false })
        const found = await scim.list('/Users', { filter: `userName eq "${name}"` })
        expectEqual(
          found.map((each) => [at(each, 'id'), at(each, 'active')]),
          [[id, false]],
          'found',
        )
      },
    },
    {
      id: 'list.start-index-low',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.4',
      title: 'A startIndex below 1 means 1',
      async run(scim) {
        await peopleOf(scim)
        const first = elements(await page(scim, { startIndex: 1, count: 1 }), 'Resources')
        for (const startIndex of [0, -1, -1000]) {
          const seen = await page(scim, { startIndex, count: 1 })
          expectEqual(
            elements(seen, 'Resources'),
            first,
            `the first page for startIndex ${startIndex}:`,
          )
        }
      },
    },
    {
      id: 'list.count-zero',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.4',
      title: 'A count of 0 gives totalResults and no resources',
      async run(scim) {
        await peopleOf(scim)
        const seen = await page(scim, { count: 0 })
        expectEqual(elements(seen, 'Resources'), [], 'Resources')
        expectThat(
          Number(at(seen, 'totalResults')) >= 4,
          'totalResults of at least 4',
          at(seen, 'totalResults'),
        )
      },
    },
    {
      id: 'list.count-negative',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.4',
      title: 'A negative count means 0',
      async run(scim) {
        await peopleOf(scim)
        const seen = await page(scim, { count: -5 })
        expectEqual(
          [elements(seen, 'Resources'), at(seen, 'itemsPerPage') ?? 0],
          [[], 0],
          'Resources and itemsPerPage',
        )
      },
    },
    {
      id: 'list.count-one',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.4',
      title: 'No more than count are answered, and itemsPerPage says how many',
      async run(scim) {
        await peopleOf(scim)
        for (const count of [1, 2, 3]) {
          const seen = await page(scim, { count })
          expectEqual(elements(seen, 'Resources').length, count, 'number of resources')
          expectEqual(at(seen, 'itemsPerPage'), count, 'itemsPerPage')
        }
      },
    },
    {
      id: 'list.total',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2',
      title: 'totalResults is that of all pages, whatever the page',
      needs: ['filter'],
      async run(scim) {
        const { prefix } = await peopleOf(scim)
        const filter = `userName sw "${prefix}"`
        for (const query of [{}, { count: 1 }, { startIndex: 3, count: 2 }, { count: 0 }])
          expectEqual(at(await page(scim, { filter, ...query }), 'totalResults'), 4, 'totalResults')
      },
    },
    {
      id: 'list.start-index-told',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.4',
      title: 'startIndex in the answer is that of its first resource',
      async run(scim) {
        await peopleOf(scim)
        expectEqual(
          at(await page(scim, { startIndex: 2, count: 1 }), 'startIndex'),
          2,
          'startIndex',
        )
        expectEqual(at(await page(scim, { count: 1 }), 'startIndex'), 1, 'startIndex')
      },
    },
    {
      id: 'list.past-the-end',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.4',
      title: 'A page past the end is empty and tells the true totalResults',
      needs: ['filter'],
      async run(scim) {
        const { prefix } = await peopleOf(scim)
        const seen = await page(scim, {
          filter: `userName sw "${prefix}"`,
          startIndex: 5,
          count: 10,
        })
        expectEqual(
          [elements(seen, 'Resources'), at(seen, 'totalResults')],
          [[], 4],
          'Resources and totalResults',
        )
      },
    },
    {
      id: 'list.huge-numbers',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.4',
      title: 'A huge startIndex is an empty page, and a huge count a whole one',
      async run(scim) {
        await peopleOf(scim)
        for (const startIndex of ['2147483648', '99999999999']) {
          const seen = await page(scim, { startIndex })
          expectEqual(elements(seen, 'Resources'), [], `Resources from ${startIndex}`)
        }
        const seen = await page(scim, { count: '2147483648' })
        expectEqual(at(seen, 'itemsPerPage'), elements(seen, 'Resources').length, 'itemsPerPage')
        expectThat(
          elements(seen, 'Resources').length >= 4,
          'at least 4 resources',
          at(seen, 'itemsPerPage'),
        )
      },
    },
    {
      id: 'list.no-number',
      level: 'SHOULD',
      section: 'RFC 7644 §3.12',
      title: 'A startIndex or count that is no number is refused with 400',
      async run(scim) {
        await page(scim, { startIndex: 1, count: 1 })
        for (const query of [
          { startIndex: 'one' },
          { count: 'many' },
          { count: '1e3' },
          { count: '1.5' },
        ])
          expectError(await scim.get('/Users', query), 400)
      },
    },
    {
      id: 'list.walk',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.4; clients need: Okta, PingFederate',
      title: 'A walk by pages meets each resource once, in the same order each time',
      needs: ['filter'],
      async run(scim) {
        const { prefix } = await peopleOf(scim)
        const filter = `userName sw "${prefix}"`
        const all = (await scim.list('/Users', { filter })).map((each) => at(each, 'id'))
        for (const count of [1, 3]) {
          const met = await walk(scim, { filter }, count)
          expectEqual(met, all, `ids by pages of ${count}:`)
        }
      },
    },
    {
      id: 'list.walk-crowd',
      level: 'MUST',
      section: 'clients need: Keycloak, PingFederate',
      title: 'A walk without a filter meets all of 120 users, none twice',
      async run(scim) {
        const crowd = await crowdOf(scim)
        const met = await walk(scim, {}, 50)
        expectEqual(new Set(met).size, met.length, 'number of different ids')
        const missed = crowd.filter(({ id }) => !met.includes(id))
        expectEqual(
          missed.map(({ name }) => name),
          [],
          'users that were not met:',
        )
      },
    },
    {
      id: 'list.default-page',
      level: 'MUST',
      section: 'clients need: Keycloak, Bitwarden’s',
      title:
        'A list without startIndex and count is not empty, and totalResults tells what is not on the page',
      async run(scim) {
        await crowdOf(scim)
        const seen = await scim.read('/Users')
        const [shown, total] = [
          elements(seen, 'Resources').length,
          Number(at(seen, 'totalResults')),
        ]
        expectThat(shown > 0 && total >= 120, 'some resources of 120 or more', [shown, total])
        expectThat(
          shown === total || shown === at(seen, 'itemsPerPage'),
          'itemsPerPage as shown',
          at(seen, 'itemsPerPage'),
        )
      },
    },
    {
      id: 'list.hundred',
      level: 'SHOULD',
      section: 'clients need: Okta',
      title: 'A page of 100 is given when asked for',
      async run(scim) {
        await crowdOf(scim)
        const seen = await page(scim, { startIndex: 1, count: 100 })
        expectEqual(elements(seen, 'Resources').length, 100, 'number of resources')
      },
    },
    {
      id: 'list.unknown-parameters',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2',
      title: 'Unknown query parameters of a list are ignored',
      async run(scim) {
        await peopleOf(scim)
        const seen = await scim.read('/Users?aadOptscim062020&count=1&conformance=%22')
        expectEqual(elements(seen, 'Resources').length, 1, 'number of resources')
      },
    },
    {
      id: 'list.empty-filter',
      level: 'SHOULD',
      section: 'RFC 7644 §3.4.2.2',
      title: 'An empty filter is refused with 400 invalidFilter, or is no filter',
      needs: ['filter'],
      async run(scim) {
        await peopleOf(scim)
        const answer = await scim.get('/Users', { filter: '', count: 1 })
        if (answer.status !== 200) return expectError(answer, 400, 'invalidFilter')
        expectEqual(elements(answer.json, 'Resources').length, 1, 'number of resources')
      },
    },
    {
      id: 'list.head',
      level: 'SHOULD',
      section: 'RFC 9110 §9.3.2',
      title: 'HEAD of a list answers 200 without a body',
      async run(scim) {
        await scim.user()
        const answer = await scim.request('HEAD', '/Users', { query: { count: 1 } })
        expectEqual([answer.status, answer.text], [200, ''], 'status and body')
        expectThat(
          (answer.headers['content-type'] ?? '').includes('json'),
          'Content-Type',
          answer.headers,
          answer,
        )
      },
    },
    {
      id: 'list.after-delete',
      level: 'MUST',
      section: 'RFC 7644 §3.6',
      title: 'A delete takes one from totalResults, a create adds one',
      async run(scim) {
        const total = async () => Number(at(await page(scim, { count: 0 }), 'totalResults'))
        const before = await total()
        const user = await scim.user()
        expectEqual(await total(), before + 1, 'totalResults after the create')
        expectStatus(await scim.delete(user.path), 204)
        expectEqual(await total(), before, 'totalResults after the delete')
      },
    },
    {
      id: 'list.newest-last',
      level: 'SHOULD',
      section: 'RFC 7644 §3.4.2.4; clients need: Okta',
      title: 'A change to a resource does not move it to another page',
      needs: ['filter'],
      async run(scim) {
        const stamp = scim.name('order').replace(/@.*$/, '')
        const made = []
        for (const each of [1, 2, 3]) made.push(await scim.user({ userName: `${stamp}-${each}` }))
        const filter = `userName sw "${stamp}-"`
        const before = await walk(scim, { filter }, 1)
        const [first] = made
        expectEqual(before.length, 3, 'number met')
        const body = { schemas: [USER], userName: first?.name, title: 'Pilot' }
        expectStatus(await scim.put(first?.path ?? '', body), 200)
        expectEqual(await walk(scim, { filter }, 1), before, 'ids in order')
      },
    },
    {
      id: 'list.repeated-parameters',
      level: 'SHOULD',
      section: 'RFC 7644 §3.12',
      title: 'A parameter given twice is refused or read once',
      async run(scim) {
        await peopleOf(scim)
        const answer = await scim.get('/Users?count=1&count=2')
        if (answer.status !== 200) return expectRefusal(answer)
        const shown = elements(answer.json, 'Resources').length
        expectThat(shown === 1 || shown === 2, '1 or 2 resources', shown)
      },
    },
    {
      id: 'list.root',
      level: 'MAY',
      section: 'RFC 7644 §3.4.2.1',
      title: 'A query at the root finds resources of several types',
      needs: ['filter', 'groups'],
      async run(scim) {
        const { ada, crew } = await castOf(scim)
        const filter = `id eq "${ada.id}" or id eq "${crew.id}"`
        const answer = await scim.get('/', { filter })
        expectStatus(answer, 200)
        const types = elements(answer.json, 'Resources').map((each) =>
          at(each, 'meta', 'resourceType'),
        )
        expectEqual(sorted(types), ['Group', 'User'], 'types')
      },
    },
  ],
}

function page(scim: Scim, query: Query): Promise<Doc> {
  return scim.read('/Users', query)
}

/** Ids in the order in which pages give them. */
export async function walk(scim: Scim, query: Query, count: number): Promise<unknown[]> {
  const met: unknown[] = []
  for (let left = 1000; left > 0; left -= 1) {
    const seen = await page(scim, { ...query, startIndex: met.length + 1, count })
    const found = elements(seen, 'Resources')
    met.push(...found.map((each) => at(each, 'id')))
    if (found.length === 0 || met.length >= Number(at(seen, 'totalResults'))) break
  }
  return met
}
