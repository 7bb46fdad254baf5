/** Versions: ETag, If-Match, If-None-Match, where they are announced. */
import type { Check, Group } from '../check.ts'
import type { Made, Scim } from '../client.ts'
import {
  at,
  elements,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  sorted,
} from '../expect.ts'
import { PATCH_OP, USER } from '../names.ts'

const SECTION = 'RFC 7644 §3.14'

/** What changes a resource, asked for with a header. */
const WRITES: Readonly<
  Record<string, (scim: Scim, made: Made, ifMatch: string) => ReturnType<Scim['get']>>
> = {
  PUT: (scim, { path, name: userName }, ifMatch) =>
    scim.request('PUT', path, {
      headers: { 'if-match': ifMatch },
      body: { schemas: [USER], userName, title: 'Pilot' },
    }),
  PATCH: (scim, { path }, ifMatch) =>
    scim.request('PATCH', path, {
      headers: { 'if-match': ifMatch },
      body: { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'title', value: 'Pilot' }] },
    }),
  DELETE: (scim, { path }, ifMatch) =>
    scim.request('DELETE', path, { headers: { 'if-match': ifMatch } }),
}

export const etags: Group = {
  name: 'etags',
  title: 'Versions (ETag)',
  needs: ['etag'],
  checks: [
    {
      id: 'etags.header',
      level: 'MUST',
      section: SECTION,
      title: 'Create, read and replace answer an ETag, the same as meta.version',
      async run(scim) {
        const body = { schemas: [USER], userName: scim.name() }
        const made = await scim.post('/Users', body)
        expectStatus(made, 201)
        const path = `/Users/${String(at(made.json, 'id'))}`
        for (const answer of [
          made,
          await scim.get(path),
          await scim.put(path, { ...body, title: 'Pilot' }),
        ]) {
          expectThat(
            /^(W\/)?"[^"]*"$/.test(answer.headers['etag'] ?? ''),
            'an entity tag',
            answer.headers['etag'],
            answer,
          )
          expectEqual(answer.headers['etag'], at(answer.json, 'meta', 'version'), 'ETag')
        }
      },
    },
    {
      id: 'etags.changes',
      level: 'MUST',
      section: SECTION,
      title: 'A change gives another version, and reading alone does not',
      async run(scim) {
        const made = await scim.user()
        const before = await tagOf(scim, made)
        expectEqual(await tagOf(scim, made), before, 'ETag')
        expectStatus(
          await scim.put(made.path, { schemas: [USER], userName: made.name, title: 'Pilot' }),
          200,
        )
        const after = await tagOf(scim, made)
        expectThat(after !== before, `another ETag than ${before}`, after)
      },
    },
    {
      id: 'etags.listed',
      level: 'MUST',
      section: SECTION,
      title: 'Lists tell the version of each resource',
      needs: ['filter'],
      async run(scim) {
        const made = await scim.user()
        const seen = await scim.read('/Users', { filter: `userName eq "${made.name}"` })
        const versions = elements(seen, 'Resources').map((each) => at(each, 'meta', 'version'))
        expectEqual(versions, [await tagOf(scim, made)], 'versions')
      },
    },
    {
      id: 'etags.not-modified',
      level: 'MUST',
      section: SECTION,
      title: 'If-None-Match with the present version is 304 without a body',
      async run(scim) {
        const made = await scim.user()
        const tag = await tagOf(scim, made)
        for (const named of [tag, `"conformance", ${tag}`, '*']) {
          const answer = await scim.request('GET', made.path, {
            headers: { 'if-none-match': named },
          })
          expectEqual([answer.status, answer.text], [304, ''], `status and body for ${named}`)
        }
      },
    },
    {
      id: 'etags.modified',
      level: 'MUST',
      section: SECTION,
      title: 'If-None-Match with another version is 200 with the resource',
      async run(scim) {
        const made = await scim.user()
        const headers = { 'if-none-match': 'W/"conformance"' }
        const answer = await scim.request('GET', made.path, { headers })
        expectEqual([answer.status, at(answer.json, 'id')], [200, made.id], 'status and id')
      },
    },
    {
      id: 'etags.weak',
      level: 'SHOULD',
      section: SECTION,
      title: 'Weak and strong forms of a tag are compared weakly',
      async run(scim) {
        const made = await scim.user()
        const tag = await tagOf(scim, made)
        const other = tag.startsWith('W/') ? tag.slice(2) : `W/${tag}`
        const answer = await scim.request('GET', made.path, { headers: { 'if-none-match': other } })
        expectStatus(answer, 304)
      },
    },
    ...Object.entries(WRITES).flatMap(([method, write]) => checksOf(method, write)),
    {
      id: 'etags.no-op',
      level: 'SHOULD',
      section: 'RFC 7644 §3.5.2.1',
      title: 'A PATCH that changes nothing leaves the version',
      needs: ['patch'],
      async run(scim) {
        const made = await scim.user({ title: 'Pilot' })
        const before = await tagOf(scim, made)
        const answer = await scim.patch(made.path, { op: 'replace', path: 'title', value: 'Pilot' })
        expectStatus(answer, 200, 204)
        expectEqual(await tagOf(scim, made), before, 'ETag')
      },
    },
    {
      id: 'etags.nobody',
      level: 'MUST',
      section: 'RFC 7644 §3.12; RFC 9110 §13.1.1',
      title: 'If-Match with * on what is not there is refused',
      async run(scim) {
        const headers = { 'if-match': '*' }
        const body = { schemas: [USER], userName: scim.name() }
        const answer = await scim.request('PUT', '/Users/conformance-nobody', { headers, body })
        expectStatus(answer, 404, 412)
        expectError(answer, answer.status)
      },
    },
    {
      id: 'etags.race',
      level: 'MUST',
      section: SECTION,
      title: 'Of six simultaneous changes with the same If-Match one succeeds and five are 412',
      needs: ['patch'],
      async run(scim) {
        const made = await scim.user()
        const tag = await tagOf(scim, made)
        const answers = await Promise.all(
          Array.from({ length: 6 }, (_, each) =>
            scim.request('PATCH', made.path, {
              headers: { 'if-match': tag },
              body: {
                schemas: [PATCH_OP],
                Operations: [{ op: 'add', path: 'title', value: `Pilot ${each}` }],
              },
            }),
          ),
        )
        const statuses = sorted(answers.map(({ status }) => (status === 204 ? 200 : status)))
        expectEqual(statuses, [200, 412, 412, 412, 412, 412], 'statuses')
      },
    },
    {
      id: 'etags.group',
      level: 'MUST',
      section: SECTION,
      title: 'A new member gives a group another version',
      needs: ['groups', 'patch'],
      async run(scim) {
        const [user, group] = [await scim.user(), await scim.group()]
        const before = await tagOf(scim, group)
        const value = [{ value: user.id }]
        expectStatus(await scim.patch(group.path, { op: 'add', path: 'members', value }), 200, 204)
        const after = await tagOf(scim, group)
        expectThat(after !== before, `another ETag than ${before}`, after)
      },
    },
  ],
}

