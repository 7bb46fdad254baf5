/** People as the IdP last said them, for whoever asks about one: not yet who they are. */
import type { Db, Transaction } from '../db/index.ts'
import { fold, type ConnectionId, type TenantId } from '../lib/index.ts'
import { LOOKED_UP, lookedUpValue } from '../scim/index.ts'

export interface StagedPerson {
  readonly resourceId: string
  readonly connectionId: ConnectionId
  readonly userName: string
  readonly externalId: string | null
  readonly active: boolean
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date
}

const MOST = 10

export function createStagedReader({ db }: { readonly db: Db }) {
  return {
    /** By resource id, userName or e-mail address in any letter case, or externalId; active ones first. */
    findStagedPeople: (
      tenantId: TenantId,
      connections: readonly ConnectionId[],
      text: string,
    ): Promise<StagedPerson[]> =>
      db.inTenantOnce<StagedPerson & Record<string, unknown>>(
        tenantId,
        'staged-find-people',
        `select resource_id as "resourceId", connection_id as "connectionId",
                body::json ->> 'userName' as "userName", external_id as "externalId", active, version,
                created_at as "createdAt", modified_at as "modifiedAt"
           from resource
          where tenant_id = $1 and type = 'User' and resource_id in (
            select resource_id from resource where tenant_id = $1 and resource_id = $3
            union
            select resource_id from resource
             where tenant_id = $1 and connection_id = any ($2::text[]) and type = 'User'
               and unique_key = $4
            union
            select resource_id from resource
             where tenant_id = $1 and connection_id = any ($2::text[]) and external_id = $3
            union
            select resource_id from lookup
             where tenant_id = $1 and connection_id = any ($2::text[])
               and attribute = '${LOOKED_UP.attribute}' and value = $5)
          order by active desc, resource_id desc limit ${MOST}`,
        [tenantId, connections, text, fold(text), lookedUpValue(text)],
      ),

    /** The one of a type that the IdP sent first, of those that are there. */
    async firstStaged(
      tenantId: TenantId,
      connectionId: ConnectionId,
      type: string,
    ): Promise<{ readonly resourceId: string; readonly createdAt: Date } | undefined> {
      const [first] = await db.inTenantOnce<{ resourceId: string; createdAt: Date }>(
        tenantId,
        'staged-first',
        `select resource_id as "resourceId", created_at as "createdAt" from resource
          where tenant_id = $1 and connection_id = $2 and type = $3 order by resource_id limit 1`,
        [tenantId, connectionId, type],
      )
      return first
    },

    /** Of these values, those that an active person of the connection has, loaded or not. */
    async activeAmong(
      tenantId: TenantId,
      connectionId: ConnectionId,
      attribute: 'externalId' | 'userName',
      values: readonly string[],
    ): Promise<Set<string>> {
      const asked = attribute === 'userName' ? values.map(fold) : values
      const rows = await db.inTenantOnce<{ at: number }>(
        tenantId,
        `staged-active-among-${attribute}`,
        `select asked.at::int as at from unnest($3::text[]) with ordinality as asked (value, at)
          where exists (
            select from resource
             where tenant_id = $1 and connection_id = $2 and type = 'User' and active
               and ${attribute === 'userName' ? 'unique_key' : 'external_id'} = asked.value)`,
        [tenantId, connectionId, asked],
      )
      return new Set(rows.map(({ at }) => values[at - 1] ?? ''))
    },
  }
}

/** Whether the IdPs have these as active, of those that they have. */
export async function stagedActivity(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const rows = await trx.prepared<{ resourceId: string; active: boolean }>(
    'staged-activity',
    `select resource_id as "resourceId", active from resource
      where tenant_id = $1 and resource_id = any ($2::text[])`,
    [tenantId, resourceIds],
  )
  return new Map(rows.map(({ resourceId, active }) => [resourceId, active]))
}

/**
 * Makes the question whether the IdP has a person, and as active, of somebody of whom something else does not hold;
 * for who asks nothing else.
 * @param unless  of tenant `$1` and the resource `asked.id`, as SQL
 */
export function askStagedActive(name: string, unless: string) {
  const text = `select asked.nth
     from unnest((select $2::text[])) with ordinality as asked (id, nth),
          lateral (select from resource where tenant_id = $1 and resource_id = asked.id and active limit 1) found
    where not (${unless})`
  return async (
    { shared }: Pick<Db, 'shared'>,
    tenantId: TenantId,
    resourceId: string,
  ): Promise<boolean> =>
    (await shared.read(tenantId, name, text, [tenantId], [resourceId])).length > 0
}
