/** Many people and large groups at once, received or loaded, as an IdP and the loader would leave them. */
import type { Db } from '../../src/db/index.ts'
import { identityIdOf, type TestTenant } from './pipeline.ts'

/**
 * Puts many people and what is pending of them there at once, as if the IdP had sent them: bodies
 * like Okta's, ids in order of birth. @returns their ids
 */
export async function seedPeople(
  db: Db,
  { tenantId, connectionId }: Pick<TestTenant, 'tenantId' | 'connectionId'>,
  count: number,
  prefix = 'person',
): Promise<string[]> {
  const ids: string[] = []
  for (let first = 1; first <= count; first += AT_ONCE) {
    const last = Math.min(count, first + AT_ONCE - 1)
    const values = [tenantId, connectionId, prefix, first, last]
    const rows = await db.inTenantOnce<{ id: string }>(tenantId, 'test-seed', SEED_PEOPLE, values)
    ids.push(...rows.map(({ id }) => id))
  }
  return ids
}

/** More in one statement could run into its timeout on a busy machine. */
const AT_ONCE = 20_000

const SEED_PEOPLE = `
  with person as (
    select n, 'usr_' || lpad(n::text, 10, '0') || substr(md5($3 || n), 1, 16) as id,
           $3 || n || '@acme.example' as name
      from generate_series($4::int, $5::int) n
  ), made as (
    insert into resource (tenant_id, resource_id, connection_id, type, unique_key, external_id,
                          active, version, body, created_at, modified_at)
    select $1, id, $2, 'User', name, '00u' || n, true, 1,
           json_build_object(
             'schemas', json_build_array('urn:ietf:params:scim:schemas:core:2.0:User'),
             'id', id, 'userName', name, 'externalId', '00u' || n, 'active', true,
             'name', json_build_object('givenName', 'Given' || n, 'familyName', 'Family' || n),
             'displayName', 'Given' || n || ' Family' || n, 'title', 'Engineer', 'locale', 'en-US',
             'emails', json_build_array(json_build_object('value', name, 'type', 'work', 'primary', true)),
             'meta', json_build_object('resourceType', 'User'))::text,
           now(), now()
      from person order by n
    returning resource_id
  ), noted as (
    insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
    select $1, gen_random_uuid(), $2, resource_id, null, 'req_seed', now(), now() from made
  )
  select resource_id as id from made order by resource_id`

/** Puts people into a group, as if the IdP had: one membership each, and what is pending. */
export async function seedMembers(
  db: Db,
  { tenantId, connectionId }: Pick<TestTenant, 'tenantId' | 'connectionId'>,
  groupId: string,
  members: readonly string[],
): Promise<void> {
  for (const some of portions(members))
    await db.inTenantOnce(
      tenantId,
      'test-seed-members',
      `with joined as (
         insert into member select $1, $3, unnest($4::text[]), now() returning member_id
       ), counted as (
         update resource set member_count = coalesce(member_count, 0) + cardinality($4::text[])
          where tenant_id = $1 and resource_id = $3
       )
       insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
       select $1, gen_random_uuid(), $2, $3, array_agg(member_id), 'req_seed', now(), now()
         from unnest($4::text[]) with ordinality as named (member_id, nth) group by (nth - 1) / 100`,
      [tenantId, connectionId, groupId, some],
    )
}

function portions(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, index) =>
    ids.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  )
}

/** People who are loaded already: as `seedPeople`, and an identity each. @returns their ids */
export async function seedLoadedPeople(
  db: Db,
  tenant: TestTenant,
  count: number,
): Promise<string[]> {
  const { tenantId, connectionId, label } = tenant
  const ids = await seedPeople(db, tenant, count)
  for (const some of portions(ids))
    await db.inTenantOnce(
      tenantId,
      'test-seed-identities',
      `with loaded as (delete from pending where tenant_id = $1 and resource_id = any ($2::text[]))
     insert into identity (tenant_id, identity_id, connection_id, resource_id, kind, state, label, name,
                           name_folded, external_id, display_name, properties, created_at, changed_at)
     select $1, 'idn_' || substr(resource_id, 5), $3, resource_id, 'person', 'active', $4, unique_key,
            unique_key, external_id, body::json ->> 'displayName', '{}', now(), now()
       from resource where tenant_id = $1 and resource_id = any ($2::text[])`,
      [tenantId, some, connectionId, label],
    )
  return ids
}

/** A group that is loaded already, with these members. @returns its id */
export async function seedLoadedGroup(
  db: Db,
  tenant: TestTenant,
  displayName: string,
  members: readonly string[],
): Promise<string> {
  const { tenantId } = tenant
  const groupId = await tenant.form(displayName)
  await tenant.load()
  await seedMembers(db, tenant, groupId, members)
  for (const some of portions(members))
    await db.inTenantOnce(
      tenantId,
      'test-seed-links',
      `with loaded as (
         delete from pending where tenant_id = $1 and resource_id = $2 and member_ids is not null
       )
       insert into link (tenant_id, kind, from_id, to_id, since)
       select $1, 'member', $3, 'idn_' || substr(unnest($4::text[]), 5), now()`,
      [tenantId, groupId, identityIdOf(groupId), some],
    )
  return groupId
}
