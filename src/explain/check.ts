/** A look over a whole connection before it goes live: whom its claim type mapping will not let in. */
import { type Id, type IdentityId, Refusal, type RefusalCode, type TenantId } from '../lib/index.ts'
import type { ClaimTypeMapping } from '../tenants/index.ts'
import { type ClaimSent, claimSent } from './claim-sent.ts'
import type { ExplainGiven } from './gather.ts'

export interface Unfindable {
  readonly identityId: IdentityId
  readonly fqn: string
  /** What they share with others, or what the claim cannot be; null where they have none. */
  readonly value: string | null
  readonly code: RefusalCode
}

export interface MappingCheck {
  readonly mapping: ClaimTypeMapping
  readonly active: number
  readonly without: number
  readonly sharing: number
  readonly unlike: number
  readonly people: readonly Unfindable[]
  /** Whoever has something to be found by is found only if tokens say it. */
  readonly claim: ClaimSent
}

export interface CheckPage {
  readonly limit: number
  /** The last `identityId` of the page before. */
  readonly after?: string | undefined
}

export interface RefusedValue {
  readonly value: string
  readonly code: RefusalCode
}

type Given = Pick<ExplainGiven, 'tenants' | 'identity' | 'sync' | 'signin'>

/** Among the active people: who has nothing to be found by, what the claim cannot be, or what others have, too. */
export async function checkMapping(
  { tenants, identity, signin }: Given,
  tenantId: TenantId,
  mappingId: Id<'ctm'>,
  page: CheckPage,
): Promise<MappingCheck> {
  const mapping = await mappingNamed(tenants, tenantId, mappingId)
  const { connectionId, matches } = mapping
  const part = partOf(mapping)
  const [counts, people, claim] = await Promise.all([
    identity.countSources(tenantId, connectionId, matches, part),
    identity.listUnfindable(tenantId, connectionId, matches, part, page),
    claimSent({ signin }, tenantId, mapping),
  ])
  return {
    mapping,
    claim,
    ...counts,
    people: people.map(({ identityId, fqn, name, externalId }) => {
      const value = matches === 'externalId' ? externalId : name
      return {
        identityId,
        fqn,
        value,
        code: value?.includes(part) === true ? 'identity_ambiguous' : 'user_not_found',
      }
    }),
  }
}

/** What each value of the claim has in it: of the standard ones, an e-mail address (OpenID Connect Core section 5.1). */
function partOf({ claimType }: ClaimTypeMapping): string {
  return claimType === 'email' ? '@' : ''
}

/** Of the claim's values that tokens will bring, those that would be refused, in their order. */
export async function checkValues(
  { tenants, identity, sync }: Given,
  tenantId: TenantId,
  mappingId: Id<'ctm'>,
  values: readonly string[],
): Promise<RefusedValue[]> {
  const { connectionId, matches } = await mappingNamed(tenants, tenantId, mappingId)
  const counted = await identity.countBySource(tenantId, connectionId, matches, values)
  const missing = counted.filter(({ active }) => active === 0).map(({ value }) => value)
  const staged = await sync.activeAmong(tenantId, connectionId, matches, missing)
  return counted.flatMap(({ value, known, active }): RefusedValue[] => {
    if (active === 1 || staged.has(value)) return []
    if (active > 1) return [{ value, code: 'identity_ambiguous' }]
    return [{ value, code: known > 0 ? 'identity_inactive' : 'user_not_found' }]
  })
}

async function mappingNamed(
  tenants: Given['tenants'],
  tenantId: TenantId,
  mappingId: Id<'ctm'>,
): Promise<ClaimTypeMapping> {
  const found = (await tenants.listMappings(tenantId)).find((each) => each.mappingId === mappingId)
  if (found !== undefined) return found
  throw new Refusal('not_found', `This tenant has no claim type mapping ${mappingId}.`)
}