function checksOf(method: string, write: (typeof WRITES)[string]): readonly Check[] {
  const name = method.toLowerCase()
  const needs = method === 'PATCH' ? { needs: ['patch'] as const } : {}
  return [
    {
      id: `etags.${name}-stale`,
      level: 'MUST',
      section: SECTION,
      title: `${method} with If-Match of an old version is 412, and nothing changes`,
      ...needs,
      async run(scim) {
        const made = await scim.user()
        const old = await tagOf(scim, made)
        expectStatus(
          await scim.put(made.path, { schemas: [USER], userName: made.name, title: 'Engineer' }),
          200,
        )
        expectError(await write(scim, made, old), 412)
        expectEqual(at(await scim.read(made.path), 'title'), 'Engineer', 'title')
      },
    },
    {
      id: `etags.${name}-current`,
      level: 'MUST',
      section: SECTION,
      title: `${method} with If-Match of the present version, alone, in a list or as *, is done`,
      ...needs,
      async run(scim) {
        for (const list of ['TAG', '"conformance", TAG', '*']) {
          const made = await scim.user()
          const ifMatch = list.replace('TAG', await tagOf(scim, made))
          expectStatus(await write(scim, made, ifMatch), 200, 204)
        }
      },
    },
  ]
}

async function tagOf(scim: Scim, { path }: Made): Promise<string> {
  const answer = await scim.get(path)
  expectStatus(answer, 200)
  return answer.headers['etag'] ?? ''
}
