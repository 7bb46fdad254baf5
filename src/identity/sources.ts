/**
 * What sign-ins find people by, over a whole connection: who has no such value, who shares one, and
 * what stands under given values. For a look before anybody signs in; it reads all that it is asked of.
 */
import type { Db } from '../db/index.ts'
import { fold, type ConnectionId, type TenantId } from '../lib/index.ts'
import { identityOf } from './rows.ts'
import type { Identity } from './types.ts'

/** As a claim type mapping has it. */
type Matches = 'externalId' | 'userName'

const COLUMN = { externalId: 'external_id', userName: 'name_folded' } as const satisfies Record<
  Matches,
  string
>

export interface SourceCounts {
  readonly active: number
  /** No sign-in finds them. */
  readonly without: number
  /** Several answer to their value. */
  readonly sharing: number
}

export function createSourceReader({ db }: { readonly db: Db }) {
  return {
    /** How many active people of a connection a sign-in can find, and cannot. */
    async countSources(
      tenantId: TenantId,
      connectionId: ConnectionId,
      matches: Matches,
    ): Promise<SourceCounts> {
      const rows = await db.inTenantOnce<SourceCounts & Record<string, unknown>>(
        tenantId,
        `sources-count-${matches}`,
        `select coalesce(sum(n), 0)::int as active,
                coalesce(sum(n) filter (where value is null), 0)::int as without,
                coalesce(sum(n) filter (where value is not null and n > 1), 0)::int as sharing
           from (select ${COLUMN[matches]} as value, count(*) as n from identity
                  where tenant_id = $1 and connection_id = $2 and kind = 'person' and state = 'active'
                  group by 1) as values`,
        [tenantId, connectionId],
      )
      return rows[0] ?? { active: 0, without: 0, sharing: 0 }
    },

    /** The active people whom no sign-in finds, or not alone, by id; `after` is the last of the page before. */
    async listUnfindable(
      tenantId: TenantId,
      connectionId: ConnectionId,
      matches: Matches,
      { limit, after = '' }: { readonly limit: number; readonly after?: string | undefined },
    ): Promise<Identity[]> {
      const rows = await db.inTenantOnce<Parameters<typeof identityOf>[0]>(
        tenantId,
        `sources-unfindable-${matches}`,
        `select i.* from identity i
          where i.tenant_id = $1 and i.connection_id = $2 and i.kind = 'person' and i.state = 'active'
            and i.identity_id > $3
            and (i.${COLUMN[matches]} is null or exists (
              select from identity o
               where o.tenant_id = $1 and o.connection_id = $2 and o.kind = 'person'
                 and o.state = 'active' and o.${COLUMN[matches]} = i.${COLUMN[matches]}
                 and o.identity_id <> i.identity_id))
          order by i.identity_id limit $4`,
        [tenantId, connectionId, after, limit],
      )
      return rows.map(identityOf)
    },

    /** How many people, and how many active ones, answer to each of these values; in their order. */
    async countBySource(
      tenantId: TenantId,
      connectionId: ConnectionId,
      matches: Matches,
      values: readonly string[],
    ): Promise<{ readonly value: string; readonly known: number; readonly active: number }[]> {
      const asked = matches === 'userName' ? values.map(fold) : values
      const rows = await db.inTenantOnce<{ at: number; known: number; active: number }>(
        tenantId,
        `sources-by-value-${matches}`,
        `select asked.at::int as at, count(i.identity_id)::int as known,
                (count(*) filter (where i.state = 'active'))::int as active
           from unnest($3::text[]) with ordinality as asked (value, at)
           left join identity i on i.tenant_id = $1 and i.connection_id = $2 and i.kind = 'person'
                and i.${COLUMN[matches]} = asked.value
          group by asked.at order by asked.at`,
        [tenantId, connectionId, asked],
      )
      return rows.map(({ at, ...counted }) => ({ value: values[at - 1] ?? '', ...counted }))
    },
  }
}
