/**
 * Claim type mappings: for one issuer, which claim of its tokens says who it is, and whether that
 * is compared with the externalId or with the userName that provisioning brought. Without one, a sign-in ends in
 * `claim_type_mapping_not_found`.
 *
 * One per connection and issuer (SEC N-3), or several where the issuer lets others sign people in and says in a
 * claim which: one for each of those original issuers, and one for all the rest.
 */
import type { Selectable } from 'kysely'
import { type Database, type Transaction, uniqueViolation } from '../db/index.ts'
import { type Actor, type ConnectionId, type Id, Refusal, type TenantId } from '../lib/index.ts'
import { lockConnection } from './connection-rows.ts'
import type { ClaimTypeMapping, ConnectionKind, Given, Matches } from './types.ts'
import { cleanUrl } from './urls.ts'

/** Where Okta and Entra ID say who signed the person in first. */
const ORIGINAL_ISSUER_CLAIM = 'idp'
/** Entra's `sub` is another in each application; the object id is what it provisions as externalId. */
const USUAL_CLAIM: Readonly<Record<ConnectionKind, string>> = {
  okta: 'sub',
  entra: 'oid',
  other: 'sub',
}
/** What is shown of a person, and may be changed by whoever manages it (SEC R-1). */
const DISPLAY_CLAIMS = new Set(
  'email name nickname phone_number preferred_username unique_name upn'.split(' '),
)

export interface MappingSettings {
  readonly connectionId: ConnectionId
  readonly issuer: string
  /** `sub` unless told, and `oid` of an Entra ID connection. */
  readonly claimType?: string | undefined
  readonly matches: Matches
  readonly originalIssuer?: string | undefined
  /** Where there is an original issuer; `idp`, as Okta and Entra ID have it, unless told. */
  readonly originalIssuerClaim?: string | undefined
}

/** The mapping for a token of an issuer, of those that stand for that issuer: its original issuer's, or else the one for all. */
export function chooseMapping(
  mappings: readonly ClaimTypeMapping[],
  claims: Readonly<Record<string, unknown>>,
): ClaimTypeMapping | undefined {
  const own = mappings.find(
    ({ originalIssuer, originalIssuerClaim: claim }) =>
      originalIssuer !== null && claim !== null && claims[claim] === originalIssuer,
  )
  return own ?? mappings.find(({ originalIssuer }) => originalIssuer === null)
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
    /**
     * @throws Refusal `already_exists` when that connection, issuer and original issuer have one, or one
     *         that looks the same; `conflict` where a token could be for two; `not_found`
     */
    async createMapping(
      actor: Actor,
      tenantId: TenantId,
      settings: MappingSettings,
    ): Promise<ClaimTypeMapping> {
      const { connectionId, issuer, matches } = settings
      cleanUrl('issuer', issuer)
      if (settings.claimType !== undefined) checkClaim(settings.claimType)
      const original = originalOf(settings)
      try {
        return await db.inTenant(tenantId, async (trx) => {
          const { kind } = await lockConnection(trx, tenantId, connectionId)
          const claimType = settings.claimType ?? USUAL_CLAIM[kind]
          await refuseAlike(trx, tenantId, { connectionId, issuer, ...original })
          const row = await trx
            .insertInto('claim_type_mapping')
            .values({
              tenant_id: tenantId,
              mapping_id: newId('ctm'),
              connection_id: connectionId,
              issuer,
              claim_type: claimType,
              matches,
              ...original,
              created_at: clock(),
            })
            .returningAll()
            .executeTakeFirstOrThrow()
          await audit.record(trx, tenantId, actor, {
            act: 'tenants.claim-type-mapping.created',
            object: row.mapping_id,
            details: { ...settings, claimType },
          })
          return present(row)
        })
      } catch (error) {
        if (uniqueViolation(error) === undefined) throw error
        throw new Refusal(
          'already_exists',
          `${connectionId} has a mapping for ${settings.originalIssuer ?? issuer} already. Remove it first to change it.`,
          { cause: error },
        )
      }
    },

    listMappings: async (tenantId: TenantId) => (await select(tenantId)).map(present),

    /** Those for exactly this connection and issuer; undefined where there is none. */
    async findMappings(
      tenantId: TenantId,
      connectionId: ConnectionId,
      issuer: string,
    ): Promise<readonly ClaimTypeMapping[] | undefined> {
      const rows = await db.shared.read<Selectable<Database['claim_type_mapping']>>(
        tenantId,
        'claim-type-mapping-find',
        `select * from claim_type_mapping
          where tenant_id = $1 and connection_id = $2 and issuer = $3 order by mapping_id`,
        [tenantId, connectionId, issuer],
      )
      return rows.length === 0 ? undefined : rows.map(present)
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
          details: settingsOf(row),
        })
      })
    },
  }
}

