/** What is missing for a sign-in through a connection: of the tenant, of the connection, of its mapping, of the claim. Pure. */
import { chooseMapping, type ClaimTypeMapping } from '../tenants/index.ts'
import { type Known, refused, type Verdict } from './known.ts'

type SetUp = Pick<Known, 'connection' | 'mappings'>

export function ofTenant({ tenant }: Pick<Known, 'tenant'>): Verdict | undefined {
  if (tenant.suspendedAt === null) return undefined
  return refused(
    'tenant_suspended',
    'The tenant is suspended.',
    'The operator: resume it.',
    'tenant resume',
  )
}

export function ofConnection({ connection }: Pick<Known, 'connection'>): Verdict | undefined {
  const { connectionId, disabledAt, issuer, hasClientSecret, authentication } = connection
  if (disabledAt !== null)
    return refused(
      'connection_not_ready',
      `The connection ${connectionId} is disabled.`,
      'The operator: enable it.',
      'connection enable',
    )
  const canShowItself = hasClientSecret || authentication === 'private_key_jwt'
  if (issuer !== null && canShowItself) return undefined
  return refused(
    'connection_not_ready',
    `The connection ${connectionId} has no OpenID Connect application yet.`,
    'The operator: set issuer, client id and client secret.',
    'connection set-oidc',
  )
}

export function mappingsOf({ connection, mappings }: SetUp): readonly ClaimTypeMapping[] {
  return mappings.filter(
    ({ connectionId, issuer }) =>
      connectionId === connection.connectionId && issuer === connection.issuer,
  )
}

/** Without a token: the one for tokens that say nothing of an original issuer, or else the first. */
export function mappingOf(known: SetUp): ClaimTypeMapping | undefined {
  const all = mappingsOf(known)
  return chooseMapping(all, {}) ?? all[0]
}

export function ofMapping(known: SetUp): Verdict | undefined {
  if (mappingOf(known) !== undefined) return undefined
  const { connectionId, issuer } = known.connection
  return refused(
    'claim_type_mapping_not_found',
    `No claim type mapping stands for the issuer ${issuer} of ${connectionId}.`,
    'The operator: add it.',
    'claim-type-mapping create',
  )
}

/** What a token of the connection would bring of them, to be compared as its mapping says. */
export function valueAt(known: Omit<Known, 'tenant' | 'alike' | 'progress'>): string | null {
  const at = known.connection.connectionId
  const staged = known.staged?.connectionId === at ? known.staged : undefined
  const source = known.sources.find(({ connectionId }) => connectionId === at) ?? known.identity
  return mappingOf(known)?.matches === 'externalId'
    ? (staged?.externalId ?? source?.externalId ?? null)
    : (staged?.userName ?? source?.name ?? null)
}

/** Who is meant nobody can tell, so it is nobody. */
export function ofAlike({ connection, alike }: Known): Verdict | undefined {
  const active = (alike.get(connection.connectionId) ?? []).filter(
    ({ state }) => state === 'active',
  )
  if (active.length < 2) return undefined
  return refused(
    'identity_ambiguous',
    `${active.length} active people of ${connection.label} answer to the same claim: ${active.map(({ fqn }) => fqn).join(', ')}.`,
    "The customer's administrator: deactivate all but one of them in the identity provider.",
  )
}

export function ofClaim(known: Known): Verdict | undefined {
  const mapping = mappingOf(known)
  if (mapping?.matches !== 'externalId' || valueAt(known) !== null) return undefined
  return refused(
    'user_not_found',
    `The mapping compares the claim "${mapping.claimType}" with externalId, and this person has none.`,
    "The customer's administrator: let provisioning send externalId. Or the operator: map a claim that is " +
      'compared with userName.',
  )
}
