/** Handlers of the brake: what it holds, with who and what is meant, and what is decided of it. */
import type { holdRoutes } from '../../contract/index.ts'
import { heldCursor, memberIdentityOf } from '../../etl/index.ts'
import type { Identity } from '../../identity/index.ts'
import type { IdentityId, TenantId } from '../../lib/index.ts'
import { type AdminParts, type Handlers, iso, page } from './handlers.ts'
import { presentBrief } from './identities.ts'
import { pipelineOf, recordAct } from './sync.ts'

export const holdHandlers: Handlers<typeof holdRoutes> = {
  listHeld: async (parts, { tenant, resource, kept, limit, after }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    const held = await parts.loader.held(tenantId, {
      resourceId: resource,
      kept: kept === 'yes',
      limit: limit + 1,
      after,
    })
    const rows = held.map((row) => ({ ...row, member: memberIdentityOf(row) }))
    const known = await byId(
      parts,
      tenantId,
      rows.flatMap(({ identityId, member }) =>
        member === null ? identityId : [identityId, member],
      ),
    )
    return page(rows, limit, heldCursor, ({ heldAt, memberId, member, ...row }) => {
      const other = member === null ? undefined : known.get(member)
      return {
        ...row,
        memberId: memberId === '' ? null : memberId,
        fqn: known.get(row.identityId)?.fqn ?? '',
        displayName: known.get(row.identityId)?.displayName ?? null,
        member: other === undefined ? null : presentBrief(other),
        heldAt: iso(heldAt),
      }
    })
  },

  listHeldGroups: async (parts, { tenant, limit, after }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    const rows = await parts.loader.heldGroups(tenantId, { limit: limit + 1, after })
    const known = await byId(
      parts,
      tenantId,
      rows.map(({ identityId }) => identityId),
    )
    return page(
      rows,
      limit,
      ({ resourceId }) => resourceId,
      ({ heldSince, ...row }) => ({
        ...row,
        fqn: known.get(row.identityId)?.fqn ?? '',
        heldSince: iso(heldSince),
      }),
    )
  },

  releaseHeld: async (parts, { tenant, resource }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    const released = await parts.loader.releaseHeld(tenantId, { resourceId: resource })
    await recordAct(parts, tenantId, 'etl.held.released', { resource, released })
    return pipelineOf(parts, tenantId)
  },

  discardHeld: async (parts, { tenant, resource }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    const discarded = await parts.loader.discardHeld(tenantId, { resourceId: resource })
    await recordAct(parts, tenantId, 'etl.held.discarded', { resource, discarded })
    return pipelineOf(parts, tenantId)
  },

  readBrake: async ({ tenants, loader }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return loader.brakePolicy(tenantId)
  },

  changeBrake: async (parts, { tenant, replaces, ...change }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    const before = await parts.loader.brakePolicy(tenantId)
    const after = {
      share: change.share ?? before.share,
      atLeast: change.atLeast ?? before.atLeast,
      windowMinutes: change.windowMinutes ?? before.windowMinutes,
      cutsAccess: change.cutsAccess ?? before.cutsAccess,
      groupShare: change.groupShare ?? before.groupShare,
      groupSize: change.groupSize ?? before.groupSize,
    }
    await parts.loader.setBrakePolicy(tenantId, after, replaces ?? before)
    await recordAct(parts, tenantId, 'etl.brake.changed', { before, after })
    return after
  },
}

async function byId(
  { identity }: AdminParts,
  tenantId: TenantId,
  ids: readonly IdentityId[],
): Promise<Map<IdentityId, Identity>> {
  const found = await identity.readMany(tenantId, [...new Set(ids)])
  return new Map(found.map((each) => [each.identityId, each]))
}
