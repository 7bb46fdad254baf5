/**
 * Dialects: how a connection is spoken with, where it is not as all are. Which rewrites there are is
 * SCIM's to know; here it is kept which are off, and the SCIM edge is handed that with the caller.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Transaction } from '../db/index.ts'
import {
  type Actor,
  type ConnectionId,
  Refusal,
  type TenantId,
  refuseChanged,
} from '../lib/index.ts'
import { REWRITES } from '../scim/index.ts'
import { lockConnection } from './connection-rows.ts'
import type { Given } from './types.ts'

export interface KeptDialect {
  readonly strict: boolean
  /** Names of rewrites, in the order of the list. */
  readonly off: readonly string[]
}

/** What stays as it is is left out. */
export interface DialectChange {
  readonly strict?: boolean | undefined
  readonly off?: readonly string[] | undefined
  /** What was in force as it was read. Undefined: whatever is. */
  readonly replaces?: KeptDialect | undefined
}

export function createDialects({
  db,
  audit,
  clock,
  forget,
}: Given & { readonly forget: (tenantId: TenantId) => void }) {
  return {
    /** As all are where nothing is kept, also for a connection that is not there. */
    readDialect: (tenantId: TenantId, connectionId: ConnectionId): Promise<KeptDialect> =>
      db.inTenant(tenantId, (trx) => read(trx, tenantId, connectionId)),

    /**
     * In force on this node at once, on all within seconds.
     * @throws Refusal `invalid_input`, `not_found`; `conflict` where it was changed since it was read (SEC C-7)
     */
    async changeDialect(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      change: DialectChange,
    ): Promise<KeptDialect> {
      const wanted = change.off === undefined ? undefined : knownAmong(change.off)
      const after = await db.inTenant(tenantId, async (trx) => {
        await lockConnection(trx, tenantId, connectionId)
        const before = await read(trx, tenantId, connectionId)
        if (change.replaces !== undefined && !isDeepStrictEqual(before, change.replaces))
          refuseChanged('the dialect', 'dialect show')
        const next = { strict: change.strict ?? before.strict, off: wanted ?? before.off }
        const values = {
          is_strict: next.strict,
          rewrites_off: [...next.off],
          changed_at: clock(),
        }
        await trx
          .insertInto('dialect')
          .values({ tenant_id: tenantId, connection_id: connectionId, ...values })
          .onConflict((conflict) =>
            conflict.columns(['tenant_id', 'connection_id']).doUpdateSet(values),
          )
          .execute()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.dialect.changed',
          object: connectionId,
          details: { before, after: next },
        })
        return next
      })
      forget(tenantId)
      return after
    },
  }
}

async function read(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
): Promise<KeptDialect> {
  const row = await trx
    .selectFrom('dialect')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirst()
  return { strict: row?.is_strict ?? false, off: row?.rewrites_off ?? [] }
}

/** @throws Refusal `invalid_input`, naming what there is */
function knownAmong(names: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !REWRITES.some((rewrite) => rewrite.name === name))
  if (unknown !== undefined)
    throw new Refusal(
      'invalid_input',
      `There is no rewrite "${unknown}". There are ${REWRITES.map(({ name }) => name).join(', ')}.`,
    )
  return REWRITES.map(({ name }) => name).filter((name) => names.includes(name))
}
