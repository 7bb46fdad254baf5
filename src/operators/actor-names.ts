/** What those who acted are called now: administrators and keys, as the audit log has them. */
import type { TenantId } from '../lib/index.ts'
import type { Given } from './types.ts'

export function createActorNames({ db }: Pick<Given, 'db'>) {
  return {
    /**
     * @param actors   `administrator:<id>`, `key:<id>`; others have no name
     * @param boundTo  whoever asks is bound to that tenant, and is told of its own alone (SEC I-8)
     * @returns        by actor, of those that are there
     */
    async actorNames(
      actors: readonly string[],
      boundTo: TenantId | null,
    ): Promise<ReadonlyMap<string, string>> {
      const rows = await db.platform((trx) =>
        trx.prepared<{ actor: string; name: string }>('actor-names', NAMES, [
          [...new Set(actors)],
          boundTo,
        ]),
      )
      return new Map(rows.map(({ actor, name }) => [actor, name]))
    },
  }
}

const NAMES = `
  select actor, name
    from unnest($1::text[]) as asked (actor),
         lateral (
           select name, tenant_id from administrator
            where actor like 'administrator:%' and administrator_id = split_part(actor, ':', 2)
           union all
           select name, tenant_id from admin_token
            where actor like 'key:%' and lookup_id = split_part(actor, ':', 2)) found
   where $2::text is null or tenant_id = $2`
