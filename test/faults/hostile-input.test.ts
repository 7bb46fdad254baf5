/**
 * Hostile SCIM: hundreds of requests made up to break something, by a client with a good token.
 *
 * Whatever comes, the answer is in time and no 500, a refusal has a SCIM body that says why and has
 * changed nothing, and another customer's rows stay as they are. The seed is told and repeats a run.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seeded } from '../support/seed.ts'
import { startApp, type TestApp } from '../support/app.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

interface Hostile {
  readonly method: string
  /** With `{user}`, `{group}` and `{other}` (another customer's person) where ids go. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

const NAMES = [
  'userName',
  'USERNAME',
  'name',
  'name.givenName',
  'emails',
  'emails.value',
  'members',
  'groups',
  'id',
  'meta.location',
  'password',
  'active',
  'externalId',
  'schemas',
  'displayName',
  `${ENTERPRISE}:manager.value`,
  `${USER}:userName`,
  '__proto__',
  'constructor.prototype',
  'toString',
  'ñame',
  '$ref',
  'x'.repeat(300),
]
const TEXTS = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e\u0007',
  '\ufeffa',
  'ß',
  "'; drop table resource; --",
  '%',
  '_\\',
  'a"b\\',
  '{{7*7}}',
  '../../etc/passwd',
  'true',
  '0',
  '\u{1f9d1}\u200d\u{1f680}',
  'a'.repeat(70_000),
]
const VALUES: readonly unknown[] = [
  ...TEXTS,
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 53,
  [],
  {},
  [null],
  [[]],
  [{ value: null }],
  { value: '{other}' },
  [{ value: '{user}' }, { value: '{user}' }],
  [{ value: '{other}' }],
  { $ref: 'https://elsewhere.example/Users/1', value: [{}] },
  JSON.parse('{"__proto__":{"active":true}}'),
  Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, index])),
]

const name = fc.constantFrom(...NAMES)
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
)
const literal = fc.oneof(
  fc.constantFrom(...TEXTS).map((text) => JSON.stringify(text)),
  fc.constantFrom('true', 'null', '1', '-0', '1e999', '"', "'a'", 'bare', '"\\ud800"', '"\\x"'),
)
const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'le', 'pr', 'EQ', 'like', '=')

/** Filters that are nearly right, nested, or no filters at all. */
const { filter } = fc.letrec<{ filter: string; comparison: string }>((tie) => ({
  comparison: fc
    .tuple(name, operator, literal)
    .map(([what, how, that]) => (how === 'pr' ? `${what} pr` : `${what} ${how} ${that}`)),
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('comparison'),
    fc
      .tuple(tie('filter'), fc.constantFrom('and', 'or', 'AND', 'xor', ''), tie('filter'))
      .map((parts) => parts.join(' ')),
    tie('filter').map((inner) => `not (${inner})`),
    fc.tuple(name, tie('filter')).map(([what, inner]) => `${what}[${inner}]`),
    fc.integer({ min: 1, max: 3000 }).map((deep) => '('.repeat(deep)),
    fc
      .integer({ min: 1, max: 300 })
      .map((deep) => `${'not('.repeat(deep)}id pr${')'.repeat(deep)}`),
    fc.constantFrom(...TEXTS.filter((text) => text.length < 100)),
  ),
}))

/** Any of its attributes may be missing, of another type, or named in another way. */
const hostileBody = (schema: string, good: Readonly<Record<string, unknown>>) =>
  fc
    .tuple(
      fc.subarray(Object.entries(good), { minLength: 0 }),
      fc.array(fc.tuple(name, value), { maxLength: 3 }),
      fc.oneof(
        { weight: 4, arbitrary: fc.constant<unknown>([schema]) },
        {
          weight: 1,
          arbitrary: fc.constantFrom<unknown>([], schema, undefined, [schema, 'urn:x'], [1]),
        },
      ),
    )
    .map(([kept, added, schemas]) => ({ schemas, ...Object.fromEntries([...kept, ...added]) }))

