/** Puts the folder's parts together. */
import type { ConnectionId, TenantId } from '../lib/index.ts'
import { createApplicationCheck } from './check-application.ts'
import { type Fact, factsOf } from './facts.ts'
import type { Given } from './given.ts'
import { type Mistake, mistakesOf } from './mistakes.ts'

export type Setup = ReturnType<typeof createSetup>

export function createSetup(given: Given) {
  return {
    checkApplication: createApplicationCheck(given),

    /** What has happened so far, and what goes wrong, in the words for that provider. */
    async progressOf(
      tenantId: TenantId,
      connectionId: ConnectionId,
      provider: string | undefined,
    ): Promise<{ facts: Fact[]; mistakes: Mistake[] }> {
      const [facts, mistakes] = await Promise.all([
        factsOf(given, tenantId, connectionId),
        mistakesOf(given, tenantId, connectionId, provider),
      ])
      return { facts, mistakes }
    },
  }
}
