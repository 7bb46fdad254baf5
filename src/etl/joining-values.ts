/**
 * What the joining rule gives for each person, a row each: along its index whoever has the same is found, and
 * so a change of one costs what it costs whatever the size of the tenant.
 */
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import type { PresentResource } from '../sync/index.ts'
import type { Joining } from './joining-rule.ts'
import { joiningValue } from './rules/joining.ts'

export interface WithValue {
  readonly resourceId: string
  readonly connectionId: ConnectionId
  readonly value: string
}

type Row = WithValue & Record<string, unknown>

/** What stands for these people, of those that have any. */
export async function valuesOf(
  trx: Transaction,
  tenantId: TenantId,
  valuesVersion: number,
  resourceIds: readonly string[],
): Promise<WithValue[]> {
  return trx.prepared<Row>(
    'joining-values-of',
    `select resource_id as "resourceId", connection_id as "connectionId", value from joining_value
      where tenant_id = $1 and values_version = $2 and resource_id = any ($3::text[])`,
    [tenantId, valuesVersion, resourceIds],
  )
}

/**
 * Who has these values, but for those named, of the connections that the rule is about. Of a value that more
 * have than there are connections only so many that two of one connection are among them.
 */
export async function othersWith(
  trx: Transaction,
  tenantId: TenantId,
  valuesVersion: number,
  values: readonly string[],
  { but, order }: { readonly but: readonly string[]; readonly order: readonly ConnectionId[] },
): Promise<WithValue[]> {
  if (values.length === 0) return []
  return trx.prepared<Row>('joining-others-with', OTHERS, [
    tenantId,
    valuesVersion,
    values,
    but,
    order,
    order.length + 1,
  ])
}

const OTHERS = `
  select o.resource_id as "resourceId", o.connection_id as "connectionId", o.value
    from unnest($3::text[]) as asked (value)
    cross join lateral (
      select resource_id, connection_id, value from joining_value
       where tenant_id = $1 and values_version = $2 and value = asked.value
         and resource_id <> all ($4::text[]) and connection_id = any ($5::text[])
       order by resource_id limit $6) o`

/**
 * Writes down what each expression of now gives for these people; what stood for them else is gone.
 * @returns what was written
 */
export async function writeValues(
  trx: Transaction,
  tenantId: TenantId,
  joining: Joining,
  resourceIds: readonly string[],
  resources: readonly PresentResource[],
): Promise<(WithValue & { readonly version: number })[]> {
  const kept = [joining.inForce, joining.coming].filter((each) => each !== undefined)
  const rows = kept.flatMap(({ version, tree }) =>
    resources
      .filter(({ type, connectionId }) => type === 'User' && joining.order.includes(connectionId))
      .flatMap(({ resourceId, connectionId, body }) => {
        const value = joiningValue(tree, body)
        return value === undefined ? [] : [{ version, resourceId, connectionId, value }]
      }),
  )
  await trx.prepared('joining-write-values', WRITE, [
    tenantId,
    resourceIds,
    rows.map(({ version }) => version),
    rows.map(({ resourceId }) => resourceId),
    rows.map(({ connectionId }) => connectionId),
    rows.map(({ value }) => value),
  ])
  return rows
}

const WRITE = `
  with given as (
    select * from unnest($3::int[], $4::text[], $5::text[], $6::text[])
      as g (values_version, resource_id, connection_id, value)
  ), gone as (
    delete from joining_value
     where tenant_id = $1 and resource_id = any ($2::text[])
       and (values_version, resource_id) not in (select values_version, resource_id from given)
  )
  insert into joining_value (tenant_id, values_version, resource_id, connection_id, value)
  select $1, values_version, resource_id, connection_id, value from given
  on conflict (tenant_id, values_version, resource_id) do update set value = excluded.value
   where joining_value.value <> excluded.value`
