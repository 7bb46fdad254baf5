/**
 * A query finds the same resources in SQL and in memory (invariant 5): any filter of the grammar, in
 * any order, over any people and groups, page by page, with the same total. What letter case can
 * get wrong is among the words.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fold, type NewId } from '../../src/lib/index.ts'
import {
  type Body,
  createMemoryStore,
  declareExtension,
  type ListQuery,
  type Page,
  parseFilter,
  type ResourceStore,
  type ResourceType,
  sortByOf,
  RESOURCE_TYPES,
  typesWith,
} from '../../src/scim/index.ts'
import { createSync } from '../../src/sync/index.ts'
import { createTestPipeline, draftOf } from '../support/loader.ts'
import { seeded } from '../support/seed.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const BADGE = 'urn:acme:2.0:Badge'
const TYPES = typesWith(RESOURCE_TYPES, [
  declareExtension(
    {
      resourceType: 'User',
      id: BADGE,
      name: 'Badge',
      description: '',
      attributes: [
        { name: 'issuedAt', type: 'dateTime' },
        { name: 'level', type: 'decimal' },
        { name: 'code', type: 'string', caseExact: true },
        { name: 'tags', type: 'string', multiValued: true },
        { name: 'seenAt', type: 'dateTime', multiValued: true },
        { name: 'scores', type: 'integer', multiValued: true },
        {
          name: 'visits',
          type: 'complex',
          multiValued: true,
          subAttributes: [
            { name: 'at', type: 'dateTime' },
            { name: 'door' },
            // Called as what identity providers look up by.
            { name: 'emails', multiValued: true },
          ],
        },
      ],
    },
    [],
    RESOURCE_TYPES,
  ),
])
const USER = typeNamed('User')
const GROUP = typeNamed('Group')
const BARE = { members: false, groups: false }

/** What trips LIKE, folding, quoting, normalising and collation; shared by resources and filters. */
const WORDS = [
  ...['a', 'A', 'ab', 'B', 'aB', 'work', 'WORK', 'ß', 'SS', 'ẞ', 'İ', 'i̇', 'I', 'ı', 'ﬁ', 'fi'],
  ...['Σίσυφος', 'ΣΊΣΥΦΟΣ', 'é', 'É', 'Ａ', 'K', 'k', 'Å', 'å', 'ǅ', 'Ꮀ', 'Ა'],
  ...['Зоя', 'зоя', '李', '%', '_', '\\', '"', "'", '😀', '\uffee', ' ', 'ab\tc', '\u007f'],
]
const word = fc.constantFrom(...WORDS)
const words = fc.oneof(
  word,
  fc.tuple(word, word).map((pair) => pair.join('')),
)
const INSTANTS = [
  ...['2026-11-02T09:00:00Z', '2026-11-02T10:00:00+01:00', '2026-11-02T09:00:00.0019Z'],
  ...['2026-11-02T11:00:01+02:00', '2026-11-02T09:00:00', '2030-01-01', '+275760-09-13T00:00:00Z'],
]
const instant = fc.constantFrom(...INSTANTS)
const number = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(0.1, 0.30000000000000004, 1e21),
)

