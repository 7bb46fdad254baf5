/** Tenants on a test's own database, with a clock it turns: for what is tested below HTTP. */
import { createAudit } from '../../src/audit/index.ts'
import type { Db } from '../../src/db/index.ts'
import { prepareLoading } from '../../src/etl/index.ts'
import {
  type Actor,
  createIds,
  createKeyRing,
  systemRandom,
  wrappingKey,
} from '../../src/lib/index.ts'
import { RESOURCE_TYPES } from '../../src/scim/index.ts'
import { createTenants } from '../../src/tenants/index.ts'
import { createTestClock, type TestClock } from './clock.ts'

export const OPERATOR: Actor = { kind: 'key', id: 'test', requestId: 'req_test' }
export const REDIRECT = 'https://system-admin.okta.com/admin/app/cpc/rollcall/oauth/callback'

export function createTestTenants(db: Db, turned?: TestClock) {
  const clock = turned ?? createTestClock()
  const newId = createIds({ now: clock, random: systemRandom })
  const audit = createAudit({ db, newId, clock })
  const tenants = createTenants({
    db,
    audit,
    clock,
    random: systemRandom,
    newId,
    masterKey: createKeyRing([wrappingKey(Buffer.from(systemRandom(32)))]),
    publicUrl: 'https://id.example.com',
    resourceTypes: RESOURCE_TYPES,
    dnsServers: [],
    accessTokens: () => ({ read: async () => undefined, noteUse: async () => undefined }),
    onOnboarding: prepareLoading,
  })
  const onboard = (name: string) =>
    tenants.onboard(OPERATOR, { name, kind: 'okta', redirectUris: [REDIRECT] })
  return { tenants, audit, clock, newId, onboard }
}
