/** Errors, content types and credentials. */
import type { Check, Group } from '../check.ts'
import type { Answer, Asked, Scim } from '../client.ts'
import {
  at,
  elementsOfText,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
} from '../expect.ts'
import { ERROR, PATCH_OP, USER } from '../names.ts'

/** What goes wrong, and with which status. */
const MISTAKES: readonly (readonly [
  id: string,
  what: string,
  status: number,
  ask: (scim: Scim) => Promise<Answer>,
])[] = [
  ['bad-request', 'A request that is malformed', 400, (scim) => scim.post('/Users', '{')],
  ['no-credential', 'A request without a credential', 401, (scim) => as(scim, undefined)],
  ['bad-credential', 'A request with a wrong token', 401, (scim) => as(scim, 'Bearer conformance')],
  ['not-found', 'An unknown resource', 404, (scim) => scim.get('/Users/conformance-nobody')],
  ['no-endpoint', 'An unknown endpoint', 404, (scim) => scim.get('/Conformance')],
  [
    'conflict',
    'A userName that is taken',
    409,
    async (scim) => scim.post('/Users', { schemas: [USER], userName: (await scim.user()).name }),
  ],
]

export const errors: Group = {
  name: 'errors',
  title: 'Errors, credentials and content types',
  checks: [
    ...MISTAKES.map(([id, what, status, ask]): Check => ({
      id: `errors.${id}`,
      level: 'MUST',
      section: 'RFC 7644 §3.12; clients need: Okta, Entra ID',
      title: `${what} is ${status} with a SCIM Error that says what to do`,
      async run(scim) {
        await scim.user()
        const answer = await ask(scim)
        expectError(answer, status)
        expectEqual(at(answer.json, 'schemas'), [ERROR], 'schemas')
        expectEqual(at(answer.json, 'status'), String(status), 'status as text')
        const detail = at(answer.json, 'detail')
        expectThat(typeof detail === 'string' && detail.length > 0, 'a detail', detail, answer)
      },
    })),
    {
      id: 'errors.method',
      level: 'MUST',
      section: 'RFC 7644 §3.12; RFC 9110 §15.5.6',
      title: 'A method that an address does not have is 405 or 501 with a SCIM Error',
      async run(scim) {
        for (const [method, path] of [
          ['DELETE', '/Users'],
          ['PUT', '/Users'],
        ] as const) {
          const answer = await scim.request(method, path, method === 'PUT' ? { body: {} } : {})
          expectStatus(answer, 405, 501)
          expectError(answer, answer.status)
        }
      },
    },
    {
      id: 'errors.method-allow',
      level: 'MUST',
      section: 'RFC 9110 §15.5.6',
      title: '405 says in Allow which methods there are',
      async run(scim) {
        const answer = await scim.delete('/Users')
        expectStatus(answer, 405, 501)
        if (answer.status === 405)
          expectThat(
            /\bGET\b/.test(answer.headers['allow'] ?? ''),
            'Allow with GET',
            answer.headers['allow'],
            answer,
          )
      },
    },
    {
      id: 'errors.invalid-syntax',
      level: 'SHOULD',
      section: 'RFC 7644 §3.12, table 9',
      title: 'A malformed body is told apart as invalidSyntax',
      async run(scim) {
        for (const body of ['{"userName": ', '[]'])
          expectError(await scim.post('/Users', body), 400, 'invalidSyntax')
      },
    },
    {
      id: 'errors.invalid-value',
      level: 'SHOULD',
      section: 'RFC 7644 §3.12, table 9',
      title: 'A missing or unfit value is told apart as invalidValue',
      async run(scim) {
        for (const more of [
          { userName: undefined },
          { userName: '' },
          { active: 'perhaps' },
          { name: 'Nadia' },
        ]) {
          const body = { schemas: [USER], userName: scim.name(), ...more }
          expectError(await scim.post('/Users', body), 400, 'invalidValue')
        }
      },
    },
    {
      id: 'errors.invalid-path',
      level: 'SHOULD',
      section: 'RFC 7644 §3.12, table 9',
      title: 'A malformed path of a PATCH is told apart as invalidPath',
      needs: ['patch'],
      async run(scim) {
        const { path } = await scim.user()
        for (const bad of ['name..familyName', 'emails[type eq "work"', '[type eq "work"]'])
          expectError(
            await scim.patch(path, { op: 'replace', path: bad, value: 'x' }),
            400,
            'invalidPath',
          )
      },
    },
    {
      id: 'errors.unknown-operation',
      level: 'SHOULD',
      section: 'RFC 7644 §3.12, table 9',
      title: 'An unknown operation of a PATCH is told apart as invalidSyntax',
      needs: ['patch'],
      async run(scim) {
        const { path } = await scim.user()
        const answer = await scim.patch(path, { op: 'move', path: 'title', value: 'x' })
        expectError(answer, 400, 'invalidSyntax')
      },
    },
    {
      id: 'errors.credentials-same',
      level: 'SHOULD',
      section: 'RFC 7644 §7',
      title: 'No credential, a wrong one and a cut-off one get the same 401',
      async run(scim) {
        const first = await as(scim, undefined)
        expectStatus(first, 401)
        for (const credential of [
          'Bearer conformance',
          `Bearer ${scim.token.slice(0, -1)}`,
          `Basic ${btoa(`x:${scim.token}`)}`,
        ])
          expectEqual((await as(scim, credential)).text, first.text, 'the body')
      },
    },
    {
      id: 'errors.challenge',
      level: 'MUST',
      section: 'RFC 6750 §3; RFC 9110 §15.5.2',
      title: '401 says in WWW-Authenticate how to authenticate',
      async run(scim) {
        const answer = await as(scim, undefined)
        expectStatus(answer, 401)
        expectThat(
          (answer.headers['www-authenticate'] ?? '') !== '',
          'WWW-Authenticate',
          answer.headers,
          answer,
        )
      },
    },
    {
      id: 'errors.token-in-address',
      level: 'SHOULD',
      section: 'RFC 6750 §2.3; RFC 7644 §7',
      title: 'A token in the address is not taken',
      async run(scim) {
        const query = { access_token: scim.token, count: 1 }
        expectError(await scim.request('GET', '/Users', { authorization: undefined, query }), 401)
      },
    },
    {
      id: 'errors.unauthorised-first',
      level: 'SHOULD',
      section: 'RFC 7644 §7',
      title: 'Who has no credential learns nothing else: 401 comes before 400 and 404',
      async run(scim) {
        const { path } = await scim.user()
        const asked = { authorization: 'Bearer conformance' }
        expectError(await scim.request('GET', path, asked), 401)
        expectError(await scim.request('GET', '/Users/conformance-nobody', asked), 401)
        expectError(await scim.request('POST', '/Users', { ...asked, body: '{' }), 401)
      },
    },
    {
      id: 'errors.scheme-case',
      level: 'MUST',
      section: 'RFC 9110 §11.1',
      title: 'The word Bearer is read in any case',
      async run(scim) {
        expectTaken(await as(scim, `bearer ${scim.token}`))
      },
    },
    {
      id: 'errors.bare-token',
      level: 'MAY',
      section: 'clients need: Okta',
      title: 'The token alone, without Bearer, is taken',
      async run(scim) {
        expectTaken(await as(scim, scim.token))
      },
    },
    {
      id: 'errors.type-answered',
      level: 'MUST',
      section: 'RFC 7644 §3.8, §8.1',
      title: 'Answers are application/scim+json, errors too',
      async run(scim) {
        const { path } = await scim.user()
        for (const answer of [
          await scim.get(path),
          await scim.get('/Users', { count: 1 }),
          await scim.get('/Users/conformance-nobody'),
        ]) {
          const type = answer.headers['content-type'] ?? ''
          expectThat(
            /^application\/scim\+json\b/i.test(type),
            'application/scim+json',
            type,
            answer,
          )
        }
      },
    },
    ...[
      'application/json',
      'application/json; charset=utf-8',
      'application/scim+json;charset=UTF-8',
      'Application/SCIM+JSON; charset="utf-8"',
    ].map((type, index): Check => ({
      id: `errors.type-taken-${index + 1}`,
      level: 'MUST',
      section: 'RFC 7644 §3.8; RFC 9110 §8.3.1; clients need: Okta',
      title: `A body of type ${type} is taken`,
      async run(scim) {
        const body = { schemas: [USER], userName: scim.name('Ґ') }
        const headers = { 'content-type': type }
        const answer = await scim.request('POST', '/Users', { headers, body })
        expectStatus(answer, 201)
        expectEqual(at(answer.json, 'userName'), body.userName, 'userName')
      },
    })),
    ...[
      'application/json',
      '*/*',
      'application/scim+json, application/json;q=0.9',
      'text/html, */*;q=0.1',
    ].map((accept, index): Check => ({
      id: `errors.accept-${index + 1}`,
      level: 'MUST',
      section: 'RFC 7644 §3.8',
      title: `A client that accepts ${accept} is answered with JSON`,
      async run(scim) {
        const { path, id } = await scim.user()
        const answer = await scim.request('GET', path, { headers: { accept } })
        expectEqual([answer.status, at(answer.json, 'id')], [200, id], 'status and id')
      },
    })),
    {
      id: 'errors.type-refused',
      level: 'SHOULD',
      section: 'RFC 9110 §15.5.16',
      title: 'A body of another type is refused with 415, and nothing is made',
      async run(scim) {
        const body = { schemas: [USER], userName: scim.name() }
        for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
          const answer = await scim.request('POST', '/Users', {
            headers: { 'content-type': type },
            body,
          })
          expectError(answer, 415)
        }
        expectStatus(await scim.post('/Users', body), 201)
      },
    },
    {
      id: 'errors.no-type',
      level: 'SHOULD',
      section: 'RFC 9110 §8.3',
      title: 'A body of no type is refused with 415 or 400, or taken for SCIM',
      async run(scim) {
        await scim.user()
        const body = { schemas: [USER], userName: scim.name() }
        const answer = await scim.request('POST', '/Users', {
          headers: { 'content-type': '' },
          body,
        })
        if (answer.status === 201)
          return expectEqual(at(answer.json, 'userName'), body.userName, 'userName')
        expectStatus(answer, 415, 400)
        expectError(answer, answer.status)
      },
    },
    {
      id: 'errors.compressed',
      level: 'SHOULD',
      section: 'RFC 9110 §8.4, §15.5.16',
      title: 'A body in a content coding that is none is refused with 415 or 400',
      async run(scim) {
        await scim.user()
        const headers = { 'content-encoding': 'conformance' }
        const body = { schemas: [USER], userName: scim.name() }
        const answer = await scim.request('POST', '/Users', { headers, body })
        expectStatus(answer, 415, 400)
        expectError(answer, answer.status)
      },
    },
    {
      id: 'errors.too-large',
      level: 'SHOULD',
      section: 'RFC 7644 §7; RFC 9110 §15.5.14',
      title: 'A body of 12 MB is refused with a SCIM Error, or taken',
      async run(scim) {
        await scim.user()
        const body = { schemas: [USER], userName: scim.name(), displayName: 'x'.repeat(12_000_000) }
        const answer = await scim.post('/Users', body)
        if (answer.status === 201) return
        expectThat(
          answer.status === 413 || answer.status === 400,
          'status 413, 400 or 201',
          answer.status,
          answer,
        )
        expectError(answer, answer.status)
      },
    },
    {
      id: 'errors.many-operations',
      level: 'SHOULD',
      section: 'RFC 7644 §7',
      title: 'Twenty thousand operations in one PATCH are refused with a SCIM Error, or done',
      needs: ['patch'],
      async run(scim) {
        const { path } = await scim.user()
        const operation = { op: 'replace', path: 'title', value: 'Pilot' }
        const body = {
          schemas: [PATCH_OP],
          Operations: Array.from({ length: 20_000 }, () => operation),
        }
        const answer = await scim.request('PATCH', path, { body })
        if (answer.status >= 300) expectError(answer, answer.status === 413 ? 413 : 400)
      },
    },
    {
      id: 'errors.duplicate-keys',
      level: 'SHOULD',
      section: 'RFC 8259 §4',
      title: 'A name that stands twice in an object is refused, or one of the two is taken',
      async run(scim) {
        await scim.user()
        const [one, other] = [scim.name(), scim.name()]
        const body = `{"schemas":["${USER}"],"userName":"${one}","userName":"${other}"}`
        const answer = await scim.post('/Users', body)
        if (answer.status !== 201) return expectError(answer, 400)
        expectThat(
          [one, other].includes(String(at(answer.json, 'userName'))),
          'one of the two',
          answer.json,
        )
      },
    },
    {
      id: 'errors.detail-plain',
      level: 'SHOULD',
      section: 'RFC 7644 §7',
      title: 'No error shows a stack, a file or a query of the server',
      async run(scim) {
        const { name } = await scim.user()
        const answers = [
          await scim.post('/Users', '{"a": '),
          await scim.get('/Users', { filter: 'x y z' }),
          await scim.get('/Users/%00'),
          await scim.post('/Users', { schemas: [USER], userName: name }),
        ]
        for (const answer of answers) {
          expectThat(answer.status >= 400, 'an error', answer.status, answer)
          expectThat(
            !/node_modules|\.(ts|js|java|py):\d|\bat \w+ \(|select .+ from/i.test(answer.text),
            'plain words',
            answer.text,
            answer,
          )
          expectThat(
            elementsOfText(answer.json, 'schemas').includes(ERROR),
            'a SCIM Error',
            answer.text,
            answer,
          )
        }
      },
    },
  ],
}

function as(scim: Scim, authorization: string | undefined, more: Asked = {}): Promise<Answer> {
  return scim.request('GET', '/Users', { query: { count: 1 }, ...more, authorization })
}

function expectTaken(answer: Answer): void {
  expectStatus(answer, 200)
  const total = at(answer.json, 'totalResults')
  expectThat(Number.isInteger(total), 'a list with totalResults', answer.text.slice(0, 200), answer)
}