const user = hostileBody(USER, {
  userName: 'hostile@acme.example',
  active: true,
  name: { givenName: 'H' },
  emails: [{ value: 'h@acme.example', type: 'work', primary: true }],
  externalId: '00u1',
})
const group = hostileBody(GROUP, { displayName: 'Hostile', members: [{ value: '{user}' }] })
const patchPath = fc.oneof(
  name,
  fc.tuple(name, filter).map(([what, inner]) => `${what}[${inner}]`),
  fc.tuple(name, filter, name).map(([what, inner, part]) => `${what}[${inner}].${part}`),
  fc.constantFrom('', '.', '[', 'emails[', 'emails[]', 'members[value eq "{user}"]', 'a..b', ']'),
)
const operation = fc.record(
  {
    op: fc.constantFrom<unknown>('add', 'Replace', 'remove', 'move', '', null, 1, ['add']),
    path: fc.oneof({ weight: 5, arbitrary: patchPath }, { weight: 1, arbitrary: value }),
    value,
  },
  { requiredKeys: [] },
)
const patch = fc.record({
  schemas: fc.constantFrom<unknown>([PATCH_OP], [PATCH_OP], [PATCH_OP.toUpperCase()], []),
  Operations: fc.oneof(
    { weight: 8, arbitrary: fc.array(operation, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: value },
    {
      weight: 1,
      arbitrary: operation.map((one) => Array.from({ length: 1_001 }, () => one)),
    },
  ),
})

/** Text that is no JSON, or is JSON that should not be taken. */
const rawBody = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    'null',
    '"x"',
    '[1]',
    '{"userName":"a","userName":"b"}',
    `{"schemas":["${USER}"],"userName":"a","USERNAME":"b"}`,
    `{"schemas":["${USER}"],"__proto__":{"userName":"a"}}`,
    `{"schemas":["${USER}"],"userName":"\\ud800"}`,
    `{"schemas":["${USER}"],"userName":"\\u0000"}`,
    '{"a":1e400}',
    '\ufeff{}',
    '{"a":.1}',
  ),
  fc.integer({ min: 30, max: 50_000 }).map((deep) => '['.repeat(deep) + ']'.repeat(deep)),
  fc.integer({ min: 30, max: 50_000 }).map((deep) => '{"a":'.repeat(deep)),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
const json = (made: fc.Arbitrary<unknown>) => made.map((body) => JSON.stringify(body))
const parameter = fc.oneof(
  filter.map((text) => `filter=${encodeURIComponent(text.toWellFormed())}`),
  fc
    .tuple(
      fc.constantFrom('startIndex', 'count', 'attributes', 'excludedAttributes', 'sortBy', 'x'),
      fc.oneof(name, fc.constantFrom('-1', '0', '1e9', '99999999999999999999', 'NaN', '', ',')),
    )
    .map(([key, text]) => `${key}=${encodeURIComponent(text)}`),
)
const query = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc
      .array(parameter, { minLength: 1, maxLength: 3 })
      .map((parts) => `?${parts.join('&')}`),
  },
)
const elsewhere = fc.constantFrom(
  '/Users/{group}',
  '/Groups/{user}',
  '/Users/{other}',
  '/Users/nobody',
  '/Users/%00',
  '/Users/usr_..%2f',
  '/users/{user}/',
  '/Users/{user}/name',
  '/Schemas/x',
)
const resource = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('/Users/{user}', '/Groups/{group}') },
  { weight: 1, arbitrary: elsewhere },
)
const collection = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('/Users', '/Groups') },
  { weight: 1, arbitrary: fc.constantFrom('/users', '/Users/', '/.search', '/Bulk') },
)
const plain = { headers: fc.constant({}), body: fc.constant(undefined) }
const headers = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Record<string, string>>({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'if-match': 'W/"0"' },
      { 'if-match': '"' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json; charset=latin1' },
      { 'content-encoding': 'br' },
    ),
  },
)

