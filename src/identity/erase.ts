/**
 * Erasing a person: what names or describes them goes, from who they are and from what happened to them. Their id
 * stays, deleted, so that it is nobody else's and the order of events has no gap (SEC G-4).
 */
import type { Transaction } from '../db/index.ts'
import { type IdentityId, Refusal, type TenantId } from '../lib/index.ts'

export interface Erased {
  readonly resourceId: string
  /** By what they were known: the names that they had, and their id at the identity provider. */
  readonly knownBy: readonly string[]
  readonly names: number
  readonly events: number
}

interface Row extends Record<string, unknown> {
  readonly kind: string
  readonly state: string
  readonly resource_id: string
  readonly name: string
  readonly external_id: string | null
}

/**
 * @throws Refusal `not_found`, also for a group; `conflict` for somebody whom their identity provider still has:
 *         they would be back with the next change
 */
export async function erasePerson(
  trx: Transaction,
  tenantId: TenantId,
  identityId: IdentityId,
  now: Date,
): Promise<Erased> {
  const of = [tenantId, identityId] as const
  const [person] = await trx.prepared<Row>(
    'identity-hold-to-erase',
    `select kind, state, resource_id, name, external_id from identity
      where tenant_id = $1 and identity_id = $2 for update`,
    of,
  )
  if (person?.kind !== 'person')
    throw new Refusal('not_found', `There is no person ${identityId} there.`)
  if (person.state !== 'deleted')
    throw new Refusal(
      'conflict',
      `${identityId} is still with their identity provider. Delete them there first: else they come back with the next change.`,
    )
  const names = await trx.prepared<{ name: string }>(
    'identity-erase-names',
    'delete from fqn where tenant_id = $1 and identity_id = $2 returning name',
    of,
  )
  const events = await trx.prepared(
    'identity-erase-events',
    `update event set changes = '{}'
      where tenant_id = $1 and identity_id = $2 and changes <> '{}' returning 1 as erased`,
    of,
  )
  await trx.prepared('identity-erase', ERASE, [...of, now])
  const { resource_id: resourceId, external_id: externalId } = person
  const known = [person.name, ...names.map(({ name }) => name), externalId]
  return {
    resourceId,
    knownBy: [...new Set(known.filter((each) => each !== null))],
    names: names.length,
    events: events.length,
  }
}

const ERASE = `
  update identity
     set name = identity_id, name_folded = identity_id, external_id = null, display_name = null,
         given_name = null, family_name = null, email = null, locale = null, properties = '{}',
         manager_resource_id = null, erased_at = coalesce(erased_at, $3)
   where tenant_id = $1 and identity_id = $2`
