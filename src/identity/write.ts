/**
 * What the loader writes, a batch in one statement each. Only the loader calls this, in the
 * transaction that takes the pending rows away; but for the end of access, which is signing in's.
 */
import { insertSelected, type Transaction } from '../db/index.ts'
import { fold, type IdentityId, type TenantId } from '../lib/index.ts'
import { identityOf } from './rows.ts'
import type { Identity, IdentityFacts } from './types.ts'

/** The identities as they are, of those that are. */
export async function presentIdentities(
  trx: Transaction,
  tenantId: TenantId,
  identityIds: readonly IdentityId[],
): Promise<Identity[]> {
  if (identityIds.length === 0) return []
  const rows = await trx.prepared<Parameters<typeof identityOf>[0]>(
    'identity-present',
    `select * from identity where tenant_id = $1 and identity_id = any ($2::text[])`,
    [tenantId, identityIds],
  )
  return rows.map(identityOf)
}

/**
 * Makes the identities what their facts say.
 * @param born     of which there are no rows
 * @param changed  which keep their birth
 */
export function writeIdentities(
  trx: Transaction,
  tenantId: TenantId,
  { born, changed }: { born: readonly IdentityFacts[]; changed: readonly IdentityFacts[] },
  now: Date,
): void {
  const valuesOf = (facts: readonly IdentityFacts[]) => [
    ...[tenantId, now],
    ...COLUMNS.map(([, of]) => facts.map(of)),
  ]
  if (born.length > 0) trx.send('identity-write-born', WRITE_BORN, valuesOf(born))
  if (changed.length > 0) trx.send('identity-write', REWRITE, valuesOf(changed))
}

/** As text; `joined_from` may be long or empty and is read as JSON, since an array of arrays may not. */
const COLUMNS: readonly (readonly [column: string, of: (facts: IdentityFacts) => string | null])[] =
  [
    ['identity_id', ({ identityId }) => identityId],
    ['connection_id', ({ connectionId }) => connectionId],
    ['resource_id', ({ resourceId }) => resourceId],
    ['kind', ({ kind }) => kind],
    ['state', ({ state }) => state],
    ['label', ({ label }) => label],
    ['name', ({ name }) => name],
    ['name_folded', ({ name }) => fold(name)],
    ['external_id', ({ externalId }) => externalId],
    ['display_name', ({ displayName }) => displayName],
    ['given_name', ({ givenName }) => givenName],
    ['family_name', ({ familyName }) => familyName],
    ['email', ({ email }) => email],
    ['locale', ({ locale }) => locale],
    ['properties', ({ properties }) => JSON.stringify(properties)],
    ['manager_resource_id', ({ managerResourceId }) => managerResourceId],
    ['joined_to', ({ joinedTo }) => joinedTo],
    ['joined_from', ({ joinedFrom }) => `{${joinedFrom.join(',')}}`],
    ['source_state', ({ sourceState }) => sourceState],
  ]
const NAMES = COLUMNS.map(([name]) => name).join(', ')
const AS_TYPED = NAMES.replace('properties', 'properties::jsonb').replace(
  'joined_from',
  'joined_from::text[]',
)

const WRITE = `
  insert into identity (tenant_id, created_at, changed_at, ${NAMES})
  select $1, $2::timestamptz, $2::timestamptz, ${AS_TYPED}
    from unnest(${COLUMNS.map((_, index) => `$${index + 3}::text[]`).join(', ')}) as facts (${NAMES})`

const WRITE_BORN = insertSelected(WRITE)

const REWRITE = `${WRITE}
  on conflict (tenant_id, identity_id) do update set
    state = excluded.state, label = excluded.label, name = excluded.name,
    name_folded = excluded.name_folded, external_id = excluded.external_id,
    display_name = excluded.display_name, given_name = excluded.given_name,
    family_name = excluded.family_name, email = excluded.email, locale = excluded.locale,
    properties = excluded.properties, manager_resource_id = excluded.manager_resource_id,
    joined_to = excluded.joined_to, joined_from = excluded.joined_from,
    source_state = excluded.source_state,
    changed_at = excluded.changed_at`

/**
 * Begins the FQN that each has now, once the one before is ended; one that was deleted has none.
 * @param born     have had none
 * @param renamed  only those whose FQN is different from before
 */