const person = fc.record(
  {
    userName: fc.tuple(word, word).map((pair) => `${pair.join('')}.`.replaceAll(/\p{Cc}/gu, '-')),
    externalId: word.map((text) => text.replaceAll(/\p{Cc}/gu, '-')),
    displayName: words,
    title: fc.constantFrom('', ...WORDS),
    active: fc.boolean(),
    name: fc.record({ givenName: word, familyName: word }, { requiredKeys: [] }),
    emails: fc.array(
      fc.record(
        {
          value: fc.oneof(
            word,
            word.map((text) => text.repeat(150)),
          ),
          type: fc.constantFrom('work', 'WORK', 'home'),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
    photos: fc.array(fc.record({ value: word, type: word, primary: fc.constant(true) }), {
      maxLength: 1,
    }),
    [ENTERPRISE]: fc.record(
      { department: word, manager: fc.record({ value: word }) },
      { requiredKeys: [] },
    ),
    [BADGE]: fc.record(
      {
        issuedAt: instant,
        level: number,
        code: word,
        tags: fc.array(word, { maxLength: 2 }),
        seenAt: fc.array(instant, { maxLength: 2 }),
        scores: fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 2 }),
        visits: fc.array(
          fc.record(
            { at: instant, door: word, emails: fc.array(word, { maxLength: 2 }) },
            { requiredKeys: [] },
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['userName'] },
)

const quoted = words.map((text) => JSON.stringify(text))
const operator = fc.constantFrom('eq', 'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ')
const id = (prefix: string) => fc.nat(9).map((n) => `"${prefix}_${pad(n)}"`)

const COMMON = [
  ...['id', 'externalId', 'schemas', 'meta.resourceType', 'meta.version', 'meta.location'],
  'displayName',
]
const TEXTS = [
  ...COMMON,
  ...['userName', 'USERNAME', 'title', 'name.familyName', 'emails', 'emails.value', 'emails.type'],
  ...['photos.value', 'photos', `${ENTERPRISE}:department`, `${ENTERPRISE}:manager`, 'nickName'],
  ...[`${BADGE}:code`, `${BADGE}:tags`, `${BADGE}:visits.door`, 'groups', 'groups.display'],
  ...['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'groups.type'],
]
const INSTANT_NAMES = [
  ...['meta.created', 'meta.lastModified', `${BADGE}:issuedAt`, `${BADGE}:visits.at`],
  `${BADGE}:seenAt`,
]
const COMPLEX = ['name', 'emails', 'meta', 'active', 'groups', `${BADGE}:visits`, `${BADGE}:level`]

const userTest = fc.oneof(
  fc.tuple(fc.constantFrom(...TEXTS), operator, quoted).map(spaced),
  fc
    .tuple(fc.constantFrom('userName', 'externalId', 'emails', 'title'), fc.constant('eq'), quoted)
    .map(spaced),
  fc.constantFrom(...TEXTS, ...INSTANT_NAMES, ...COMPLEX).map((name) => `${name} pr`),
  fc.tuple(fc.constantFrom(...TEXTS, 'active'), fc.constantFrom('eq null', 'ne null')).map(spaced),
  fc
    .tuple(fc.constantFrom('eq', 'ne'), fc.constantFrom('true', 'false', '"True"'))
    .map(([how, value]) => `active ${how} ${value}`),
  fc
    .tuple(
      fc.constantFrom(...INSTANT_NAMES),
      operator,
      instant.map((at) => `"${at}"`),
    )
    .map(spaced),
  fc
    .tuple(fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'), number)
    .map(([how, value]) => `${BADGE}:level ${how} ${String(value).replace('+', '')}`),
  fc
    .tuple(fc.constantFrom('type', 'value', 'display'), operator, quoted, operator, quoted)
    .map(
      ([name, one, type, two, value]) => `emails[${name} ${one} ${type} and value ${two} ${value}]`,
    ),
  quoted.map((value) => `emails[not (type eq "work") or value sw ${value}]`),
  quoted.map((value) => `emails[type eq "work"].value eq ${value}`),
  quoted.map((value) => `photos[primary eq "True" and value eq ${value}]`),
  quoted.map((value) => `name[familyName eq ${value}]`),
  quoted.map((value) => `${BADGE}:tags[value eq ${value}]`),
  quoted.map((value) => `${BADGE}:visits[emails eq ${value} or emails[value sw ${value}]]`),
  instant.map((at) => `${BADGE}:visits[at ge "${at}" and door pr]`),
  fc
    .tuple(operator, instant, fc.constantFrom('and', 'or'), fc.constantFrom('co', 'sw', 'ew'))
    .map(
      ([one, at, how, two]) => `${BADGE}:seenAt[value ${one} "${at}" ${how} value ${two} "00Z"]`,
    ),
  fc
    .tuple(fc.constantFrom('eq', 'ne', 'gt', 'le'), fc.integer({ min: -2, max: 2 }))
    .map(([how, value]) => `${BADGE}:scores[value ${how} ${value}]`),
  fc
    .tuple(fc.constantFrom('created', 'lastModified'), operator, instant)
    .map(([name, how, at]) => `meta[${name} ${how} "${at}" and not (resourceType eq "group")]`),
  fc
    .constantFrom('schemas', `${BADGE}:tags`, `${BADGE}:seenAt`, `${BADGE}:scores`)
    .map((name) => `${name}[value pr]`),
  id('usr').map((value) => `id eq ${value}`),
  id('grp').map((value) => `groups eq ${value}`),
  id('grp').map((value) => `groups[value eq ${value} and display pr and type eq "direct"]`),
)
const groupTest = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...COMMON, 'members.display', 'members.type', 'members.$ref'),
      operator,
      quoted,
    )
    .map(spaced),
  fc.tuple(fc.constantFrom('members', 'members.value'), operator, id('usr')).map(spaced),
  id('usr').map((value) => `members[value eq ${value}]`),
  fc
    .tuple(id('usr'), operator, quoted)
    .map(
      ([value, how, display]) => `members[value eq ${value} and not (display ${how} ${display})]`,
    ),
  fc.constantFrom('members pr', 'members.display pr', 'members.$ref pr', 'members eq null'),
)
/** At the root each type has attributes that the other lacks. */
const rootTest = fc.oneof(
  fc
    .tuple(fc.constantFrom(...COMMON, 'userName', 'members', 'emails', 'title'), operator, quoted)
    .map(spaced),
  fc.constantFrom('members pr', 'groups pr', 'userName eq null', 'meta.resourceType eq "user"'),
)

/** Any of those, alone or joined; precedence and parentheses as they fall. */
function filterOf(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      part,
      fc.tuple(tie('tree'), fc.constantFrom('and', 'or', 'AND'), tie('tree')).map(spaced),
      tie('tree').map((inner) => `not (${inner})`),
      tie('tree').map((inner) => `(${inner})`),
    ),
  }))
  return tree
}