const hostile: fc.Arbitrary<Hostile> = fc.oneof(
  fc.record({
    ...plain,
    method: fc.constantFrom('GET', 'DELETE'),
    path: fc
      .tuple(
        fc.oneof(
          collection,
          resource.filter((path) => !/[{]/.test(path)),
        ),
        query,
      )
      .map((parts) => parts.join('')),
  }),
  fc.record({
    method: fc.constant('POST'),
    path: fc.tuple(collection, query).map((parts) => parts.join('')),
    headers,
    body: fc.oneof(json(user), json(group), json(patch), rawBody),
  }),
  fc.record({
    method: fc.constantFrom('PUT', 'PATCH'),
    path: fc.tuple(resource, query).map((parts) => parts.join('')),
    headers,
    body: fc.oneof(json(patch), json(patch), json(user), json(group), rawBody),
  }),
)

/** All that a tenant's clients can change, in one line. */
async function fingerprint({ database }: TestApp, tenantId: string): Promise<string> {
  const { rows } = await database.ownerPool.query<{ all: string }>(
    `select md5(coalesce((select string_agg(r::text, ',' order by resource_id) from resource r
                           where tenant_id = $1), '') ||
                coalesce((select string_agg(m::text, ',' order by group_id, member_id) from member m
                           where tenant_id = $1), '')) as all`,
    [tenantId],
  )
  return rows[0]?.all ?? ''
}

test('hostile requests are answered in time, refused in words, and change nothing they may not', async (t) => {
  const app = await startApp(t) // SEC P-2 to P-10, P-15
  const acme = await app.onboard('Acme')
  const birch = await app.onboard('Birch')
  const send = async (
    { baseUrl, token }: { baseUrl: string; token: string },
    { method, path, headers: more, body }: Hostile,
  ) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...more,
      },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(5_000),
    })
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    }
  }
  const create = async (at: typeof acme, path: string, body: object) => {
    const asked = { method: 'POST', path, headers: {}, body: JSON.stringify(body) }
    return String(JSON.parse((await send(at.handover.scim, asked)).text).id)
  }
  const person = { schemas: [USER], userName: 'nadia@acme.example', active: true }
  const ids = {
    '{user}': await create(acme, '/Users', person),
    '{group}': await create(acme, '/Groups', { schemas: [GROUP], displayName: 'Field Ops' }),
    '{other}': await create(birch, '/Users', person),
  }
  const withIds = (text: string) =>
    Object.entries(ids).reduce((filled, [place, id]) => filled.replaceAll(place, id), text)
  const neighbour = await fingerprint(app, birch.tenant.id)
  let before = await fingerprint(app, acme.tenant.id)
  const seen = new Map<number, number>()

  await fc.assert(
    fc.asyncProperty(hostile, async (made) => {
      const asked = { ...made, path: withIds(made.path), body: made.body && withIds(made.body) }
      const { status, text, type } = await send(acme.handover.scim, asked)
      const now = await fingerprint(app, acme.tenant.id)
      seen.set(status, (seen.get(status) ?? 0) + 1)

      assert.ok(status < 500 || status === 501, `${status} ${text}`)
      if (status >= 400) {
        const answer = JSON.parse(text)
        assert.match(type ?? '', /^application\/scim\+json/)
        assert.deepEqual([answer.schemas, answer.status], [[ERROR], String(status)])
        assert.ok(typeof answer.detail === 'string' && answer.detail.length > 10, text)
        assert.doesNotMatch(text, /\bat \w+ \(|node_modules|syntax error at|relation "/)
        assert.equal(now, before, 'a refused request changed something')
      }
      before = now
    }),
    { ...seeded(t), numRuns: 300 },
  )

  assert.equal(await fingerprint(app, birch.tenant.id), neighbour)
  assert.equal(Object.hasOwn(Object.prototype, 'active'), false)
  assert.equal((await fetch(`${app.url}/health/ready`)).status, 200)
  assert.deepEqual(
    app.log.filter((line) => line.includes('http.request.failed')),
    [],
  )
  t.diagnostic(JSON.stringify(Object.fromEntries([...seen].toSorted(([a], [b]) => a - b))))
  for (const status of [200, 400, 404]) assert.ok(seen.has(status), `no ${status} among them`)
})
