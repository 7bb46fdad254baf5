/**
 * What ends soon, over all tenants and on the platform: whoever looks at this in time has nothing to
 * repair. The overview shows it, and warnings are sent by it.
 */
import type { Clock, ConnectionId, TenantId } from '../lib/index.ts'
import type { Key, Operators } from '../operators/index.ts'
import type { Signin } from '../signin/index.ts'
import type { Tenants } from '../tenants/index.ts'
import { allTenants } from './overview.ts'

export interface Expiring {
  /** Of a site, it is the secret that was replaced. */
  readonly kind: 'scim-token' | 'oauth-grant' | 'site-secret' | 'key' | 'setup-link'
  /** Null: of the platform. */
  readonly tenant: { readonly tenantId: TenantId; readonly name: string } | null
  /** Of the token, the grant, the site, the key or the link. */
  readonly id: string
  /** Of the connection of a token or link, whoever consented to a grant, the site or the key. */
  readonly name: string
  /** Of a token, a grant or a link. */
  readonly connectionId: ConnectionId | null
  /** Past: a token that ended within as many days, and nothing has taken its place. */
  readonly expiresAt: Date
  readonly lastUsedAt: Date | null
}

export interface ExpiringGiven {
  readonly tenants: Pick<Tenants, 'listTenants' | 'expiringCredentials'>
  readonly operators: Pick<Operators, 'expiringKeys'>
  readonly signin: Pick<Signin, 'expiringGrants'>
  readonly clock: Clock
}

const DAY_MS = 24 * 3_600_000

/** Of tenants that are not suspended, the first to end first. Operator-wide. */
export async function listExpiring(given: ExpiringGiven, days: number): Promise<Expiring[]> {
  const now = given.clock()
  const away = days * DAY_MS
  const within = {
    since: new Date(now.getTime() - away),
    now,
    until: new Date(now.getTime() + away),
  }
  const [tenants, credentials, grants, keys] = await Promise.all([
    allTenants(given, undefined),
    given.tenants.expiringCredentials(within),
    given.signin.expiringGrants(within),
    given.operators.expiringKeys(within),
  ])
  const active = new Map(
    tenants
      .filter(({ suspendedAt }) => suspendedAt === null)
      .map(({ tenantId, name }) => [tenantId, { tenantId, name }]),
  )
  return [...credentials, ...grants, ...keys.map(ofKey)]
    .flatMap(({ tenantId, ...ending }): Expiring[] => {
      const tenant = tenantId === null ? null : active.get(tenantId)
      return tenant === undefined ? [] : [{ ...ending, tenant }]
    })
    .toSorted((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime())
}

function ofKey({ keyId: id, tenantId, name, expiresAt, lastUsedAt }: Key & { expiresAt: Date }) {
  return { kind: 'key' as const, id, tenantId, name, connectionId: null, expiresAt, lastUsedAt }
}
