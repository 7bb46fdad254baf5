/** /Bulk, where it is announced, and how it answers where it is not. */
import type { Group } from '../check.ts'
import type { Answer, Scim } from '../client.ts'
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
  parts,
  textAt,
} from '../expect.ts'
import { BULK, BULK_RESPONSE, GROUP, PATCH_OP, USER } from '../names.ts'

const SECTION = 'RFC 7644 §3.7'

export const bulk: Group = {
  name: 'bulk',
  title: 'Bulk',
  checks: [
    {
      id: 'bulk.not-announced',
      level: 'MUST',
      section: 'RFC 7644 §3.7, §3.12',
      title: 'Where Bulk is not announced it is answered with 501',
      unless: 'bulk',
      async run(scim) {
        expectError(await ask(scim, [post('a', scim.name())]), 501)
      },
    },
    {
      id: 'bulk.answer',
      level: 'MUST',
      section: 'RFC 7644 §3.7.3',
      title: 'A bulk request answers 200 with a result for each operation, its status as text',
      needs: ['bulk'],
      async run(scim) {
        const answer = await ask(scim, [post('a', scim.name()), post('b', scim.name())])
        expectStatus(answer, 200)
        expectThat(
          elementsOfText(answer.json, 'schemas').includes(BULK_RESPONSE),
          BULK_RESPONSE,
          at(answer.json, 'schemas'),
        )
        const seen = resultsOf(answer).map((each) =>
          ['method', 'bulkId', 'status'].map((name) => at(each, name)),
        )
        expectEqual(
          seen,
          [
            ['POST', 'a', '201'],
            ['POST', 'b', '201'],
          ],
          'method, bulkId and status',
        )
      },
    },
    {
      id: 'bulk.location',
      level: 'MUST',
      section: 'RFC 7644 §3.7.3',
      title: 'Each result names the address of what it made, and it is there',
      needs: ['bulk'],
      async run(scim) {
        const userName = scim.name()
        const [result] = resultsOf(await ask(scim, [post('a', userName)]))
        expectEqual(at(await scim.read(pathOf(result)), 'userName'), userName, 'userName')
      },
    },
    {
      id: 'bulk.methods',
      level: 'MUST',
      section: SECTION,
      title: 'PUT, PATCH and DELETE work in bulk',
      needs: ['bulk', 'patch'],
      async run(scim) {
        const [one, two, three] = [await scim.user(), await scim.user(), await scim.user()]
        const answer = await ask(scim, [
          {
            method: 'PUT',
            path: one.path,
            data: { schemas: [USER], userName: one.name, title: 'Pilot' },
          },
          {
            method: 'PATCH',
            path: two.path,
            data: {
              schemas: [PATCH_OP],
              Operations: [{ op: 'add', path: 'title', value: 'Pilot' }],
            },
          },
          { method: 'DELETE', path: three.path },
        ])
        const statuses = resultsOf(answer).map((each) => at(each, 'status'))
        expectThat(
          ['200', '204'].includes(String(statuses[1])),
          'status 200 or 204 for the PATCH',
          statuses[1],
        )
        expectEqual([statuses[0], statuses[2]], ['200', '204'], 'statuses of PUT and DELETE')
        for (const { path } of [one, two])
          expectEqual(at(await scim.read(path), 'title'), 'Pilot', 'title')
        expectError(await scim.get(three.path), 404)
      },
    },
    {
      id: 'bulk.reference',
      level: 'MUST',
      section: 'RFC 7644 §3.7.2',
      title: 'A bulkId names a resource that the same request makes',
      needs: ['bulk', 'groups'],
      async run(scim) {
        const answer = await ask(scim, [
          post('u', scim.name()),
          group('g', scim.name('group'), 'u'),
        ])
        const [user, made] = resultsOf(answer).map(pathOf)
        expectEqual(
          parts(await scim.read(made ?? ''), 'members'),
          [user?.split('/').at(-1)],
          'members',
        )
      },
    },
    {
      id: 'bulk.reference-forward',
      level: 'MUST',
      section: 'RFC 7644 §3.7.2',
      title: 'A bulkId may be named before the operation that makes it',
      needs: ['bulk', 'groups'],
      async run(scim) {
        const answer = await ask(scim, [
          group('g', scim.name('group'), 'u'),
          post('u', scim.name()),
        ])
        const results = resultsOf(answer)
        const found = (id: string) => pathOf(results.find((each) => at(each, 'bulkId') === id))
        expectEqual(
          parts(await scim.read(found('g')), 'members'),
          [found('u').split('/').at(-1)],
          'members',
        )
      },
    },
    {
      id: 'bulk.reference-path',
      level: 'SHOULD',
      section: 'RFC 7644 §3.7.2',
      title: 'A bulkId may stand in a path',
      needs: ['bulk', 'patch'],
      async run(scim) {
        const data = {
          schemas: [PATCH_OP],
          Operations: [{ op: 'add', path: 'title', value: 'Pilot' }],
        }
        const answer = await ask(scim, [
          post('u', scim.name()),
          { method: 'PATCH', path: '/Users/bulkId:u', data },
        ])
        expectEqual(at(await scim.read(pathOf(resultsOf(answer)[0])), 'title'), 'Pilot', 'title')
      },
    },
    {
      id: 'bulk.reference-circular',
      level: 'MUST',
      section: 'RFC 7644 §3.7.1',
      title: 'Two groups that are members of each other are resolved or 409',
      needs: ['bulk', 'groups'],
      async run(scim) {
        const answer = await ask(scim, [
          group('a', scim.name('group'), 'b'),
          group('b', scim.name('group'), 'a'),
        ])
        if (answer.status !== 200) return expectError(answer, 409)
        const statuses = resultsOf(answer).map((each) => at(each, 'status'))
        expectEqual(
          statuses.filter((each) => each !== '201' && each !== '409' && each !== '400'),
          [],
          'other statuses:',
        )
        expectEqual(statuses.length, 2, 'number of results')
      },
    },
    {
      id: 'bulk.reference-unknown',
      level: 'MUST',
      section: 'RFC 7644 §3.7.2',
      title: 'A bulkId that nothing in the request has fails its operation',
      needs: ['bulk', 'groups'],
      async run(scim) {
        const answer = await ask(scim, [group('g', scim.name('group'), 'nobody')])
        if (answer.status !== 200) return expectRefusal(answer)
        const [result] = resultsOf(answer)
        expectThat(/^4\d\d$/.test(String(at(result, 'status'))), 'a status of 4xx', result)
      },
    },
    {
      id: 'bulk.errors',
      level: 'MUST',
      section: 'RFC 7644 §3.7.3',
      title: 'An operation that fails has a SCIM Error and no location, and the others are done',
      needs: ['bulk'],
      async run(scim) {
        const taken = await scim.user()
        const answer = await ask(scim, [post('a', taken.name), post('b', scim.name())])
        expectStatus(answer, 200)
        const [failed, done] = resultsOf(answer)
        expectEqual([at(failed, 'status'), at(done, 'status')], ['409', '201'], 'statuses')
        expectEqual(at(failed, 'location'), undefined, 'location of what failed')
        expectEqual(at(failed, 'response', 'scimType'), 'uniqueness', 'scimType')
      },
    },
    {
      id: 'bulk.fail-on-errors',
      level: 'MUST',
      section: SECTION,
      title: 'failOnErrors stops after that many errors',
      needs: ['bulk'],
      async run(scim) {
        const [taken, userName] = [await scim.user(), scim.name()]
        const operations = [post('a', taken.name), post('b', userName)]
        const answer = await ask(scim, operations, { failOnErrors: 1 })
        expectStatus(answer, 200)
        expectEqual(
          resultsOf(answer).map((each) => at(each, 'status')),
          ['409'],
          'statuses',
        )
        expectStatus(await scim.post('/Users', { schemas: [USER], userName }), 201)
      },
    },
    {
      id: 'bulk.too-many',
      level: 'MUST',
      section: 'RFC 7644 §3.7.4',
      title: 'More operations than announced are refused with 413 whose detail states the limit',
      needs: ['bulk'],
      async run(scim) {
        const limit = Number(at(await scim.read('/ServiceProviderConfig'), 'bulk', 'maxOperations'))
        const operation = { method: 'DELETE', path: '/Users/x' }
        const answer = await ask(
          scim,
          Array.from({ length: limit + 1 }, () => operation),
        )
        expectError(answer, 413)
        const detail = String(at(answer.json, 'detail')).replaceAll(/[,. ’']/g, '')
        expectThat(
          detail.includes(String(limit)),
          `a detail with ${limit}`,
          at(answer.json, 'detail'),
        )
      },
    },
    {
      id: 'bulk.too-large',
      level: 'MUST',
      section: 'RFC 7644 §3.7.4',
      title: 'A larger payload than announced is refused with 413 whose detail states the limit',
      needs: ['bulk'],
      async run(scim) {
        const limit = Number(
          at(await scim.read('/ServiceProviderConfig'), 'bulk', 'maxPayloadSize'),
        )
        const operation = { ...post('a', scim.name()), filler: 'x'.repeat(limit) }
        const answer = await ask(scim, [operation])
        expectError(answer, 413)
        const detail = String(at(answer.json, 'detail')).replaceAll(/[, ’']/g, '')
        expectThat(
          [1, 1000, 1024, 1000 ** 2, 1024 ** 2].some((unit) => detail.includes(`${limit / unit}`)),
          `a detail with ${limit} bytes, in whatever unit`,
          at(answer.json, 'detail'),
        )
      },
    },
    {
      id: 'bulk.without-bulk-id',
      level: 'MUST',
      section: SECTION,
      title: 'A POST without bulkId is refused',
      needs: ['bulk'],
      async run(scim) {
        const { bulkId: _, ...operation } = post('a', scim.name())
        const answer = await ask(scim, [operation])
        if (answer.status !== 200) return expectError(answer, 400)
        expectEqual(at(resultsOf(answer)[0], 'status'), '400', 'status')
      },
    },
    {
      id: 'bulk.malformed',
      level: 'MUST',
      section: SECTION,
      title: 'A bulk request without its schema or without Operations is refused with 400',
      needs: ['bulk'],
      async run(scim) {
        expectError(await scim.post('/Bulk', { Operations: [post('a', scim.name())] }), 400)
        expectError(await scim.post('/Bulk', { schemas: [BULK] }), 400)
      },
    },
    {
      id: 'bulk.unknown-path',
      level: 'MUST',
      section: 'RFC 7644 §3.7.3',
      title: 'An operation with an unknown method or path fails alone',
      needs: ['bulk'],
      async run(scim) {
        const answer = await ask(scim, [
          { method: 'POST', bulkId: 'a', path: '/Robots', data: {} },
          {
            method: 'PUT',
            path: '/Users/conformance-nobody',
            data: { schemas: [USER], userName: scim.name() },
          },
          post('c', scim.name()),
        ])
        expectStatus(answer, 200)
        const [one, two, three] = resultsOf(answer).map((each) => at(each, 'status'))
        expectThat(/^4\d\d$|^501$/.test(String(one)), 'a status of 4xx for the path', one)
        expectEqual([two, three], ['404', '201'], 'statuses of the others')
      },
    },
    {
      id: 'bulk.version',
      level: 'MUST',
      section: SECTION,
      title:
        'An operation with an old version is 412 and changes nothing; with the present one it is done',
      needs: ['bulk', 'etag'],
      async run(scim) {
        const user = await scim.user()
        const old = textAt(user.doc, 'meta', 'version')
        const change = (version: string, title: string) => ({
          method: 'PUT',
          path: user.path,
          version,
          data: { schemas: [USER], userName: user.name, title },
        })
        const first = resultsOf(await ask(scim, [change(old, 'Engineer')]))[0]
        const second = resultsOf(await ask(scim, [change(old, 'Pilot')]))[0]
        expectEqual([at(first, 'status'), at(second, 'status')], ['200', '412'], 'statuses')
        expectEqual(at(await scim.read(user.path), 'title'), 'Engineer', 'title')
      },
    },
    {
      id: 'bulk.version-told',
      level: 'MUST',
      section: 'RFC 7644 §3.7.3',
      title: 'The result of a write tells the version that it made',
      needs: ['bulk', 'etag'],
      async run(scim) {
        const [result] = resultsOf(await ask(scim, [post('a', scim.name())]))
        const version = at(await scim.read(pathOf(result)), 'meta', 'version')
        expectThat(typeof version === 'string', 'a version', version)
        expectEqual(at(result, 'version'), version, 'version')
      },
    },
    {
      id: 'bulk.reference-patch',
      level: 'MUST',
      section: 'RFC 7644 §3.7.2',
      title: 'A bulkId may stand in the value of a PATCH of a group that was there before',
      needs: ['bulk', 'groups', 'patch'],
      async run(scim) {
        const made = await scim.group()
        const Operations = [{ op: 'add', path: 'members', value: [{ value: 'bulkId:u' }] }]
        const answer = await ask(scim, [
          post('u', scim.name()),
          { method: 'PATCH', path: made.path, data: { schemas: [PATCH_OP], Operations } },
        ])
        const user = pathOf(resultsOf(answer)[0]).split('/').at(-1)
        expectEqual(parts(await scim.read(made.path), 'members'), [user], 'members')
      },
    },
    {
      id: 'bulk.reference-failed',
      level: 'MUST',
      section: 'RFC 7644 §3.7.3',
      title: 'What refers to an operation that failed fails too, and is not half made',
      needs: ['bulk', 'groups', 'filter'],
      async run(scim) {
        const [taken, displayName] = [await scim.user(), scim.name('group')]
        const results = resultsOf(
          await ask(scim, [post('u', taken.name), group('g', displayName, 'u')]),
        )
        expectEqual(at(results[0], 'status'), '409', 'status of the user')
        expectThat(
          /^4\d\d$/.test(textAt(results[1], 'status')),
          'a status of 4xx for the group',
          results[1],
        )
        const found = await scim.list('/Groups', { filter: `displayName eq "${displayName}"` })
        expectEqual(found.length, 0, 'number of groups')
      },
    },
    {
      id: 'bulk.same-id-twice',
      level: 'SHOULD',
      section: SECTION,
      title: 'Two operations of the same bulkId are refused',
      needs: ['bulk'],
      async run(scim) {
        const answer = await ask(scim, [post('a', scim.name()), post('a', scim.name())])
        if (answer.status !== 200) return expectError(answer, 400)
        const statuses = resultsOf(answer).map((each) => textAt(each, 'status'))
        expectThat(
          statuses.length === 2 && statuses.some((each) => each.startsWith('4')),
          'a status of 4xx',
          statuses,
        )
      },
    },
    {
      id: 'bulk.get',
      level: 'MUST',
      section: 'RFC 7644 §3.2',
      title: '/Bulk takes nothing but POST',
      needs: ['bulk'],
      async run(scim) {
        const answer = await scim.get('/Bulk')
        expectStatus(answer, 404, 405, 501)
        expectError(answer, answer.status)
      },
    },
  ],
}

function post(bulkId: string, userName: string) {
  return { method: 'POST', path: '/Users', bulkId, data: { schemas: [USER], userName } }
}

function group(bulkId: string, displayName: string, member: string) {
  const members = [
    { value: `bulkId:${member}`, type: member.length === 1 && member !== 'u' ? 'Group' : 'User' },
  ]
  return {
    method: 'POST',
    path: '/Groups',
    bulkId,
    data: { schemas: [GROUP], displayName, members },
  }
}

function ask(scim: Scim, operations: readonly object[], more: Doc = {}): Promise<Answer> {
  return scim.post('/Bulk', { schemas: [BULK], ...more, Operations: operations })
}

function resultsOf(answer: Answer): readonly Doc[] {
  return elements(answer.json, 'Operations')
}

/** `/Users/{id}` of a result. */
function pathOf(result: Doc | undefined): string {
  const location = String(at(result, 'location'))
  const path = /\/(?:Users|Groups)\/[^/?#]+$/.exec(location)?.[0]
  expectThat(path !== undefined, 'a location that ends in the path of a resource', result)
  return path ?? ''
}
