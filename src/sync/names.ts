/** What the IdPs call people and groups, for lists that show many; also where the database cannot take a text apart. */
import type { Db } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { type Body, parseStored } from '../scim/index.ts'

export interface StagedName {
  /** Of a person. */
  readonly userName: string | null
  readonly displayName: string | null
}

/** What is longer is not read for a name. */
const MOST_BYTES = 65_536

export function createNameReader({ db }: { readonly db: Db }) {
  return {
    /** Of these, by id, those that are there. */
    async stagedNames(
      tenantId: TenantId,
      resourceIds: readonly string[],
    ): Promise<ReadonlyMap<string, StagedName>> {
      if (resourceIds.length === 0) return new Map()
      const rows = await db.inTenantOnce<{ resourceId: string; text: string | null }>(
        tenantId,
        'staged-names',
        `select resource_id as "resourceId", case when octet_length(body) <= ${MOST_BYTES} then body end as text
           from resource where tenant_id = $1 and resource_id = any ($2::text[])`,
        [tenantId, resourceIds],
      )
      return new Map(rows.map(({ resourceId, text }) => [resourceId, nameIn(text)]))
    },
  }
}

function nameIn(text: string | null): StagedName {
  const { userName, displayName }: Body = text === null ? {} : parseStored(text)
  return { userName: textOrNull(userName), displayName: textOrNull(displayName) }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
