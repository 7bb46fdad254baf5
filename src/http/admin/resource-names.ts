/** What people and groups are called: by the identity provider, and by sites that know them. */
import { identityIdOf } from '../../etl/index.ts'
import type { TenantId } from '../../lib/index.ts'
import type { AdminParts } from './handlers.ts'
import { presentBrief } from './identities.ts'

/** @returns of each of these resources; nothing is known of one that is not there */
export async function namesOf(
  { sync, identity }: Pick<AdminParts, 'sync' | 'identity'>,
  tenantId: TenantId,
  resourceIds: readonly string[],
) {
  const ids = [...new Set(resourceIds)]
  const [staged, loaded] = await Promise.all([
    sync.stagedNames(tenantId, ids),
    identity.readMany(tenantId, ids.map(identityIdOf)),
  ])
  const byId = new Map(loaded.map((each) => [each.identityId, each]))
  return (resourceId: string) => {
    const known = byId.get(identityIdOf(resourceId))
    return {
      userName: staged.get(resourceId)?.userName ?? null,
      displayName: staged.get(resourceId)?.displayName ?? null,
      identity: known === undefined ? null : presentBrief(known),
    }
  }
}
