/**
 * Claim type mappings: for one issuer, which claim of its tokens says who it is, and whether that
 * is compared with the externalId or with the userName that provisioning brought. One per
 * connection and issuer (SEC N-3). Without one, a sign-in ends in `claim_type_mapping_not_found`.
 */
import type { Selectable } from 'kysely'
import { type Database, type Transaction, uniqueViolation } from '../db/index.ts'
import { type Actor, type ConnectionId, type Id, Refusal, type TenantId } from '../lib/index.ts'
import { lockConnection } from './connection-rows.ts'
import type { ClaimTypeMapping, Given, Matches } from './types.ts'
import { cleanUrl } from './urls.ts'

export interface MappingSettings {
  readonly connectionId: ConnectionId
  readonly issuer: string
  readonly claimType: string
  readonly matches: Matches
}

export function createClaimTypeMappings({ db, audit, clock, newId }: Given) {
  const select = (tenantId: TenantId) =>
    db.inTenant(tenantId, (trx) =>
      trx
        .selectFrom('claim_type_mapping')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('mapping_id')
        .limit(1000)
        .execute(),
    )

  return {
    /** @throws Refusal `already_exists` when that connection and issuer have one; `not_found` */
    async createMapping(
      actor: Actor,
      tenantId: TenantId,
      { connectionId, issuer, claimType, matches }: MappingSettings,
    ): Promise<ClaimTypeMapping> {
      cleanUrl('issuer', issuer)
      if (!/^[A-Za-z0-9_.:/-]{1,200}$/.test(claimType))
        throw new Refusal(
          'invalid_input',
          `"${claimType.slice(0, 60)}" is not the name of a claim.`,
        )
      try {
        return await db.inTenant(tenantId, async (trx) => {
          await lockConnection(trx, tenantId, connectionId)
          await refuseAlike(trx, tenantId, connectionId, issuer)
          const row = await trx
            .insertInto('claim_type_mapping')
            .values({
              tenant_id: tenantId,
              mapping_id: newId('ctm'),
              connection_id: connectionId,
              issuer,
              claim_type: claimType,
              matches,
              created_at: clock(),
            })
            .returningAll()
            .executeTakeFirstOrThrow()
          await audit.record(trx, tenantId, actor, {
            act: 'tenants.claim-type-mapping.created',
            object: row.mapping_id,
            details: { connectionId, issuer, claimType, matches },
          })
          return present(row)
        })
      } catch (error) {
        if (uniqueViolation(error) === undefined) throw error
        throw new Refusal(
          'already_exists',
          `${connectionId} has a mapping for ${issuer} already. Remove it first to change it.`,
          { cause: error },
        )
      }
    },

    listMappings: async (tenantId: TenantId) => (await select(tenantId)).map(present),

    /** The mapping for exactly this connection and issuer, if any. */
    async findMapping(
      tenantId: TenantId,
      connectionId: ConnectionId,
      issuer: string,
    ): Promise<ClaimTypeMapping | undefined> {
      const [row] = await db.shared.read<Selectable<Database['claim_type_mapping']>>(
        tenantId,
        'claim-type-mapping-find',
        `select * from claim_type_mapping
          where tenant_id = $1 and connection_id = $2 and issuer = $3`,
        [tenantId, connectionId, issuer],
      )
      return row && present(row)
    },

    /** @throws Refusal `not_found` */
    async removeMapping(actor: Actor, tenantId: TenantId, mappingId: Id<'ctm'>): Promise<void> {
      await db.inTenant(tenantId, async (trx) => {
        const row = await trx
          .deleteFrom('claim_type_mapping')
          .where('tenant_id', '=', tenantId)
          .where('mapping_id', '=', mappingId)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined)
          throw new Refusal('not_found', `This tenant has no claim type mapping ${mappingId}.`)
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.claim-type-mapping.removed',
          object: mappingId,
          details: {
            connectionId: row.connection_id,
            issuer: row.issuer,
            claimType: row.claim_type,
            matches: row.matches,
          },
        })
      })
    },
  }
}

/**
 * Issuers are compared as exact strings when a token comes, so of two that only look different one is a
 * mistake, and whoever reads the list cannot tell which (SEC N-3).
 * @throws Refusal `already_exists`
 */
async function refuseAlike(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  issuer: string,
): Promise<void> {
  const rows = await trx
    .selectFrom('claim_type_mapping')
    .select('issuer')
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .execute()
  const alike = rows.find((row) => row.issuer !== issuer && bare(row.issuer) === bare(issuer))
  if (alike !== undefined)
    throw new Refusal(
      'already_exists',
      `${connectionId} has a mapping for ${alike.issuer}, which differs from this issuer by letter case or ` +
        'a slash alone. Remove the one that the identity provider does not say.',
    )
}

/** Without what does not tell two addresses apart. */
function bare(issuer: string): string {
  return issuer.toLowerCase().replace(/\/+$/, '')
}

function present(row: Selectable<Database['claim_type_mapping']>): ClaimTypeMapping {
  return {
    mappingId: row.mapping_id,
    connectionId: row.connection_id,
    issuer: row.issuer,
    claimType: row.claim_type,
    matches: row.matches,
    createdAt: row.created_at,
  }
}
