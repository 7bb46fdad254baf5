/**
 * From a verified ID token to a person: claim type mapping, then identity, and where that is not
 * there yet, the loader. Read top to bottom it is the table of refusals.
 */
import type { Identity } from '../identity/index.ts'
import { type ConnectionId, type IdentityId, Refusal, type TenantId } from '../lib/index.ts'
import { chooseMapping, type ClaimTypeMapping, type Connection } from '../tenants/index.ts'
import type { Given } from './given.ts'
import type { Waiting } from './pages/index.ts'
import type { Verified } from './upstream.ts'

/** Staged, and loading it now is held: the page shows this and tries again. */
export class Held extends Refusal {
  readonly waiting: Omit<Waiting, 'triesByHand'>

  constructor(message: string, waiting: Held['waiting'], seen: Refusal['seen']) {
    super('fqn_not_found', message, { seen })
    this.waiting = waiting
  }
}

export interface Found {
  readonly person: Identity
  /** For the sign-in log. */
  readonly seen: Readonly<Record<string, unknown>>
}

/**
 * @throws Refusal `claim_type_mapping_not_found`, `user_not_found`, `identity_inactive`,
 *         `identity_ambiguous`; Held for `fqn_not_found`
 */
export async function findPerson(
  given: Pick<Given, 'tenants' | 'identity' | 'loader' | 'clock'>,
  tenantId: TenantId,
  connectionId: ConnectionId,
  verified: Verified,
): Promise<Found> {
  const { issuer, claims } = verified
  const mappings = await given.tenants.findMappings(tenantId, connectionId, issuer)
  const mapping = chooseMapping(mappings ?? [], claims) ?? refuseUnmapped(mappings, verified)
  const value = claimValue(mapping, verified)
  const { claimType, matches, originalIssuer } = mapping
  const from = originalIssuer === null ? {} : { originalIssuer }
  const seen = { issuer, ...from, claimType, matches, value }
  const found = await given.identity.findBySource(tenantId, connectionId, { matches, value })
  const active = onlyActive(found, seen)
  // The loader may be paused or behind; who has left may not sign in meanwhile.
  if (active !== undefined && (await given.loader.hasLeft(tenantId, active)))
    throw inactive(active, 'deactivated', seen)
  const person = active ?? (await locate(given, tenantId, connectionId, { matches, value }, seen))
  return { person, seen: { ...seen, identityId: person.identityId, fqn: person.fqn } }
}

/** Whom a verified token means, and whether they may still come in; undefined where nobody is known. */
export async function personAt(
  { tenants, identity, loader }: Pick<Given, 'tenants' | 'identity' | 'loader'>,
  { tenantId, connectionId }: Connection,
  { issuer, claims }: Verified,
): Promise<{ readonly identityId: IdentityId; readonly isIn: boolean } | undefined> {
  const mappings = await tenants.findMappings(tenantId, connectionId, issuer)
  const mapping = chooseMapping(mappings ?? [], claims)
  const value = mapping && claims[mapping.claimType]
  if (mapping === undefined || typeof value !== 'string') return undefined
  const { matches } = mapping
  const [person] = await identity.findBySource(tenantId, connectionId, { matches, value })
  if (person === undefined) return undefined
  const { identityId, state } = person
  return {
    identityId,
    isIn: state === 'active' && !(await loader.hasLeft(tenantId, person)),
  }
}

function refuseUnmapped(
  mappings: readonly ClaimTypeMapping[] | undefined,
  { issuer, claims }: Verified,
): never {
  const [one] = mappings ?? []
  const claim = one?.originalIssuerClaim
  if (typeof claim !== 'string')
    throw new Refusal(
      'claim_type_mapping_not_found',
      `No claim type mapping stands for the issuer ${issuer}. Add one.`,
      {
        command: 'claim-type-mapping create',
        seen: { issuer, claims: Object.keys(claims) },
      },
    )
  const said = claims[claim]
  const original = typeof said === 'string' ? said.slice(0, 200) : 'none'
  throw new Refusal(
    'claim_type_mapping_not_found',
    `The mappings of ${issuer} are for original issuers, and none is for "${original}", which its claim "${claim}" says. Add one.`,
    {
      command: 'claim-type-mapping create --original-issuer',
      seen: { issuer, originalIssuer: original, claims: Object.keys(claims) },
    },
  )
}

function claimValue(mapping: ClaimTypeMapping, verified: Verified): string {
  const { issuer } = verified
  const value = verified.claims[mapping.claimType]
  if (typeof value === 'string' && value !== '') return value
  throw new Refusal(
    'claim_type_mapping_not_found',
    `The tokens of ${issuer} have no claim "${mapping.claimType}" with text in it. ` +
      'Let the identity provider send it, or map another claim.',
    { seen: { issuer, claimType: mapping.claimType, claims: Object.keys(verified.claims) } },
  )
}

/** Undefined where nobody is active: the loader may know better. */
function onlyActive(
  people: readonly Identity[],
  seen: Readonly<Record<string, unknown>>,
): Identity | undefined {
  const active = people.filter(({ state }) => state === 'active')
  if (active.length > 1)
    throw new Refusal('identity_ambiguous', `${active.length} active identities answer to it.`, {
      seen: { ...seen, identities: active.map(({ identityId }) => identityId) },
    })
  return active[0]
}

/** Loads the one person who is staged, and goes on. */
async function locate(
  { identity, loader, clock }: Pick<Given, 'identity' | 'loader' | 'clock'>,
  tenantId: TenantId,
  connectionId: ConnectionId,
  query: { readonly matches: ClaimTypeMapping['matches']; readonly value: string },
  seen: Readonly<Record<string, unknown>>,
): Promise<Identity> {
  const located = await loader.locate(tenantId, connectionId, query)
  if (located.at === 'waiting') {
    const { reason, since, stage, estimateSeconds } = located
    const sinceSeconds = Math.max(0, Math.round((clock().getTime() - since.getTime()) / 1000))
    throw new Held(
      stage,
      { stage: reason, sinceSeconds, estimateSeconds },
      { ...seen, reason, since: since.toISOString() },
    )
  }
  const person =
    located.at === 'identity'
      ? located.identity
      : (await identity.findBySource(tenantId, connectionId, query))[0]
  if (person === undefined)
    throw new Refusal(
      'user_not_found',
      'The identity provider has not handed that person over: assign them to the application there, ' +
        'or press "Provision User".',
      { seen },
    )
  if (person.state !== 'active')
    throw inactive(person, person.state === 'deleted' ? 'deleted' : 'deactivated', seen)
  return person
}

function inactive(
  { fqn, identityId, state, sourceState, joinedFrom }: Identity,
  what: string,
  seen: Readonly<Record<string, unknown>>,
): Refusal {
  const because =
    sourceState === 'active'
      ? `is one person by the joining rule with ${joinedFrom.join(', ')}, and one of them is ${what}.`
      : state === 'inactive'
        ? 'is deactivated in the identity provider, or made inactive by a rule.'
        : `is ${what} in the identity provider.`
  return new Refusal('identity_inactive', `${fqn} ${because}`, {
    seen: { ...seen, identityId, state },
  })
}
