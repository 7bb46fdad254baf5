/**
 * A filter finds the same resources in SQL and in memory (invariant 5): any filter of the grammar,
 * over any people and groups, page by page, with the same total.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { NewId } from '../../src/lib/index.ts'
import {
  type Body,
  createMemoryStore,
  type ListQuery,
  parseFilter,
  type ResourceStore,
  resourceType,
} from '../../src/scim/index.ts'
import { createSync } from '../../src/sync/index.ts'
import { createTestPipeline, draftOf } from '../support/loader.ts'
import { seeded } from '../support/seed.ts'

const USER = resourceType('User')
const GROUP = resourceType('Group')
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const BARE = { members: false, groups: false }

/** What trips LIKE, folding, quoting and collation; and values that people and filters share. */
const WORDS = [
  'a',
  'A',
  'ab',
  'B',
  'ß',
  'SS',
  'İ',
  'ﬁ',
  'Зоя',
  'зоя',
  '%',
  '_',
  '\\',
  '"',
  '😀',
  ' ',
]
const word = fc.constantFrom(...WORDS)
const instant = fc.constantFrom('2026-11-02T09:00:00Z', '2026-11-02T11:00:01+02:00', '2030-01-01')

const person = fc.record(
  {
    userName: fc.tuple(word, word).map((words) => `${words.join('')}.`),
    externalId: word,
    displayName: word,
    title: fc.constantFrom('', ...WORDS),
    active: fc.boolean(),
    name: fc.record({ givenName: word, familyName: word }, { requiredKeys: [] }),
    emails: fc.array(
      fc.record(
        { value: word, type: fc.constantFrom('work', 'WORK', 'home'), primary: fc.boolean() },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
    [ENTERPRISE]: fc.record({ department: word }),
  },
  { requiredKeys: ['userName'] },
)

const quoted = fc
  .oneof(
    word,
    fc.tuple(word, word).map((words) => words.join('')),
  )
  .map((text) => JSON.stringify(text))
const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ')

const TEXT = [
  'userName',
  'USERNAME',
  'externalId',
  'displayName',
  'title',
  'name.familyName',
  'emails',
  'emails.value',
  'emails.type',
  `${ENTERPRISE}:department`,
  'nickName',
]
const userTest = fc.oneof(
  fc.tuple(fc.constantFrom(...TEXT), operator, quoted).map((parts) => parts.join(' ')),
  fc
    .constantFrom('userName', 'externalId', 'displayName')
    .chain((attribute) => quoted.map((value) => `${attribute} eq ${value}`)),
  fc.constantFrom(...TEXT, 'name', 'active', 'meta').map((attribute) => `${attribute} pr`),
  fc
    .tuple(fc.constantFrom('eq', 'ne'), fc.constantFrom('true', 'false', '"True"'))
    .map(([how, value]) => `active ${how} ${value}`),
  fc
    .tuple(
      fc.constantFrom('meta.created', 'meta.lastModified'),
      fc.constantFrom('eq', 'gt', 'le'),
      instant,
    )
    .map(([attribute, how, at]) => `${attribute} ${how} "${at}"`),
  fc.tuple(quoted, quoted).map(([type, value]) => `emails[type eq ${type} and value co ${value}]`),
  quoted.map((value) => `emails[not (type eq "work") or value sw ${value}]`),
  fc.nat(9).map((n) => `id eq "usr_${pad(n)}"`),
  fc.nat(9).map((n) => `groups eq "grp_${pad(n)}"`),
  fc.constantFrom('externalId eq null', 'title ne null', 'meta.resourceType eq "User"'),
)
const groupTest = fc.oneof(
  fc
    .tuple(fc.constantFrom('displayName', 'externalId'), operator, quoted)
    .map((parts) => parts.join(' ')),
  fc.nat(9).map((n) => `members eq "usr_${pad(n)}"`),
  fc.nat(9).map((n) => `members[value eq "usr_${pad(n)}"]`),
  fc.constant('members pr'),
)

/** Any of those, alone or joined; precedence and parentheses as they fall. */
function filterOf(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      part,
      fc
        .tuple(tie('tree'), fc.constantFrom('and', 'or', 'AND'), tie('tree'))
        .map((parts) => parts.join(' ')),
      tie('tree').map((inner) => `not (${inner})`),
      tie('tree').map((inner) => `(${inner})`),
    ),
  }))
  return tree
}

const page = fc.record({
  startIndex: fc.integer({ min: 1, max: 4 }),
  count: fc.constantFrom(0, 1, 3, 100),
})

test('any filter finds the same people and groups in SQL as in memory', async (t) => {
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
      fc.array(fc.tuple(filterOf(userTest), page), { minLength: 20, maxLength: 20 }),
      fc.array(fc.tuple(filterOf(groupTest), page), { minLength: 10, maxLength: 10 }),
      async (people, groups, userFilters, groupFilters) => {
        const { scope } = await onboard(`tenant ${(tenants += 1)}`)
        const sync = createSync({
          db,
          clock,
          newId: countedIds(),
          cursorSecret: 'only for tests',
          onWritten: () => undefined,
        })
        const stores = [sync.storeFor(scope), createMemoryStore({ newId: countedIds(), clock })]
        for (const store of stores) await fill(store, people, groups)
        clock.turn(1_000)

        for (const [type, filters] of [
          [USER, userFilters],
          [GROUP, groupFilters],
        ] as const)
          for (const [text, { startIndex, count }] of filters) {
            const query: ListQuery = {
              sought: [
                { type, filter: parseFilter(type, text), sortBy: undefined, wants: BARE },
              ],
              order: undefined,
              from: { startIndex },
              count,
            }
            const [inSql, inMemory] = await Promise.all(stores.map((store) => store.list(query)))
            assert.deepEqual(inSql, inMemory, `${type.name}: ${text}`)
          }
      },
    ),
    { ...seeded(t), numRuns: 25 },
  )
})

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

function keyOf(type: typeof USER, body: Body): string {
  return draftOf(type, body).keys.unique
}

/** The same ids in both stores: they sort by birth, and both are filled alike. */
function countedIds(): NewId {
  let made = 0
  return (prefix) => `${prefix}_${pad(made++)}`
}

function pad(n: number): string {
  return String(n).padStart(26, '0')
}
