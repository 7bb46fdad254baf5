/**
 * A second tenant beside the first: nothing of the one may be seen, found, changed or inferred from
 * the other. The neighbour has people of the very same names; what it holds is noted by the first
 * check here and compared by the last check of the run.
 */
import type { Group } from '../check.ts'
import { makePeople, type People, peopleOf } from '../cast.ts'
import type { Answer, Scim } from '../client.ts'
import {
  at,
  elements,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  parts,
} from '../expect.ts'
import { GROUP, PATCH_OP, USER } from '../names.ts'

export const neighbour: Group = {
  name: 'neighbour',
  title: 'The neighbour tenant',
  needs: ['neighbour'],
  checks: [
    {
      id: 'neighbour.same-people',
      level: 'MUST',
      section: 'RFC 7644 §6',
      title: 'Two tenants may have the same people under ids of their own',
      async run(scim) {
        const [ours, { people: theirs }] = [await peopleOf(scim), await theirsOf(scim)]
        expectEqual(ours.ada.name, theirs.ada.name, 'userName')
        expectThat(ours.ada.id !== theirs.ada.id, 'another id', theirs.ada.id)
      },
    },
    {
      id: 'neighbour.ids',
      level: 'MUST',
      section: 'RFC 7644 §6',
      title: "The neighbour's ids are 404, just as ids that nobody has",
      async run(scim) {
        const { people } = await theirsOf(scim)
        for (const [what, ask] of Object.entries(ACTS)) {
          const [seen, nobodys] = [
            await ask(scim, people.ada.id),
            await ask(scim, nobody(people.ada.id)),
          ]
          expectError(seen, 404)
          const plain = (answer: Answer, id: string) => answer.text.replaceAll(id, 'ID')
          expectEqual(
            plain(seen, people.ada.id),
            plain(nobodys, nobody(people.ada.id)),
            `the answer to ${what} as for nobody:`,
          )
        }
      },
    },
    {
      id: 'neighbour.token',
      level: 'MUST',
      section: 'RFC 7644 §6, §7',
      title: "The neighbour's token is 401 here, with the body that a wrong token gets",
      async run(scim) {
        const ask = (authorization: string) =>
          scim.request('GET', '/Users', { authorization, query: { count: 1 } })
        const [theirs, wrong] = [
          await ask(`Bearer ${scim.neighbour().token}`),
          await ask('Bearer conformance'),
        ]
        expectError(theirs, 401)
        expectEqual(theirs.text, wrong.text, 'the body')
      },
    },
    {
      id: 'neighbour.token-there',
      level: 'MUST',
      section: 'RFC 7644 §6, §7',
      title: 'Our token is 401 at the neighbour, for reading and for writing',
      async run(scim) {
        const authorization = `Bearer ${scim.token}`
        const body = { schemas: [USER], userName: scim.name() }
        expectError(await scim.neighbour().request('GET', '/Users', { authorization }), 401)
        expectError(await scim.neighbour().request('POST', '/Users', { authorization, body }), 401)
      },
    },
    {
      id: 'neighbour.filters',
      level: 'MUST',
      section: 'RFC 7644 §6',
      title: 'No filter finds people of the neighbour',
      needs: ['filter'],
      async run(scim) {
        const { people } = await theirsOf(scim)
        const only = await scim.neighbour().user({ externalId: 'conformance-theirs' })
        for (const filter of [
          `id eq "${people.ada.id}"`,
          `userName eq "${only.name}"`,
          'externalId eq "conformance-theirs"',
          `id eq "${only.id}" or userName sw "${only.name.slice(0, 25)}"`,
        ])
          expectEqual(
            (await scim.list('/Users', { filter })).filter((each) =>
              [only.id, people.ada.id].includes(String(at(each, 'id'))),
            ),
            [],
            `found by ${filter}:`,
          )
      },
    },
    {
      id: 'neighbour.lists',
      level: 'MUST',
      section: 'RFC 7644 §6',
      title: 'What the neighbour gets more does not count here',
      async run(scim) {
        const total = async () => at(await scim.read('/Users', { count: 0 }), 'totalResults')
        const before = await total()
        await scim.neighbour().user()
        expectEqual(await total(), before, 'totalResults')
      },
    },
    {
      id: 'neighbour.unique',
      level: 'MUST',
      section: 'RFC 7644 §6; RFC 7643 §4.1.1',
      title: 'A userName that the neighbour has is free here',
      async run(scim) {
        const { name } = await scim.neighbour().user()
        expectStatus(
          await scim.post('/Users', { schemas: [USER], userName: name.toUpperCase() }),
          201,
        )
      },
    },
    {
      id: 'neighbour.members',
      level: 'MUST',
      section: 'RFC 7644 §6',
      title: 'People of the neighbour join no group here, and nothing of them is shown',
      needs: ['groups'],
      async run(scim) {
        const { people } = await theirsOf(scim)
        const body = {
          schemas: [GROUP],
          displayName: scim.name('group'),
          members: [{ value: people.ada.id }],
        }
        const answer = await scim.post('/Groups', body)
        if (answer.status !== 201) return expectError(answer, 400)
        expectEqual(elements(answer.json, 'members'), [], 'members')
        expectThat(!answer.text.includes(people.ada.name), 'nothing of the neighbour', answer.text)
        expectEqual(
          parts(await scim.neighbour().read(people.ada.path), 'groups'),
          [],
          "the neighbour's groups",
        )
      },
    },
    {
      id: 'neighbour.members-patched',
      level: 'MUST',
      section: 'RFC 7644 §6',
      title: 'Nor do they by PATCH',
      needs: ['groups', 'patch'],
      async run(scim) {
        const { people } = await theirsOf(scim)
        const [user, group] = [await scim.user(), await scim.group()]
        const value = [{ value: people.grace.id }, { value: user.id }]
        const answer = await scim.patch(group.path, { op: 'add', path: 'members', value })
        if (answer.status >= 300) expectError(answer, 400)
        const seen = await scim.read(group.path)
        expectEqual(parts(seen, 'members'), answer.status >= 300 ? [] : [user.id], 'members')
      },
    },
    {
      id: 'neighbour.manager',
      level: 'MUST',
      section: 'RFC 7644 §6',
      title: 'A manager who is at the neighbour shows nothing of that person',
      needs: ['enterprise'],
      async run(scim) {
        const { people } = await theirsOf(scim)
        const extension = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
        const body = {
          schemas: [USER, extension],
          userName: scim.name(),
          [extension]: { manager: { value: people.ada.id } },
        }
        const answer = await scim.post('/Users', body)
        if (answer.status !== 201) return expectError(answer, 400)
        expectThat(!/Ada|Byron/.test(answer.text), 'nothing of the neighbour', answer.text)
      },
    },
  ],
}

