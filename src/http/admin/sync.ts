/** Handlers of the way of the data: how far it has come, and the loader's pause, runs and quarantine. */
import type { syncRoutes } from '../../contract/index.ts'
import type { Actor, TenantId } from '../../lib/index.ts'
import { type AdminParts, type Handlers, page } from './handlers.ts'
import {
  presentDeparture,
  presentDrift,
  presentFound,
  presentPipeline,
  presentQuarantined,
  presentRun,
} from './present-sync.ts'
import { namesOf } from './resource-names.ts'
import { eventsOf, knownFrom } from './sync-events.ts'

export const syncHandlers: Handlers<typeof syncRoutes> = {
  readSync: async (parts, { tenant }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    return pipelineOf(parts, tenantId)
  },

  followSync: async ({ tenants, loader }, { tenant }, { signal, lastEventId }) => {
    const known = knownFrom(lastEventId)
    const { tenantId } = await tenants.findTenant(tenant)
    return eventsOf(loader.watch(tenantId, signal), known)
  },

  pauseSync: async (parts, { tenant, reason }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await parts.loader.pause(tenantId, reason)
    await recordAct(parts, tenantId, 'etl.loader.paused', { reason })
    return pipelineOf(parts, tenantId)
  },

  resumeSync: async (parts, { tenant }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await parts.loader.resume(tenantId)
    await recordAct(parts, tenantId, 'etl.loader.resumed', {})
    return pipelineOf(parts, tenantId)
  },

  startFullRun: async (parts, { tenant, withSkipped }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await parts.loader.startFullRun(tenantId, { withSkipped })
    await recordAct(parts, tenantId, 'etl.full-run.started', { withSkipped })
    const runs = await parts.loader.runs(tenantId, { limit: 20 })
    const begun = runs.find(({ kind }) => kind === 'full')
    if (begun === undefined) throw new Error('The full run that was begun is not there.')
    return presentRun(begun)
  },

  listRuns: async ({ tenants, loader }, { tenant, limit, after }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const runs = await loader.runs(tenantId, { limit: limit + 1, after })
    return page(runs, limit, ({ runId }) => runId, presentRun)
  },

  readRun: async ({ tenants, loader }, { tenant, run }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentRun(await loader.run(tenantId, run))
  },

  listDepartures: async ({ tenants, loader }, { tenant, run, limit, after }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await loader.departures(tenantId, run, { limit: limit + 1, after })
    return page(rows, limit, ({ position }) => String(position), presentDeparture)
  },

  listDrift: async ({ tenants, loader }, { tenant, run, limit, after }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const found = await loader.drift(tenantId, run, { limit: limit + 1, after })
    return {
      ...page(found.drift, limit, ({ position }) => String(position), presentDrift),
      found: presentFound(found.run),
      unrepaired: found.unrepaired,
    }
  },

  undoRun: async (parts, { tenant, run }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    const undone = await parts.loader.undoRun(tenantId, run, parts.actor.requestId)
    await recordAct(parts, tenantId, 'etl.run.undone', { run, ...undone })
    return undone
  },

  listQuarantine: async (parts, { tenant, limit }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    const rows = await parts.loader.quarantine(tenantId, { limit })
    const ids = rows.flatMap(({ resourceId, memberId }) => [resourceId, memberId ?? resourceId])
    const named = await namesOf(parts, tenantId, ids)
    return {
      items: rows.map((row) => ({
        ...presentQuarantined(row),
        resource: named(row.resourceId),
        member: row.memberId === null ? null : named(row.memberId),
      })),
    }
  },

  retryQuarantined: async (parts, { tenant, resource }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await parts.loader.retry(tenantId, resource)
    await recordAct(parts, tenantId, 'etl.quarantine.retried', { resource })
    return pipelineOf(parts, tenantId)
  },

  skipQuarantined: async (parts, { tenant, resource, reason }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await parts.loader.skip(tenantId, resource, reason)
    await recordAct(parts, tenantId, 'etl.quarantine.skipped', { resource, reason })
    return pipelineOf(parts, tenantId)
  },
}

type Acting = AdminParts & { readonly actor: Actor }

export function recordAct(
  { audit, actor }: Acting,
  tenantId: TenantId,
  act: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return audit.recordAlone(tenantId, actor, { act, object: tenantId, details })
}

export async function pipelineOf({ loader }: AdminParts, tenantId: TenantId) {
  return presentPipeline(await loader.status(tenantId))
}
