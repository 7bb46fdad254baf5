/** Puts the folder's parts together. */
import type { ProvisioningEntry } from '../audit/index.ts'
import type { Actor, ConnectionId, TenantId } from '../lib/index.ts'
import { type Application, createApplicationCheck } from './check-application.ts'
import { type Fact, factsOf } from './facts.ts'
import { type Given, LATEST } from './given.ts'
import { type Mistake, mistakesOf } from './mistakes.ts'
import { latestTest, type SignInTest } from './sign-in-test.ts'

const DAY_MS = 24 * 60 * 60_000

export interface Progress {
  readonly facts: readonly Fact[]
  readonly mistakes: readonly Mistake[]
  readonly signInTest: SignInTest | undefined
  readonly provisioning: Provisioning
}

/** What became of the latest requests of a day, at most `LATEST`. */
export interface Provisioning {
  readonly requests: number
  readonly refused: number
  readonly failed: number
  readonly lastAt: Date | null
}

export type Setup = ReturnType<typeof createSetup>

export function createSetup(given: Given) {
  const { tenants, provisioningLog, signin, clock } = given
  const checkApplication = createApplicationCheck(given)
  return {
    /**
     * Tries the application, keeps it, and lets its tokens name people, unless somebody has said how.
     * @throws Refusal `invalid_input` saying what is wrong with it; then nothing is kept
     */
    async keepApplication(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      application: Application,
    ): Promise<'accepted' | 'unknown'> {
      const { issuer, client } = await checkApplication(tenantId, connectionId, application)
      const authentication =
        application.clientSecret === undefined ? 'private_key_jwt' : 'client_secret'
      const kept = { ...application, issuer, authentication } as const
      await tenants.setOidcApplication(actor, tenantId, connectionId, kept)
      if ((await tenants.findMappings(tenantId, connectionId, issuer)) === undefined) {
        const provider = await tenants.readProvider(tenantId, connectionId)
        // Whoever set the provider up knows better than whoever onboarded the tenant.
        const claimType = provider && (provider === 'entra' ? 'oid' : 'sub')
        const mapping = { connectionId, issuer, claimType, matches: 'externalId' } as const
        await tenants.createMapping(actor, tenantId, mapping)
      }
      return client
    },

    /** What has happened so far, and what goes wrong, in the words for that provider. */
    async progressOf(
      tenantId: TenantId,
      connectionId: ConnectionId,
      provider: string | undefined,
    ): Promise<Progress> {
      const now = clock()
      const since = new Date(now.getTime() - DAY_MS)
      const [entries, signIns] = await Promise.all([
        provisioningLog.list(tenantId, { connectionId, since, limit: LATEST }),
        signin.signIns(tenantId, { limit: LATEST }),
      ])
      const attempts = signIns.filter((one) => one.connectionId === connectionId)
      const [facts, mistakes] = await Promise.all([
        factsOf(given, tenantId, connectionId, attempts),
        mistakesOf(given, tenantId, connectionId, { provider, since, entries, attempts }),
      ])
      const signInTest = latestTest(attempts, now)
      return { facts, mistakes, signInTest, provisioning: provisioningOf(entries) }
    },
  }
}

function provisioningOf(entries: readonly ProvisioningEntry[]): Provisioning {
  const count = (outcome: ProvisioningEntry['outcome']) =>
    entries.filter((entry) => entry.outcome === outcome).length
  return {
    requests: entries.length,
    refused: count('refused'),
    failed: count('failed'),
    lastAt: entries[0]?.receivedAt ?? null,
  }
}