export const unchanged: Group = {
  name: 'unchanged',
  title: 'The neighbour tenant afterwards',
  needs: ['neighbour'],
  checks: [
    {
      id: 'unchanged.rows',
      level: 'MUST',
      section: 'RFC 7644 §6',
      title: 'All that the neighbour had is byte for byte what it was before',
      async run(scim) {
        const { people, before } = await theirsOf(scim)
        const after = await snapshotOf(scim.neighbour())
        expectEqual(after, before, 'its users and groups')
        expectThat(
          before.some((text) => text.includes(people.zoya.id)),
          'people who were compared',
          before.length,
        )
      },
    },
  ],
}

/** What an outsider may try with an id. */
const ACTS: Readonly<Record<string, (scim: Scim, id: string) => Promise<Answer>>> = {
  GET: (scim, id) => scim.get(`/Users/${id}`),
  PUT: (scim, id) => scim.put(`/Users/${id}`, { schemas: [USER], userName: 'conformance-stolen' }),
  PATCH: (scim, id) =>
    scim.request('PATCH', `/Users/${id}`, {
      body: { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'active', value: false }] },
    }),
  DELETE: (scim, id) => scim.delete(`/Users/${id}`),
}

/** An id of the same form that nobody has. */
function nobody(id: string): string {
  return id.slice(0, -4) + (id.endsWith('0000') ? '1111' : '0000')
}

interface Theirs {
  readonly people: People
  readonly before: readonly string[]
}

function theirsOf(scim: Scim): Promise<Theirs> {
  return scim.once('theirs', async (keeper) => {
    const people = await makePeople(keeper.neighbour())
    return { people, before: await snapshotOf(keeper.neighbour()) }
  })
}

/** Each resource of each page, as it was answered. */
async function snapshotOf(scim: Scim): Promise<readonly string[]> {
  const pages: string[] = []
  for (const path of scim.has('groups') ? ['/Users', '/Groups'] : ['/Users'])
    for (let from = 1; from < 100_000;) {
      const answer = await scim.get(path, { startIndex: from, count: 100 })
      expectStatus(answer, 200)
      const found = elements(answer.json, 'Resources')
      if (found.length === 0) break
      pages.push(answer.text)
      from += found.length
      if (from > Number(at(answer.json, 'totalResults'))) break
    }
  return pages
}
