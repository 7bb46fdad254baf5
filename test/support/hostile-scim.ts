/**
 * SCIM requests made up to break something: values, names, filters, paths and bodies that are nearly
 * right, nested, of another type, or none at all.
 */
import fc from 'fast-check'

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0'
const PATCH_OP = `${MESSAGES}:PatchOp`

export interface Hostile {
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
  'meta.created',
  'meta.version',
  'emails.primary',
  'x509Certificates.value',
  'photos',
  'addresses.formatted',
  ENTERPRISE,
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
  '2026-11-02T09:14:05Z',
  '+275760-09-13T00:00:00.001Z',
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
      fc.oneof(
        fc.constant(Object.entries(good)),
        fc.subarray(Object.entries(good), { minLength: 0 }),
      ),
      fc.array(fc.tuple(name, value), { maxLength: 2 }),
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
    op: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('add', 'Replace', 'remove') },
      { weight: 1, arbitrary: fc.constantFrom<unknown>('move', '', null, 1, ['add']) },
    ),
    path: fc.oneof({ weight: 5, arbitrary: patchPath }, { weight: 1, arbitrary: value }),
    value,
  },
  { requiredKeys: [] },
)
const patch = fc.record({
  schemas: fc.constantFrom<unknown>([PATCH_OP], [PATCH_OP], [PATCH_OP.toUpperCase()], []),
  Operations: fc.oneof(
    { weight: 8, arbitrary: fc.array(operation, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: value },
    {
      weight: 1,
      arbitrary: operation.map((one) => Array.from({ length: 1_001 }, () => one)),
    },
  ),
})

/** Writes within one request, some of which refer to each other or to nothing. */
const bulk = fc.record({
  schemas: fc.constantFrom<unknown>([`${MESSAGES}:BulkRequest`], [`${MESSAGES}:BulkRequest`], []),
  failOnErrors: fc.constantFrom<unknown>(undefined, 1, 0, 'x', null),
  Operations: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.array(
        fc.record(
          {
            method: fc.constantFrom<unknown>('POST', 'put', 'PATCH', 'DELETE', 'GET', '', null, 7),
            path: fc.constantFrom<unknown>(
              ...['/Users', '/Groups', '/Users/{user}', '/Groups/{group}', '/Users/{other}'],
              ...['/Users/bulkId:a', 'Users', '/Bulk', '/', '', '/Users/%00', '/Me', null, ['x']],
            ),
            bulkId: fc.constantFrom<unknown>('a', 'b', '', null, 7, '__proto__'),
            version: fc.constantFrom<unknown>('"1"', '"0"', '*', '', null, 7),
            data: fc.oneof(
              user,
              group,
              patch,
              value,
              fc.constant({ schemas: [GROUP], displayName: 'B', members: [{ value: 'bulkId:a' }] }),
              fc.constant({ schemas: [USER], userName: 'bulkId:b', title: 'bulkId:' }),
            ),
          },
          { requiredKeys: [] },
        ),
        { minLength: 1, maxLength: 4 },
      ),
    },
    { weight: 1, arbitrary: value },
  ),
})
const search = fc.record(
  {
    schemas: fc.constantFrom<unknown>(
      [`${MESSAGES}:SearchRequest`],
      [`${MESSAGES}:searchrequest`],
      7,
    ),
    filter: fc.oneof(filter, value),
    attributes: fc.oneof(fc.array(name), value),
    excludedAttributes: fc.oneof(fc.array(name), value),
    sortBy: fc.oneof(name, value),
    sortOrder: fc.constantFrom<unknown>('ascending', 'DESCENDING', 'up', '', null, 1),
    startIndex: fc.oneof(fc.integer(), value),
    count: fc.oneof(fc.integer({ max: 2000 }), value),
    cursor: fc.oneof(fc.constant(''), fc.string({ maxLength: 300 }), value),
  },
  { requiredKeys: ['schemas'] },
)

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
      fc.constantFrom(
        ...['startIndex', 'count', 'attributes', 'excludedAttributes', 'sortBy', 'sortOrder'],
        ...['cursor', 'x'],
      ),
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

export const hostile: fc.Arbitrary<Hostile> = fc.oneof(
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
    method: fc.constant('POST'),
    path: fc.constant('/Bulk'),
    headers,
    body: json(bulk),
  }),
  fc.record({
    method: fc.constant('POST'),
    path: fc.constantFrom('/Users/.search', '/Groups/.search', '/.search'),
    headers,
    body: json(search),
  }),
  fc.record({
    method: fc.constantFrom('PUT', 'PATCH'),
    path: fc.tuple(resource, query).map((parts) => parts.join('')),
    headers,
    body: fc.oneof(json(patch), json(patch), json(user), json(group), rawBody),
  }),
)
