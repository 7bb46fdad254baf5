/**
 * Many people and large groups, written by SQL in bulk as the Sync Engine would have written them
 * one by one: the text comes from the product's own renderer, with the person's own values put in
 * by the database.
 */
import { type ConnectionId, type Scope, type TenantId } from '../src/lib/index.ts'
import { renderStored, resourceType, shownName } from '../src/scim/index.ts'
import { createTestTenants } from '../test/support/tenants.ts'
import type { BenchDatabase } from './database.ts'
import { groupIdOf, oktaUser } from './okta-user.ts'

const BATCH = 20_000

/** A tenant with one connection, made below HTTP. */
export async function newScope({ db }: BenchDatabase, name: string): Promise<Scope> {
  const { connection } = await createTestTenants(db).onboard(name)
  const { tenantId, connectionId } = connection
  return { tenantId, connectionId, requestId: 'req_bench' }
}

/**
 * Writes people number `from` to `to`, both included.
 * @param pending  whether the loader has yet to look at them
 */
export async function fillPeople(
  { db }: BenchDatabase,
  scope: { readonly tenantId: TenantId; readonly connectionId: ConnectionId },
  { from, to, pending }: { from: number; to: number; pending: boolean },
  say: (line: string) => void,
): Promise<void> {
  const { groups: _, schemas: __, ...body } = oktaUser('~name~', '~external~')
  const now = new Date()
  const birth = { id: '~id~', version: 1, createdAt: now, modifiedAt: now }
  const text = renderStored(resourceType('User'), birth, body)
  for (let first = from; first <= to; first += BATCH) {
    const last = Math.min(to, first + BATCH - 1)
    await db.inTenant(scope.tenantId, (trx) =>
      trx.prepared(pending ? 'bench-fill-pending' : 'bench-fill', pending ? FILL_PENDING : FILL, [
        scope.tenantId,
        scope.connectionId,
        text,
        now,
        first,
        last,
        shownName(body),
      ]),
    )
    if (last % 100_000 === 0) say(`${last} people`)
  }
}

const FILLED = `
  with person as (
    select 'usr_' || lpad(to_hex(n), 26, '0') as id,
           left(md5(n::text), 12) || '@acme.example' as name,
           '00u' || left(md5('external' || n), 17) as external
      from generate_series($5::integer, $6::integer) n
  ), filled as (
    insert into resource (tenant_id, resource_id, connection_id, type, unique_key, external_id,
                          active, version, body, shown_name, shown_version, created_at, modified_at)
    select $1, id, $2, 'User', name, external, true, 1,
           replace(replace(replace($3, '~id~', id), '~name~', name), '~external~', external), $7, 1, $4, $4
      from person
    returning resource_id, unique_key
  )`

const FILL = `${FILLED}
  insert into lookup (tenant_id, connection_id, attribute, value, resource_id)
  select $1, $2, 'emails', unique_key, resource_id from filled`

const FILL_PENDING = `${FILLED}, findable as (
    insert into lookup (tenant_id, connection_id, attribute, value, resource_id)
    select $1, $2, 'emails', unique_key, resource_id from filled
  )
  insert into pending (tenant_id, pending_id, connection_id, resource_id, request_id, written_at, not_before)
  select $1, gen_random_uuid(), $2, resource_id, 'req_bench', $4, $4 from filled`

/** A group of people number 1 to `size`; returns its id. */
export async function fillGroup(
  { db }: BenchDatabase,
  { tenantId, connectionId }: Scope,
  { number, size }: { number: number; size: number },
): Promise<string> {
  const id = groupIdOf(number)
  const now = new Date()
  const birth = { id, version: 1, createdAt: now, modifiedAt: now }
  const body = { displayName: `Group ${number}` }
  const text = renderStored(resourceType('Group'), birth, body)
  await db.inTenant(tenantId, async (trx) => {
    await trx.prepared(
      'bench-group',
      `insert into resource (tenant_id, resource_id, connection_id, type, unique_key, active, version,
                             body, shown_name, shown_version, member_count, created_at, modified_at)
       values ($1, $2, $3, 'Group', $4, true, 1, $5, $8, 1, $7, $6, $6)`,
      [tenantId, id, connectionId, `group ${number}`, text, now, size, shownName(body)],
    )
    await trx.prepared(
      'bench-members',
      `insert into member (tenant_id, group_id, member_id, joined_at)
       select $1, $2, 'usr_' || lpad(to_hex(n), 26, '0'), $3 from generate_series(1, $4::integer) n`,
      [tenantId, id, now, size],
    )
  })
  return id
}

/** As autovacuum leaves the tables a minute later. */
export async function settle({ ownerPool }: BenchDatabase): Promise<void> {
  await ownerPool.query('vacuum (analyze) resource, member, pending')
}
