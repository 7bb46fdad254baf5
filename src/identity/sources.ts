/**
 * What sign-ins find people by: whom one may mean; and over a whole connection, before anybody signs in, who has
 * no such value, who shares one, and what stands under given values, which reads all that it is asked of.
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

/** Of who is joined to another, as their own connection has them. */
const isIn = (of = '') => `coalesce(${of}source_state, ${of}state) = 'active'`

/** Candidates for one name are few; a directory that repeats it more often shows no more. */
const MOST_CANDIDATES = 10

/** What a sign-in knows of somebody. */
interface Source {
  readonly matches: Matches
  readonly value: string
}

export interface SourceCounts {
  readonly active: number
  /** No sign-in finds them. */
  readonly without: number
  /** Several answer to their value. */
  readonly sharing: number
  /** Their value lacks what every value that is looked for has. */
  readonly unlike: number
}

export function createSourceReader({ db }: { readonly db: Db }) {
  return {
    /**
     * Whom a sign-in through a connection may mean, active people first, then the latest: an IdP that
     * deactivates and creates again leaves two with one externalId. Who is joined to another is that one.
     */
    async findBySource(
      tenantId: TenantId,
      connectionId: ConnectionId,
      source: Source,
    ): Promise<Identity[]> {
      const [column, wanted] = [COLUMN[source.matches], keyOf(source)]
      const rows = await db.shared.read<Parameters<typeof identityOf>[0]>(
        tenantId,
        `identity-by-${column}`,
        `select p.* from identity i
           join identity p on p.tenant_id = $1 and p.identity_id = coalesce(i.joined_to, i.identity_id)
          where i.tenant_id = $1 and i.connection_id = $2 and i.kind = 'person' and i.${column} = $3
          order by case p.state when 'active' then 0 when 'inactive' then 1 else 2 end, i.identity_id desc
          limit ${MOST_CANDIDATES}`,
        [tenantId, connectionId, wanted],
      )
      return rows.map(identityOf)
    },

    /** The same, as the connection has them. */
    async findSources(
      tenantId: TenantId,
      connectionId: ConnectionId,
      source: Source,
    ): Promise<Identity[]> {
      const [column, wanted] = [COLUMN[source.matches], keyOf(source)]
      const rows = await db.inTenantOnce<Parameters<typeof identityOf>[0]>(
        tenantId,
        `identity-sources-by-${column}`,
        `select * from identity
          where tenant_id = $1 and connection_id = $2 and kind = 'person' and ${column} = $3
          order by case state when 'active' then 0 when 'inactive' then 1 else 2 end, identity_id desc
          limit ${MOST_CANDIDATES}`,
        [tenantId, connectionId, wanted],
      )
      return rows.map(identityOf)
    },

    /**
     * How many active people of a connection a sign-in can find, and cannot.
     * @param part  what every value that is looked for has in it, such as the @ of an e-mail address; '': nothing
     */
    async countSources(
      tenantId: TenantId,
      connectionId: ConnectionId,
      matches: Matches,
      part: string,
    ): Promise<SourceCounts> {
      const rows = await db.inTenantOnce<SourceCounts & Record<string, unknown>>(
        tenantId,
        `sources-count-${matches}`,
        `select coalesce(sum(n), 0)::int as active,
                coalesce(sum(n) filter (where value is null), 0)::int as without,
                coalesce(sum(n) filter (where value is not null and n > 1), 0)::int as sharing,
                coalesce(sum(n) filter (where strpos(value, $3) = 0), 0)::int as unlike
           from (select ${COLUMN[matches]} as value, count(*) as n from identity
                  where tenant_id = $1 and connection_id = $2 and kind = 'person' and ${isIn()}
                  group by 1) as values`,
        [tenantId, connectionId, part],
      )
      return rows[0] ?? { active: 0, without: 0, sharing: 0, unlike: 0 }
    },

    /** Those of them whom no sign-in finds, or not alone, by id; `after` is the last of the page before. */
    async listUnfindable(
      tenantId: TenantId,
      connectionId: ConnectionId,
      matches: Matches,
      part: string,
      { limit, after = '' }: { readonly limit: number; readonly after?: string | undefined },
    ): Promise<Identity[]> {
      const rows = await db.inTenantOnce<Parameters<typeof identityOf>[0]>(
        tenantId,
        `sources-unfindable-${matches}`,
        `select i.* from identity i
          where i.tenant_id = $1 and i.connection_id = $2 and i.kind = 'person' and ${isIn('i.')}
            and i.identity_id > $3
            and (i.${COLUMN[matches]} is null or strpos(i.${COLUMN[matches]}, $5) = 0 or exists (
              select from identity o
               where o.tenant_id = $1 and o.connection_id = $2 and o.kind = 'person'
                 and ${isIn('o.')} and o.${COLUMN[matches]} = i.${COLUMN[matches]}
                 and o.identity_id <> i.identity_id))
          order by i.identity_id limit $4`,
        [tenantId, connectionId, after, limit, part],
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
                (count(*) filter (where ${isIn('i.')}))::int as active
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

function keyOf({ matches, value }: Source): string {
  return matches === 'userName' ? fold(value) : value
}
