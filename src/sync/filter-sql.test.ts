/** How filters become SQL; that they find what they should is held by test/properties/filters.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestPipeline } from '../../test/support/loader.ts'
import { parseFilter, resourceType, ScimError } from '../scim/index.ts'
import { BODY, BODY_JOIN, filterSql, isLookUp, keyConditions } from './filter-sql.ts'
import { createSync } from './index.ts'

const USER = resourceType('User')
const GROUP = resourceType('Group')

function compiled(type: typeof USER, filter: string) {
  const values: unknown[] = ['ten', 'con']
  const text = filterSql(type, parseFilter(type, filter), (value) => `$${values.push(value)}`)
  return { text, values }
}

// SEC P-6
test('nothing that a client wrote is in the text of the statement', () => {
  const hostile = 'canary\') or 1=1; -- " \\ % _ $1 :x'
  for (const filter of [
    `userName eq ${JSON.stringify(hostile)}`,
    `title co ${JSON.stringify(hostile)}`,
    `not (name.familyName ge ${JSON.stringify(hostile)})`,
    `emails[type sw ${JSON.stringify(hostile)} and value ew ${JSON.stringify(hostile)}]`,
    `groups.display eq ${JSON.stringify(hostile)} or meta.location eq ${JSON.stringify(hostile)}`,
  ]) {
    const { text, values } = compiled(USER, filter)
    assert.ok(!text.includes('canary'), text)
    assert.ok(values.some((value) => String(value).includes('canary')))
  }
})

const KEYS: [string, unknown][] = [
  ['userName eq "NADIA"', [{ column: 'unique_key', value: 'nadia' }]],
  ['externalId eq "X"', [{ column: 'external_id', value: 'X' }]],
  [
    'id eq "usr_1" and userName eq "a"',
    [
      { column: 'resource_id', value: 'usr_1' },
      { column: 'unique_key', value: 'a' },
    ],
  ],
  ['id eq "usr_1" and title pr', undefined],
  ['id eq "usr_1" or userName eq "a"', undefined],
  ['not (id eq "usr_1")', undefined],
  ['userName sw "a"', undefined],
  ['displayName eq "a"', undefined],
]
for (const [filter, expected] of KEYS)
  test(`${filter} is ${expected === undefined ? 'more than' : 'wholly'} a look-up by keys`, () => {
    assert.deepEqual(keyConditions(USER, parseFilter(USER, filter)), expected)
  })

test('what a key leaves little of is told from what may read everything', () => {
  const isQuick = (filter: string) => isLookUp(USER, parseFilter(USER, filter))

  for (const filter of [
    'title pr and (active eq true and userName eq "a")',
    'emails eq "a"',
    'emails[type eq "work" and value eq "a"] and title pr',
  ])
    assert.equal(isQuick(filter), true, filter)
  for (const filter of ['id ne "a"', 'id eq "a" or title pr', 'not (id eq "a")', 'emails co "a"'])
    assert.equal(isQuick(filter), false, filter)
})

test('a body is parsed only for what no column has', () => {
  const reads = (type: typeof USER, filter: string) => compiled(type, filter).text.includes(BODY)

  for (const filter of ['userName co "a"', 'emails.value eq "a"', 'meta.created gt "2026-01-01"'])
    assert.equal(reads(USER, filter), false, filter)
  for (const filter of ['members eq "usr_1"', 'members pr', 'displayName sw "a"'])
    assert.equal(reads(GROUP, filter), false, filter)
  for (const filter of ['title pr', 'emails[type eq "work" and value eq "a"]', 'active eq true'])
    assert.equal(reads(USER, filter), true, filter)
})

const INDEXED: [typeof USER, string, RegExp][] = [
  [USER, 'userName eq "p7" and title pr', /Index Cond: .*unique_key = /],
  [USER, 'externalId eq "x7" and title pr', /Index Cond: .*external_id = /],
  [USER, 'id eq "usr_7" and title pr', /Index Cond: .*resource_id = /],
  [USER, 'emails[type eq "work" and value eq "a"]', /Index Cond: .*value = /],
  [GROUP, 'members eq "usr_7"', /Index (Only )?Scan using member_/],
]

test('what identity providers look up by is served by an index, also behind the wall', async (t) => {
  const { database, db, onboard } = await createTestPipeline(t)
  const { tenantId, connectionId } = (await onboard('acme')).scope
  await db.inTenantOnce(
    tenantId,
    '',
    `insert into resource (tenant_id, resource_id, connection_id, type, unique_key, external_id, active,
                           version, body, created_at, modified_at)
     select $1, 'usr_' || n, $2, 'User', 'p' || n, 'x' || n, true, 1, '{}', now(), now()
       from generate_series(1, 2000) n`,
    [tenantId, connectionId],
  )
  await db.inTenantOnce(
    tenantId,
    '',
    `with crowd as (
       insert into resource (tenant_id, resource_id, connection_id, type, unique_key, active, version,
                             body, created_at, modified_at)
       select $1, 'grp_' || n, $2, 'Group', 'g' || n, true, 1, '{}', now(), now()
         from generate_series(1, 20) n
       returning resource_id)
     insert into member (tenant_id, group_id, member_id, joined_at)
     select $1, resource_id, 'usr_' || n, now() from crowd, generate_series(1, 200) n`,
    [tenantId, connectionId],
  )
  // Whose plans are made by what the tables are known to hold.
  await database.ownerPool.query('analyze resource, member')

  for (const [type, filter, expected] of INDEXED) {
    const { text, values } = compiled(type, filter)
    const plan = await db.inTenantOnce<{ 'QUERY PLAN': string }>(
      tenantId,
      '',
      `explain (costs off) select r.resource_id from resource r ${BODY_JOIN}
        where r.tenant_id = $1 and r.connection_id = $2 and r.type = '${type.name}' and ${text}`,
      [tenantId, connectionId, ...values.slice(2)],
    )
    assert.match(plan.map((row) => row['QUERY PLAN']).join('\n'), expected, filter)
  }
})

// SEC P-2
test('a query that is not answered in time is refused as tooMany (RFC 7644 §3.12)', async (t) => {
  const { database, db, clock, onboard } = await createTestPipeline(t)
  const { scope } = await onboard('acme')
  const given = { db, clock, newId: () => 'usr_1' as never, cursorSecrets: () => ['x'] as const }
  const store = createSync({ ...given, onWritten: () => undefined }).storeFor(scope)
  const filter = parseFilter(USER, 'title pr')
  const sought = [
    { type: USER, filter, sortBy: undefined, wants: { members: false, groups: false } },
  ]
  // Whoever holds the table makes any query take as long as it likes.
  const holder = await database.ownerPool.connect()
  try {
    await holder.query('begin; lock table resource in access exclusive mode')

    await assert.rejects(
      store.list({ sought, order: undefined, from: { startIndex: 1 }, count: 10 }),
      (error) => error instanceof ScimError && error.scimType === 'tooMany',
    )
  } finally {
    await holder.query('rollback')
    holder.release()
  }
})
