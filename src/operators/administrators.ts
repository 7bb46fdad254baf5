/**
 * Administrators: persons who sign in, on the platform or for one tenant. Nobody changes their own role,
 * and a change ends the sessions of whom it is of, so that it bites at once (SEC C-2, W-2).
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import { type Actor, type Id, Refusal, type Role, type TenantId } from '../lib/index.ts'
import { type Administrator, type Given, within } from './types.ts'

export function createAdministrators(given: Given) {
  const { db, audit, clock } = given
  return {
    /** In the order in which they came; null: those of the platform. */
    async listAdministrators(
      tenantId: TenantId | null,
      { limit, after = '' }: { readonly limit: number; readonly after?: string | undefined },
    ): Promise<Administrator[]> {
      const rows = await db.platform((trx) =>
        trx
          .selectFrom('administrator')
          .selectAll()
          .where('tenant_id', tenantId === null ? 'is' : '=', tenantId)
          .where('administrator_id', '>', after as Id<'adm'>)
          .orderBy('administrator_id')
          .limit(limit)
          .execute(),
      )
      return rows.map(presentAdministrator)
    },

    /** @throws Refusal `not_permitted` for oneself, `not_found`, `invalid_input` */
    changeAdministrator: (
      actor: Actor,
      tenantId: TenantId | null,
      administratorId: string,
      {
        role,
        disabled,
      }: { readonly role?: Role | undefined; readonly disabled?: boolean | undefined },
    ): Promise<Administrator> =>
      within(given, tenantId, async (trx) => {
        const before = await lockAdministrator(trx, tenantId, administratorId)
        if (actor.id === before.administratorId)
          throw new Refusal('not_permitted', 'Nobody changes their own rights: ask another.')
        if (role !== undefined) checkRoleFits(role, tenantId)
        const row = await trx
          .updateTable('administrator')
          .set({
            role: role ?? before.role,
            disabled_at: disabled === undefined ? before.disabledAt : disabled ? clock() : null,
          })
          .where('administrator_id', '=', before.administratorId)
          .returningAll()
          .executeTakeFirstOrThrow()
        await endSessions(trx, before.administratorId)
        await audit.record(trx, tenantId, actor, {
          act: 'operators.administrator.changed',
          object: before.administratorId,
          details: {
            before: { role: before.role, disabled: before.disabledAt !== null },
            after: { role: row.role, disabled: row.disabled_at !== null },
          },
        })
        return presentAdministrator(row)
      }),

    /** @throws Refusal `not_found` */
    endSessionsOf: (
      actor: Actor,
      tenantId: TenantId | null,
      administratorId: string,
    ): Promise<void> =>
      within(given, tenantId, async (trx) => {
        const { administratorId: id } = await lockAdministrator(trx, tenantId, administratorId)
        await endSessions(trx, id)
        await audit.record(trx, tenantId, actor, {
          act: 'operators.sessions.ended',
          object: id,
          details: {},
        })
      }),
  }
}

/** @throws Refusal `invalid_input` for a role of the platform in a tenant, or the other way round */
export function checkRoleFits(role: Role, tenantId: TenantId | null): void {
  if (role.startsWith('tenant-') === (tenantId !== null)) return
  throw new Refusal(
    'invalid_input',
    tenantId === null
      ? `The role ${role} is of a tenant: name the tenant.`
      : `The role ${role} is of the platform: leave the tenant out.`,
  )
}

export async function findAdministrator(
  trx: Transaction,
  administratorId: Id<'adm'>,
): Promise<Administrator | undefined> {
  const row = await trx
    .selectFrom('administrator')
    .selectAll()
    .where('administrator_id', '=', administratorId)
    .executeTakeFirst()
  return row && presentAdministrator(row)
}

export async function lockAdministrator(
  trx: Transaction,
  tenantId: TenantId | null,
  administratorId: string,
): Promise<Administrator> {
  const row = await trx
    .selectFrom('administrator')
    .selectAll()
    .where('administrator_id', '=', administratorId as Id<'adm'>)
    .where('tenant_id', tenantId === null ? 'is' : '=', tenantId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined)
    throw new Refusal('not_found', `There is no administrator ${administratorId} here.`)
  return presentAdministrator(row)
}

/** But for the one that is to stay. */
export async function endSessions(
  trx: Transaction,
  administratorId: Id<'adm'>,
  but = '',
): Promise<void> {
  await trx
    .deleteFrom('admin_session')
    .where('administrator_id', '=', administratorId)
    .where('session_id', '!=', but as Id<'ses'>)
    .execute()
}

export function presentAdministrator(row: Selectable<Database['administrator']>): Administrator {
  return {
    administratorId: row.administrator_id,
    name: row.name,
    email: row.email,
    role: row.role,
    tenantId: row.tenant_id,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    lastSignedInAt: row.last_signed_in_at,
  }
}
