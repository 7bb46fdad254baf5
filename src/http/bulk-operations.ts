/**
 * Each operation of a bulk request costs and leaves behind what a request of its own would: a permit of
 * the tenant's writes (SEC L-1), and an entry in the provisioning log.
 *
 * A bulk request that goes on alone is slowed to the rate. Where others want permits too it gives way at
 * once: whoever sent it hears which operations to send again, and when.
 */
import type { ProvisioningLog } from '../audit/index.ts'
import type { EachOperation, ResourceType } from '../scim/index.ts'
import type { ScimCaller } from '../tenants/index.ts'
import type { Exchange } from './area.ts'
import { pass, type RateLimits } from './rate-limits.ts'
import { logEntryOf } from './scim-log.ts'

/** As many as ten that go on at the same time are slowed. */
const MOST_DELAY_MS = 200

export function eachOperation(
  given: {
    readonly limits: RateLimits
    readonly provisioningLog: Pick<ProvisioningLog, 'record'>
    readonly resourceTypes: readonly ResourceType[]
  },
  caller: ScimCaller,
  exchange: Exchange,
): EachOperation {
  const { limits, provisioningLog, resourceTypes } = given
  let begun = performance.now()
  return {
    async admit() {
      const verdict = limits.take(caller.tenantId, 'write', MOST_DELAY_MS)
      if (!verdict.go) return verdict
      await pass(verdict)
      begun = performance.now()
      return undefined
    },
    answered(nth, status, outcome) {
      const now = performance.now()
      const told = { status, ms: now - begun }
      const entry = logEntryOf(resourceTypes, exchange, { caller, outcome }, told)
      if (entry !== undefined) provisioningLog.record({ ...entry, bulkOperation: nth })
      begun = now
    },
  }
}
