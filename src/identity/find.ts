/** A person by whatever somebody has of them: an id, an FQN present or old, a name. */
import type { Db } from '../db/index.ts'
import { fold, type ConnectionId, type TenantId } from '../lib/index.ts'
import { readFqn } from './fqn.ts'
import { identityOf } from './rows.ts'
import type { Identity } from './types.ts'

/** More people of one name than this is a search, not a question about somebody. */
const MOST = 10

export function createFinder({ db }: { db: Db }) {
  return {
    /**
     * Whole values only, in any letter case but for ids; active people first. Each is a look-up by an
     * index.
     * @param connections  all of the tenant's: externalId is indexed by connection
     */
    async findPeople(
      tenantId: TenantId,
      connections: readonly ConnectionId[],
      text: string,
    ): Promise<Identity[]> {
      const parts = readFqn(text)
      const rows = await db.inTenantOnce<Parameters<typeof identityOf>[0]>(
        tenantId,
        'identity-find-people',
        FIND,
        [
          tenantId,
          connections,
          text,
          fold(text),
          fold(parts?.label ?? ''),
          fold(parts?.name ?? ''),
        ],
      )
      return rows.map(identityOf)
    },

    /** Of these ids, those that are there. */
    async readMany(tenantId: TenantId, identityIds: readonly string[]): Promise<Identity[]> {
      const rows = await db.inTenantOnce<Parameters<typeof identityOf>[0]>(
        tenantId,
        'identity-read-many',
        'select * from identity where tenant_id = $1 and identity_id = any ($2::text[])',
        [tenantId, identityIds],
      )
      return rows.map(identityOf)
    },
  }
}

const FIND = `
  select i.* from identity i
   where i.tenant_id = $1 and i.kind = 'person' and i.identity_id in (
     select identity_id from identity where tenant_id = $1 and identity_id = $3
     union
     select identity_id from identity where tenant_id = $1 and resource_id = $3
     union
     select identity_id from identity where tenant_id = $1 and kind = 'person' and name_folded = $4
     union
     select identity_id from identity
      where tenant_id = $1 and connection_id = any ($2::text[]) and external_id = $3
     union
     select identity_id from fqn where tenant_id = $1 and label_folded = $5 and name_folded = $6)
   order by case i.state when 'active' then 0 when 'inactive' then 1 else 2 end, i.identity_id desc
   limit ${MOST}`