export function writeNames(
  trx: Transaction,
  tenantId: TenantId,
  { born, renamed }: { born: readonly IdentityFacts[]; renamed: readonly IdentityFacts[] },
  now: Date,
): void {
  if (renamed.length > 0)
    trx.send('identity-end-names', END_NAMES, [
      tenantId,
      now,
      renamed.map(({ identityId }) => identityId),
    ])
  for (const [statement, text, facts] of [
    ['identity-begin-first-names', BEGIN_FIRST_NAMES, born],
    ['identity-begin-names', BEGIN_NAMES, renamed],
  ] as const) {
    const named = facts.filter(({ state }) => state !== 'deleted')
    if (named.length === 0) continue
    trx.send(statement, text, [
      tenantId,
      now,
      named.map(({ identityId }) => identityId),
      named.map(({ kind }) => kind),
      named.map(({ label }) => label),
      named.map(({ name }) => name),
      named.map(({ label }) => fold(label)),
      named.map(({ name }) => fold(name)),
    ])
  }
}

const END_NAMES = `
  update fqn set valid_to = $2
   where tenant_id = $1 and identity_id = any ($3::text[]) and valid_to is null`

const INSERT_NAMES = `
  insert into fqn (tenant_id, identity_id, valid_from, kind, label, name, label_folded, name_folded)
  select $1, identity_id, $2, kind, label, name, label_folded, name_folded
    from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      as named (identity_id, kind, label, name, label_folded, name_folded)`

const BEGIN_FIRST_NAMES = insertSelected(INSERT_NAMES)

/** Two renames within a millisecond are one. */
const BEGIN_NAMES = `${INSERT_NAMES}
  on conflict (tenant_id, identity_id, valid_from) do update set
    label = excluded.label, name = excluded.name, label_folded = excluded.label_folded,
    name_folded = excluded.name_folded, valid_to = null`

/** How many there are. */
export async function countIdentities(
  trx: Transaction,
  tenantId: TenantId,
): Promise<{ people: number; groups: number; links: number }> {
  const [row] = await trx.prepared<{ people: number; groups: number; links: number }>(
    'identity-count',
    `select (select count(*) from identity
              where tenant_id = $1 and kind = 'person' and state = any ('{active,inactive}')) as people,
            (select count(*) from identity
              where tenant_id = $1 and kind = 'group' and state <> 'deleted') as groups,
            (select count(*) from link where tenant_id = $1 and kind = 'member') as links`,
    [tenantId],
  )
  return row ?? { people: 0, groups: 0, links: 0 }
}

export async function countActivePeople(trx: Transaction, tenantId: TenantId): Promise<number> {
  const [row] = await trx.prepared<{ active: number }>(
    'identity-count-active',
    `select count(*) as active from identity
      where tenant_id = $1 and kind = 'person' and state = 'active'`,
    [tenantId],
  )
  return row?.active ?? 0
}

/**
 * Finds a row if that person is active and their access was not ended since an instant, and keeps them
 * so until the transaction ends: whoever deactivates them or ends their access waits, and then finds
 * what the transaction wrote. To stand in a statement that writes.
 *
 * @param tenant  and the others: the parameters that name them, and the instant
 */
export function activePersonSql(
  tenant: `$${number}`,
  identity: `$${number}`,
  since: `$${number}`,
): string {
  return `select 1 as found from identity
     where tenant_id = ${tenant} and identity_id = ${identity} and kind = 'person' and state = 'active'
       and (access_ended_at is null or access_ended_at <= ${since}::timestamptz)
       for share`
}

/**
 * The same of many whom nobody else is writing at the moment, with when their access ended: waits for nobody.
 * @param ids  an expression for their ids
 */
export function freeActivePeopleSql(tenant: `$${number}`, ids: string): string {
  return `select identity_id, access_ended_at from identity
     where tenant_id = ${tenant} and identity_id = any (${ids}) and kind = 'person' and state = 'active'
       for share skip locked`
}

/**
 * What began before ends for these people; whoever signs them in waits for the end of the transaction. It
 * is no fact about them that sites hear of.
 */
export async function endAccess(
  trx: Transaction,
  tenantId: TenantId,
  identityIds: readonly IdentityId[],
  now: Date,
): Promise<void> {
  await trx.prepared('identity-end-access', END_ACCESS, [tenantId, identityIds, now])
}

/** In one order, so that two who end the access of many do not wait for each other. */
const END_ACCESS = `
  update identity set access_ended_at = $3
   where tenant_id = $1 and identity_id in (
     select identity_id from identity
      where tenant_id = $1 and identity_id = any ($2::text[])
      order by identity_id for no key update)`
