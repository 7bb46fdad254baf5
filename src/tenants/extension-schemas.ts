/**
 * Extension schemas of a connection: declared, listed, removed. What a declaration may say is SCIM's
 * to know; here it is kept, and the SCIM edge is handed it with the caller.
 */
import type { Selectable } from 'kysely'
import { type Database, uniqueViolation } from '../db/index.ts'
import { type Actor, type ConnectionId, fold, Refusal, type TenantId } from '../lib/index.ts'
import {
  type DeclaredAttribute,
  type DeclaredExtension,
  declareExtension,
  type Schema,
} from '../scim/index.ts'
import { lockConnection } from './connection-rows.ts'
import type { Given } from './types.ts'

export interface ExtensionSchema extends DeclaredExtension {
  readonly createdAt: Date
}

export interface ExtensionDeclaration {
  readonly resourceType: string
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly DeclaredAttribute[]
}

export function createExtensionSchemas(
  given: Given & { readonly forget: (tenantId: TenantId) => void },
) {
  const { db, audit, clock, forget } = given

  async function listExtensions(
    tenantId: TenantId,
    connectionId: ConnectionId,
  ): Promise<ExtensionSchema[]> {
    const rows = await db.inTenant(tenantId, (trx) =>
      trx
        .selectFrom('extension_schema')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .orderBy('urn_folded')
        .execute(),
    )
    return rows.map(present)
  }

  return {
    listExtensions,

    /**
     * From now on the connection's resources of that type may carry it: here at once, on every other
     * node within 5 s.
     * @throws Refusal `already_exists`; `invalid_input` for what RFC 7643 section 7 does not allow
     */
    async declareExtension(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      declaration: ExtensionDeclaration,
    ): Promise<ExtensionSchema> {
      const others = await listExtensions(tenantId, connectionId)
      const { resourceType, schema } = declareExtension(declaration, others, given.resourceTypes)
      try {
        const row = await db.inTenant(tenantId, async (trx) => {
          await lockConnection(trx, tenantId, connectionId)
          const inserted = await trx
            .insertInto('extension_schema')
            .values({
              tenant_id: tenantId,
              connection_id: connectionId,
              urn_folded: fold(schema.id),
              resource_type: resourceType,
              schema: JSON.stringify(schema),
              created_at: clock(),
            })
            .returningAll()
            .executeTakeFirstOrThrow()
          await audit.record(trx, tenantId, actor, {
            act: 'tenants.extension-schema.declared',
            object: connectionId,
            details: { resourceType, schema },
          })
          return inserted
        })
        forget(tenantId)
        return present(row)
      } catch (error) {
        if (uniqueViolation(error) === undefined) throw error
        throw new Refusal(
          'already_exists',
          `${connectionId} has declared "${schema.id}" already. Remove it first to change it.`,
          { cause: error },
        )
      }
    },

    /**
     * What it names is left out of writes from now on; what resources carry already stays until
     * they are written again. @throws Refusal `not_found`
     */
    async removeExtension(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      urn: string,
    ): Promise<void> {
      await db.inTenant(tenantId, async (trx) => {
        const row = await trx
          .deleteFrom('extension_schema')
          .where('tenant_id', '=', tenantId)
          .where('connection_id', '=', connectionId)
          .where('urn_folded', '=', fold(urn))
          .returningAll()
          .executeTakeFirst()
        if (row === undefined)
          throw new Refusal('not_found', `${connectionId} has declared no "${urn.slice(0, 200)}".`)
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.extension-schema.removed',
          object: connectionId,
          details: { resourceType: row.resource_type, schema: row.schema },
        })
      })
      forget(tenantId)
    },
  }
}

function present(row: Selectable<Database['extension_schema']>): ExtensionSchema {
  return {
    resourceType: row.resource_type,
    // Written by `declareExtension` above.
    schema: row.schema as unknown as Schema,
    createdAt: row.created_at,
  }
}