const SORTABLE = [
  ...['id', 'userName', 'externalId', 'displayName', 'title', 'active', 'meta.created', 'emails'],
  ...['photos', 'name.familyName', 'emails.type', `${BADGE}:level`, `${BADGE}:visits.at`],
  ...[`${BADGE}:issuedAt`, `${BADGE}:code`, `${BADGE}:tags`, 'meta.lastModified', 'meta.version'],
]

interface Asked {
  readonly filter: string | undefined
  readonly sortBy: string | undefined
  readonly order: 'ascending' | 'descending'
  readonly startIndex: number
  readonly count: number
}

function asked(filter: fc.Arbitrary<string>): fc.Arbitrary<Asked> {
  return fc.record({
    filter: fc.option(filter, { nil: undefined, freq: 9 }),
    sortBy: fc.option(fc.constantFrom(...SORTABLE), { nil: undefined }),
    order: fc.constantFrom('ascending', 'descending'),
    startIndex: fc.integer({ min: 1, max: 4 }),
    count: fc.constantFrom(0, 2, 5, 100),
  })
}

test('any query finds the same people and groups in SQL as in memory', async (t) => {
  const { db, clock, onboard } = await createTestPipeline(t)
  let tenants = 0

  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(person, {
        minLength: 1,
        maxLength: 12,
        selector: ({ userName }) => keyOf(USER, { userName }),
        size: 'max',
      }),
      fc.uniqueArray(
        fc.tuple(
          word.map((text) => `${text}.`),
          fc.array(fc.nat(9), { maxLength: 4 }),
        ),
        { maxLength: 4, selector: ([displayName]) => keyOf(GROUP, { displayName }) },
      ),
      fc.array(asked(filterOf(userTest)), { minLength: 40, maxLength: 40 }),
      fc.array(asked(filterOf(groupTest)), { minLength: 15, maxLength: 15 }),
      fc.array(asked(filterOf(rootTest)), { minLength: 15, maxLength: 15 }),
      async (people, groups, userQueries, groupQueries, rootQueries) => {
        const { scope } = await onboard(`tenant ${(tenants += 1)}`)
        const sync = createSync({
          db,
          clock,
          newId: countedIds(),
          cursorSecrets: () => ['only for tests'],
          onWritten: () => undefined,
        })
        const stores = [sync.storeFor(scope), createMemoryStore({ newId: countedIds(), clock })]
        for (const store of stores) await fill(store, people, groups)
        clock.turn(1_000)

        for (const [types, queries] of [
          [[USER], userQueries],
          [[GROUP], groupQueries],
          [[USER, GROUP], rootQueries],
        ] as const)
          await Promise.all(
            queries.map(async (query) => {
              const [inSql, inMemory] = await Promise.all(
                stores.map((store) => pagesOf(store, types, query)),
              )
              assert.deepEqual(inSql, inMemory, JSON.stringify(query))
            }),
          )
      },
    ),
    { ...seeded(t), numRuns: 25, endOnFailure: true },
  )
})

/** The page asked for, and all pages by cursor. */
async function pagesOf(
  store: ResourceStore,
  types: readonly ResourceType[],
  { filter, sortBy, order, startIndex, count }: Asked,
): Promise<Page[]> {
  const sorts = types.map((type) => (sortBy === undefined ? undefined : sortByOf(type, sortBy)))
  const query: Omit<ListQuery, 'from' | 'count'> = {
    sought: types.map((type, index) => ({
      type,
      filter: filter === undefined ? undefined : parseFilter(type, filter, { together: types }),
      sortBy: sorts[index],
      wants: BARE,
    })),
    order: sortBy === undefined ? undefined : order,
  }
  const pages = [await store.list({ ...query, from: { startIndex }, count })]
  if (count === 0) return pages
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const { next, ...page }: Page = await store.list({ ...query, from: { cursor }, count })
    pages.push(page)
    cursor = next
  }
  return pages
}

test('no letter is folded to one that ASCII lower-casing would change', () => {
  const changed: string[] = []
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const folded = fold(String.fromCodePoint(code))
    if (/[A-Z]/.test(folded)) changed.push(code.toString(16))
  }

  assert.deepEqual(changed, [])
})

function typeNamed(name: string): ResourceType {
  const type = TYPES.find((each) => each.name === name)
  assert.ok(type)
  return type
}

async function fill(
  store: ResourceStore,
  people: readonly object[],
  groups: readonly [string, number[]][],
) {
  const ids: string[] = []
  for (const body of people)
    ids.push((await store.create(USER, draftOf(USER, { ...body }), [], BARE)).id)
  for (const [displayName, members] of groups)
    await store.create(
      GROUP,
      draftOf(GROUP, { displayName }),
      members.flatMap((index) => ids[index] ?? []),
      BARE,
    )
}

function keyOf(type: ResourceType, body: Body): string {
  return draftOf(type, body).keys.unique
}

function spaced(parts: readonly string[]): string {
  return parts.join(' ')
}

/** The same ids in both stores: they sort by birth, and both are filled alike. */
function countedIds(): NewId {
  let made = 0
  return (prefix) => `${prefix}_${pad(made++)}`
}

function pad(n: number): string {
  return String(n).padStart(26, '0')
}
