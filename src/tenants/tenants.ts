/**
 * Tenants: customers, listed for the operator, found by id or by name, suspended and resumed.
 *
 * The list has no wall (migration 0001): it holds names only. What belongs to a tenant is read
 * in that tenant's transactions.
 */
import { type Selectable, sql } from 'kysely'
import type { Database } from '../db/index.ts'
import { fold, type Actor, isId, Refusal, type TenantId } from '../lib/index.ts'
import type { Given, Tenant } from './types.ts'

export function createTenantList({ db, audit, clock }: Given) {
  async function readTenant(tenantId: TenantId): Promise<Tenant | undefined> {
    const row = await db.platform((trx) =>
      trx.selectFrom('tenant').selectAll().where('tenant_id', '=', tenantId).executeTakeFirst(),
    )
    return row && present(row)
  }

  async function setSuspended(
    actor: Actor,
    tenantId: TenantId,
    suspended: boolean,
  ): Promise<Tenant> {
    return db.inTenant(tenantId, async (trx) => {
      const row = await trx
        .updateTable('tenant')
        .set({ suspended_at: suspended ? clock() : null })
        .where('tenant_id', '=', tenantId)
        .where('suspended_at', suspended ? 'is' : 'is not', null)
        .returningAll()
        .executeTakeFirst()
      // Suspending twice is suspending once: the first date stands and nothing is recorded.
      if (row === undefined)
        return present(
          await trx
            .selectFrom('tenant')
            .selectAll()
            .where('tenant_id', '=', tenantId)
            .executeTakeFirstOrThrow(),
        )
      const act = suspended ? 'tenants.tenant.suspended' : 'tenants.tenant.resumed'
      await audit.record(trx, tenantId, actor, { act, object: tenantId, details: {} })
      return present(row)
    })
  }

  return {
    readTenant,

    /** By id or by name, in any letter case. @throws Refusal `not_found` */
    async findTenant(idOrName: string): Promise<Tenant> {
      const row = await db.platform((trx) =>
        trx
          .selectFrom('tenant')
          .selectAll()
          .where((where) =>
            isId('ten', idOrName)
              ? where('tenant_id', '=', idOrName)
              : where('name_folded', '=', fold(idOrName.trim())),
          )
          .executeTakeFirst(),
      )
      if (row !== undefined) return present(row)
      throw noTenant(idOrName)
    },

    /** In order of birth; `after` is the last `tenantId` of the page before; `q` is part of a name. */
    async listTenants(ask: {
      limit: number
      after?: string | undefined
      q?: string | undefined
    }): Promise<Tenant[]> {
      const part = `%${fold(ask.q ?? '').replace(/[\\%_]/g, '\\$&')}%`
      const rows = await db.platform((trx) =>
        trx
          .selectFrom('tenant')
          .selectAll()
          .where('tenant_id', '>', (ask.after ?? '') as TenantId)
          .$if(ask.q !== undefined, (query) => query.where(sql<boolean>`name_folded like ${part}`))
          .orderBy('tenant_id')
          .limit(ask.limit)
          .execute(),
      )
      return rows.map(present)
    },

    /** Whether its own administrators may register sites and look after them. */
    async permitSites(actor: Actor, tenantId: TenantId, isPermitted: boolean): Promise<Tenant> {
      return db.inTenant(tenantId, async (trx) => {
        const row = await trx
          .updateTable('tenant')
          .set({ sites_by_administrators: isPermitted })
          .where('tenant_id', '=', tenantId)
          .returningAll()
          .executeTakeFirstOrThrow()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.tenant.changed',
          object: tenantId,
          details: { sitesByAdministrators: isPermitted },
        })
        return present(row)
      })
    },

    /** From now on its SCIM calls answer 403 and its sign-ins are refused (SEC I-11). */
    suspendTenant: (actor: Actor, tenantId: TenantId) => setSuspended(actor, tenantId, true),
    resumeTenant: (actor: Actor, tenantId: TenantId) => setSuspended(actor, tenantId, false),
  }
}

/** Also for somebody who may not know that there is one (SEC I-8). */
export function noTenant(idOrName: string): Refusal {
  return new Refusal('not_found', `There is no tenant "${idOrName.slice(0, 100)}".`, {
    command: 'tenant list',
  })
}

export function present(row: Selectable<Database['tenant']>): Tenant {
  return {
    tenantId: row.tenant_id,
    name: row.name,
    suspendedAt: row.suspended_at,
    sitesByAdministrators: row.sites_by_administrators,
    createdAt: row.created_at,
  }
}
