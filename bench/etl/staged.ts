/** A tenant as large as wanted, received and not loaded: people, groups and who is in which, by SQL in bulk. */
import type { ConnectionId, TenantId } from '../../src/lib/index.ts'
import { renderStored, resourceType } from '../../src/scim/index.ts'
import type { BenchDatabase } from '../database.ts'
import { fillPeople } from '../people.ts'

const AT_ONCE = 20_000
/** So that a large tenant has many groups, and none of them is everybody's. */
const MEMBERS_OF_A_GROUP = 1_000

export interface Staged {
  readonly people: number
  /** Groups that each person is in. */
  readonly linksEach: number
}

export async function fillTenant(
  database: BenchDatabase,
  scope: { readonly tenantId: TenantId; readonly connectionId: ConnectionId },
  { people, linksEach }: Staged,
  say: (line: string) => void,
): Promise<void> {
  const { db, ownerPool } = database
  const { tenantId, connectionId } = scope
  const groups = Math.max(linksEach, Math.ceil((people * linksEach) / MEMBERS_OF_A_GROUP))
  const now = new Date()
  const birth = { id: '~id~', version: 1, createdAt: now, modifiedAt: now }
  const text = renderStored(resourceType('Group'), birth, { displayName: '~name~' })
  await fillPeople(database, scope, { from: 1, to: people, pending: false }, say)
  await db.inTenantOnce(tenantId, 'bench-groups', GROUPS, [
    tenantId,
    connectionId,
    text,
    now,
    groups,
  ])
  for (let first = 1; first <= people; first += AT_ONCE) {
    const last = Math.min(people, first + AT_ONCE - 1)
    const values = [tenantId, now, first, last, linksEach, groups]
    await db.inTenantOnce(tenantId, 'bench-memberships', MEMBERSHIPS, values)
    if (last % 100_000 === 0) say(`${last * linksEach} memberships`)
  }
  await ownerPool.query('vacuum (analyze) resource, member')
}

/** Told from people by the part of the id that their identities are named by. */
const GROUPS = `
  insert into resource (tenant_id, resource_id, connection_id, type, unique_key, active, version,
                        body, created_at, modified_at)
  select $1, 'grp_z' || lpad(to_hex(n), 25, '0'), $2, 'Group', 'group ' || n, true, 1,
         replace(replace($3, '~id~', 'grp_z' || lpad(to_hex(n), 25, '0')), '~name~', 'Group ' || n), $4, $4
    from generate_series(0, $5::integer - 1) n`

/** Neighbours are in other groups: 997 is prime, so that somebody's groups are different ones. */
const MEMBERSHIPS = `
  insert into member (tenant_id, group_id, member_id, joined_at)
  select $1, 'grp_z' || lpad(to_hex((n + k * 997) % $6::integer), 25, '0'),
         'usr_' || lpad(to_hex(n), 26, '0'), $2
    from generate_series($3::integer, $4::integer) n, generate_series(0, $5::integer - 1) k`
