/** What is read of a group so large that its members do not come with it. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { parseFilter, resourceType, type Stored } from '../scim/index.ts'
import { createTestPipeline, draftOf } from '../../test/support/loader.ts'
import { createSync } from './index.ts'

const USER = resourceType('User')
const GROUP = resourceType('Group')
const SIZE = 5_600

/** A group of so many, written by the database itself; every seventh has a name to quote. */
async function crowd(t: TestContext) {
  const { db, clock, onboard } = await createTestPipeline(t)
  const { scope } = await onboard('acme')
  const { tenantId, connectionId } = scope
  const store = createSync({
    db,
    clock,
    newId: (prefix) => `${prefix}_0`,
    cursorSecrets: () => ['only for tests'],
    onWritten: () => undefined,
  }).storeFor(scope)
  const bare = { members: false, groups: false }
  await store.create(GROUP, draftOf(GROUP, { displayName: 'Crowd' }), [], bare)
  await db.inTenantOnce(
    tenantId,
    '',
    `with person as (
       insert into resource (tenant_id, resource_id, connection_id, type, unique_key, active, version,
                             body, created_at, modified_at)
       select $1, 'usr_' || lpad(n::text, 5, '0'), $2, 'User', 'p' || n, true, 1,
              case when n % 7 = 0 then '{"displayName":"\\"Zoë\\" \\\\ 李"}' else '{}' end, now(), now()
         from generate_series(1, $3::integer) n
       returning resource_id)
     insert into member (tenant_id, group_id, member_id, joined_at)
     select $1, 'grp_0', resource_id, now() from person`,
    [tenantId, connectionId, SIZE],
  )
  return { store, db, tenantId }
}

async function membersOf({ members = '', moreMembers }: Stored): Promise<{ value: string }[]> {
  let text = members
  for await (const elements of moreMembers?.() ?? []) text += `,${elements}`
  return JSON.parse(`[${text}]`)
}

test('all members of a large group are read, each once, in the order of their ids', async (t) => {
  const { store } = await crowd(t)

  const stored = await store.read(GROUP, 'grp_0', { members: true, groups: false })

  assert.ok(stored)
  assert.ok((stored.members?.length ?? 0) < 50_000, 'most of them do not come with the group')
  const members = await membersOf(stored)
  assert.equal(members.length, SIZE)
  assert.deepEqual(
    members.map(({ value }) => value),
    members.map(({ value }) => value).toSorted(),
  )
  assert.deepEqual(members[6], {
    value: 'usr_00007',
    $ref: '/Users/usr_00007',
    type: 'User',
    display: '"Zoë" \\ 李',
  })
  assert.deepEqual(Object.keys(members[7] ?? {}), ['value', '$ref', 'type'])
})

test('members are fetched for those who ask for them alone, in lists as in reads', async (t) => {
  const { store } = await crowd(t)
  const bare = { members: false, groups: false }
  const list = async (filter: string, wants: typeof bare) =>
    store.list({
      sought: [{ type: GROUP, filter: parseFilter(GROUP, filter), sortBy: undefined, wants }],
      order: undefined,
      from: { startIndex: 1 },
      count: 10,
    })

  const withMembers = await list('displayName eq "crowd"', { members: true, groups: false })
  const without = await list('displayName eq "crowd"', bare)
  const searched = await list('displayName co "row"', bare)

  const [group] = withMembers.resources
  assert.ok(group)
  assert.equal((await membersOf(group)).length, SIZE)
  for (const { resources } of [without, searched])
    assert.deepEqual(
      [resources.length, resources[0]?.members, resources[0]?.moreMembers],
      [1, undefined, undefined],
    )
})

test('a person’s groups are told by their names of now, whatever they are and whoever wrote them', async (t) => {
  const { store, db, tenantId } = await crowd(t)
  const bare = { members: false, groups: false }
  const shown = async () => {
    const stored = await store.read(USER, 'usr_00001', { members: false, groups: true })
    return JSON.parse(`[${stored?.groups}]`) as unknown[]
  }
  const named = (display: string) => [
    { value: 'grp_0', $ref: '/Groups/grp_0', display, type: 'direct' },
  ]
  const rename = (displayName: string) =>
    store.update(GROUP, 'grp_0', { edit: () => draftOf(GROUP, { displayName }), wants: bare })

  assert.deepEqual(await shown(), named('Crowd'))
  await rename('"Zoë" \\ 李')
  assert.deepEqual(await shown(), named('"Zoë" \\ 李'))
  await store.update(GROUP, 'grp_0', {
    members: [{ kind: 'leave', members: ['usr_00002'] }],
    wants: bare,
  })
  assert.deepEqual(await shown(), named('"Zoë" \\ 李'))

  // As a server from before this knows the table.
  await db.inTenantOnce(
    tenantId,
    '',
    `update resource set version = version + 1, body = replace(body, '李', 'older')
      where tenant_id = $1 and resource_id = 'grp_0'`,
    [tenantId],
  )
  assert.deepEqual(await shown(), named('"Zoë" \\ older'))
  await rename('Newer')
  assert.deepEqual(await shown(), named('Newer'))
})

test('members are told by their names of now, with those that were written from text alone', async (t) => {
  const { store } = await crowd(t)
  const wants = { members: true, groups: false }
  const first = async () => {
    const stored = await store.read(GROUP, 'grp_0', wants)
    return (await membersOf(stored ?? { id: '', version: 0, text: '' })).slice(0, 2)
  }
  const body = { userName: 'p1', displayName: 'Zoë' }
  const edit = (changed: object) => () => draftOf(USER, { ...body, ...changed })

  await store.update(USER, 'usr_00001', { edit: edit({}), wants })
  const named = await first()
  await store.update(USER, 'usr_00001', { edit: edit({ displayName: undefined }), wants })
  const unnamed = await first()

  const member = (n: number) => ({
    value: `usr_0000${n}`,
    $ref: `/Users/usr_0000${n}`,
    type: 'User',
  })
  assert.deepEqual(named, [{ ...member(1), display: 'Zoë' }, member(2)])
  assert.deepEqual(unnamed, [member(1), member(2)])
})