type Original = Pick<
  Selectable<Database['claim_type_mapping']>,
  'original_issuer' | 'original_issuer_claim'
>

/** In the words of the table. @throws Refusal `invalid_input` */
function originalOf({ originalIssuer, originalIssuerClaim }: MappingSettings): Original {
  if (originalIssuer === undefined) {
    if (originalIssuerClaim === undefined) return { original_issuer: '', original_issuer_claim: '' }
    throw new Refusal(
      'invalid_input',
      'The claim of an original issuer goes with an original issuer.',
    )
  }
  if (!/^\P{Cc}{1,2048}$/u.test(originalIssuer))
    throw new Refusal('invalid_input', 'The original issuer is not text of up to 2,048 characters.')
  const claim = originalIssuerClaim ?? ORIGINAL_ISSUER_CLAIM
  checkClaim(claim)
  return { original_issuer: originalIssuer, original_issuer_claim: claim }
}

function checkClaim(name: string): void {
  if (/^[A-Za-z0-9_.:/-]{1,200}$/.test(name)) return
  throw new Refusal('invalid_input', `"${name.slice(0, 60)}" is not the name of a claim.`)
}

/**
 * Issuers are compared as exact strings when a token comes, so of two that only look different one is a
 * mistake, and whoever reads the list cannot tell which (SEC N-3). And of two mappings for original issuers that
 * stand in two claims, one token could be for both.
 * @throws Refusal `already_exists`, `conflict`
 */
async function refuseAlike(
  trx: Transaction,
  tenantId: TenantId,
  made: Original & { readonly connectionId: ConnectionId; readonly issuer: string },
): Promise<void> {
  const { connectionId, issuer } = made
  const rows = await trx
    .selectFrom('claim_type_mapping')
    .select(['issuer', 'original_issuer', 'original_issuer_claim'])
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .execute()
  refuseSeeming(
    connectionId,
    issuer,
    rows.map((row) => row.issuer),
  )
  const beside = rows.filter((row) => row.issuer === issuer && row.original_issuer !== '')
  if (made.original_issuer === '') return
  refuseSeeming(
    connectionId,
    made.original_issuer,
    beside.map((row) => row.original_issuer),
  )
  const other = beside.find((row) => row.original_issuer_claim !== made.original_issuer_claim)
  if (other !== undefined)
    throw new Refusal(
      'conflict',
      `${connectionId} has mappings for original issuers of ${issuer} by the claim "${other.original_issuer_claim}": ` +
        'a token with both claims could be for two. Take the same claim.',
    )
}

function refuseSeeming(connectionId: ConnectionId, made: string, there: readonly string[]): void {
  const alike = there.find((each) => each !== made && bare(each) === bare(made))
  if (alike === undefined) return
  throw new Refusal(
    'already_exists',
    `${connectionId} has a mapping for ${alike}, which differs from this issuer by letter case or ` +
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
    ...settingsOf(row),
    caution: cautionOf(row.claim_type),
    createdAt: row.created_at,
  }
}

function cautionOf(claimType: string): string | null {
  if (!DISPLAY_CLAIMS.has(claimType)) return null
  return (
    `"${claimType}" may be changed, and given to somebody else: whoever has it then is let in as whoever had it before. ` +
    'What never changes is "sub", or "oid" where the provider is Entra ID.'
  )
}

function settingsOf(row: Selectable<Database['claim_type_mapping']>) {
  return {
    connectionId: row.connection_id,
    issuer: row.issuer,
    claimType: row.claim_type,
    matches: row.matches,
    originalIssuer: row.original_issuer === '' ? null : row.original_issuer,
    originalIssuerClaim: row.original_issuer_claim === '' ? null : row.original_issuer_claim,
  }
}
