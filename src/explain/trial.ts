/**
 * A sign-in without one: what would become of a token, by its claims. The same questions as a sign-in
 * asks, answered without loading or opening anything.
 */
import { type ConnectionId, fold, Refusal, type TenantId } from '../lib/index.ts'
import type { StagedPerson } from '../sync/index.ts'
import { chooseMapping, type ClaimTypeMapping, type Connection } from '../tenants/index.ts'
import { type ExplainGiven, type Explanation, explainPeople } from './gather.ts'
import { NOBODY, refused, type Verdict } from './known.ts'
import { mappingsOf, ofConnection, ofMapping, ofTenant } from './of-set-up.ts'

export interface Trial {
  readonly issuer: string
  readonly connection: Connection
  readonly mapping: ClaimTypeMapping | undefined
  /** What the person is looked up by; undefined where no mapping finds any. */
  readonly value: string | undefined
  /** Everybody it may mean; usually one. */
  readonly people: readonly Explanation[]
  readonly verdict: Verdict
}

type Claims = Readonly<Record<string, unknown>>
export type Source = Pick<ClaimTypeMapping, 'matches'> & { readonly value: string }

export async function tryClaims(
  given: ExplainGiven,
  tenantId: TenantId,
  connectionId: ConnectionId,
  claims: Claims,
): Promise<Trial> {
  const { tenants } = given
  const issuer = textOf(claims, 'iss')
  if (issuer === undefined)
    throw new Refusal('invalid_input', 'The claims hold no "iss": it says whose token it is.')
  const [tenant, connection, mappings] = await Promise.all([
    tenants.readTenant(tenantId),
    tenants.readConnection(tenantId, connectionId),
    tenants.listMappings(tenantId),
  ])
  const ofIssuers = mappingsOf({ connection: { ...connection, issuer }, mappings })
  const mapping = chooseMapping(ofIssuers, claims)
  const value = mapping && textOf(claims, mapping.claimType)
  const setUp =
    ofTenant({ tenant: tenant ?? { suspendedAt: null } }) ??
    ofConnection({ connection }) ??
    ofIssuer(connection, issuer) ??
    ofMapping({ connection, mappings }) ??
    ofOrigin(mapping, ofIssuers, claims) ??
    ofClaims(mapping, claims)
  if (mapping === undefined || value === undefined)
    return { issuer, connection, mapping, value, people: [], verdict: setUp ?? NOBODY }
  const source = { matches: mapping.matches, value }
  const people = await peopleOf(given, connection, source)
  const verdict = setUp ?? (await ofPeople(given, connection, source, people))
  return { issuer, connection, mapping, value, people, verdict }
}

function textOf(claims: Claims, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

function ofIssuer({ connectionId, issuer }: Connection, tokens: string): Verdict | undefined {
  if (issuer === tokens) return undefined
  return refused(
    'token_refused',
    `${connectionId} signs in through ${issuer}; a token of ${tokens} is refused there.`,
    'The operator: set the issuer, to the letter as the token has it.',
    'connection set-oidc',
  )
}

/** There are mappings, and none is for whoever the token says has signed the person in first. */
function ofOrigin(
  mapping: ClaimTypeMapping | undefined,
  [one]: readonly ClaimTypeMapping[],
  claims: Claims,
): Verdict | undefined {
  const claim = one?.originalIssuerClaim
  if (mapping !== undefined || typeof claim !== 'string') return undefined
  return refused(
    'claim_type_mapping_not_found',
    `The mappings of ${one?.issuer} are for original issuers, and none is for "${textOf(claims, claim) ?? 'none'}", ` +
      `which the claim "${claim}" says.`,
    'The operator: add it.',
    'claim-type-mapping create',
  )
}

function ofClaims(mapping: ClaimTypeMapping | undefined, claims: Claims): Verdict | undefined {
  if (mapping === undefined || textOf(claims, mapping.claimType) !== undefined) return undefined
  const texts = Object.keys(claims).filter((name) => textOf(claims, name) !== undefined)
  return refused(
    'claim_type_mapping_not_found',
    `The token has no claim "${mapping.claimType}" with text in it; it has ${texts.join(', ')}.`,
    'Let the identity provider send that claim, or map another.',
    'claim-type-mapping create',
  )
}

/** Whom a sign-in through the connection may mean by that, and nobody else. */
export async function peopleOf(
  given: ExplainGiven,
  connection: Connection,
  source: Source,
): Promise<Explanation[]> {
  const { tenantId, connectionId } = connection
  const [people, named] = await Promise.all([
    given.identity.findSources(tenantId, connectionId, source),
    given.sync.findStagedPeople(tenantId, [connectionId], source.value),
  ])
  const staged = named.filter((person) => answersTo(person, source))
  return explainPeople(given, tenantId, [connection], people, staged)
}

function answersTo({ userName, externalId }: StagedPerson, { matches, value }: Source): boolean {
  return matches === 'externalId' ? externalId === value : fold(userName) === fold(value)
}

/** As a sign-in chooses: the one who is active; who is staged is loaded by it. */
export async function ofPeople(
  { identity, sync }: ExplainGiven,
  { tenantId, connectionId }: Connection,
  { matches, value }: Source,
  people: readonly Explanation[],
): Promise<Verdict> {
  const active = people.filter((person) => person.identity?.state === 'active')
  if (active.length > 1)
    return refused(
      'identity_ambiguous',
      `${active.length} active people have the ${matches} "${value}".`,
      "The customer's administrator: deactivate all but one of them in the identity provider.",
    )
  const [chosen] = [...active, ...people.filter(({ verdict }) => verdict.canSignIn), ...people]
  if (chosen !== undefined) return chosen.verdict
  const nobody = `Nobody of ${connectionId} has the ${matches} "${value}"`
  const other = matches === 'externalId' ? 'userName' : 'externalId'
  const [likely] = await identity.findSources(tenantId, connectionId, { matches: other, value })
  if (likely !== undefined)
    return refused(
      'user_not_found',
      `${nobody}; it is the ${other} of ${likely.fqn}.`,
      `The operator: map the claim again, so that it is compared with the ${other}.`,
      'claim-type-mapping create',
    )
  const [alike] = await sync.findStagedPeople(tenantId, [connectionId], value)
  if (alike === undefined) return { ...NOBODY, because: `${nobody}.` }
  return refused(
    'user_not_found',
    `${nobody}; ${alike.userName} has it in another place, such as an e-mail address.`,
    `The customer's administrator: let provisioning send it as their ${matches}. Or the operator: map a ` +
      `claim that says their ${matches}.`,
  )
}
