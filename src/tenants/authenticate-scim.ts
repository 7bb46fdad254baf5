/**
 * From what stands in a SCIM request's Authorization header to who it speaks for.
 *
 * A static token is found by its look-up id, an access token that the Authority issued by its
 * digest; either way `credential_tenant` names the tenant and everything else is read behind that
 * tenant's wall. Unknown, wrong, expired and revoked take the same steps and get the same
 * `undefined` (SEC T-3).
 *
 * Two bounded memories keep this off the hot path: which tenant a credential belongs to, which
 * never changes, and who a digest was found to speak for, which is believed for `BELIEVED_MS`, so
 * that a revocation, a suspension or a disabled connection bites on every node within 5 s (T-6,
 * I-11), and at once on the node that made it, which calls `forget`.
 */
import { hash } from 'node:crypto'
import {
  type ConnectionId,
  isId,
  parseToken,
  remember,
  sameHash,
  type TenantId,
} from '../lib/index.ts'
import type { DeclaredExtension, Dialect } from '../scim/index.ts'
import type { Given, ScimCaller } from './types.ts'

const BELIEVED_MS = 2000
const USE_NOTED_MS = 60_000
/** Read instead of a tenant when the credential is unknown, so that the same steps are taken. */
const NOBODY: TenantId = `ten_${'0'.repeat(26)}`

interface TokenRow {
  readonly connection_id: ConnectionId
  readonly secret_hash: Buffer
  readonly expires_at: Date
  readonly revoked_at: Date | null
  readonly disabled_at: Date | null
  readonly suspended_at: Date | null
  readonly extensions: DeclaredExtension[]
  readonly is_strict: boolean | null
  readonly rewrites_off: string[] | null
}

const EXTENSIONS = `
  (select coalesce(json_agg(json_build_object('resourceType', e.resource_type, 'schema', e.schema)
            order by e.urn_folded), '[]')
     from extension_schema e
    where e.tenant_id = $1 and e.connection_id = c.connection_id) as extensions`

const DIALECT = `
    left join dialect d on d.tenant_id = c.tenant_id and d.connection_id = c.connection_id`

const READ_TOKEN = `
  select t.connection_id, t.secret_hash, t.expires_at, t.revoked_at, c.disabled_at, o.suspended_at,
         d.is_strict, d.rewrites_off, ${EXTENSIONS}
    from scim_token t
    join connection c on c.tenant_id = t.tenant_id and c.connection_id = t.connection_id
    join tenant o on o.tenant_id = t.tenant_id
    ${DIALECT}
   where t.tenant_id = $1 and t.lookup_id = $2`

const READ_CONNECTION = `
  select c.disabled_at, o.suspended_at, d.is_strict, d.rewrites_off, ${EXTENSIONS}
    from connection c
    join tenant o on o.tenant_id = c.tenant_id
    ${DIALECT}
   where c.tenant_id = $1 and c.connection_id = $2`

const NOTE_USE = `
  update scim_token set last_used_at = $3, last_used_from = $4
   where tenant_id = $1 and lookup_id = $2
     and (last_used_at is null or last_used_at < $3::timestamptz - interval '1 minute')`

export function createScimAuthentication({ db, clock, accessTokens }: Given) {
  const tenantOf = new Map<string, TenantId>()
  const believed = new Map<string, { caller: ScimCaller; until: number }>()
  const noted = new Map<string, number>()

  async function findTenant(credential: string): Promise<TenantId> {
    const known = tenantOf.get(credential)
    if (known !== undefined) return known
    const row = await db.platform((trx) =>
      trx
        .selectFrom('credential_tenant')
        .select('tenant_id')
        .where('credential', '=', credential)
        .executeTakeFirst(),
    )
    if (row !== undefined) remember(tenantOf, credential, row.tenant_id)
    return row?.tenant_id ?? NOBODY
  }

  async function fromStaticToken(bearer: string): Promise<ScimCaller | undefined> {
    // A typing error, or a token of another kind, costs no database read (T-1).
    const parsed = parseToken('rcs', bearer)
    if (parsed === undefined) return undefined
    const tenantId = await findTenant(parsed.lookupId)
    const rows: readonly TokenRow[] = await db.inTenantOnce<TokenRow>(
      tenantId,
      'read-scim-token',
      READ_TOKEN,
      [tenantId, parsed.lookupId],
    )
    const row = rows[0]
    const right = sameHash(parsed.secretHash, row?.secret_hash)
    if (row === undefined || !right || row.revoked_at !== null || row.expires_at <= clock())
      return undefined
    return {
      tenantId,
      connectionId: row.connection_id,
      credential: { kind: 'token', id: parsed.lookupId },
      tenantSuspended: row.suspended_at !== null,
      connectionDisabled: row.disabled_at !== null,
      extensions: row.extensions,
      dialect: dialectOf(row),
    }
  }

  async function fromAccessToken(bearer: string, digest: string): Promise<ScimCaller | undefined> {
    const tenantId = await findTenant(digest)
    if (tenantId === NOBODY) return undefined
    const token = await accessTokens().read(tenantId, bearer)
    if (token === undefined) return undefined
    const [row] = await db.inTenantOnce<
      Pick<TokenRow, 'disabled_at' | 'suspended_at' | 'extensions' | 'is_strict' | 'rewrites_off'>
    >(tenantId, 'read-connection-state', READ_CONNECTION, [tenantId, token.connectionId])
    if (row === undefined) return undefined
    return {
      tenantId,
      connectionId: token.connectionId,
      credential: { kind: 'oauth', id: token.credentialId },
      tenantSuspended: row.suspended_at !== null,
      connectionDisabled: row.disabled_at !== null,
      extensions: row.extensions,
      dialect: dialectOf(row),
    }
  }

  async function noteUse({ tenantId, credential }: ScimCaller, from: string): Promise<void> {
    const now = clock()
    const last = noted.get(credential.id) ?? 0
    if (now.getTime() - last < USE_NOTED_MS) return
    remember(noted, credential.id, now.getTime())
    if (credential.kind === 'oauth') return accessTokens().noteUse(tenantId, credential.id, from)
    await db.inTenantOnce(tenantId, 'note-scim-token-use', NOTE_USE, [
      tenantId,
      credential.id,
      now,
      from,
    ])
  }

  return {
    /**
     * Who this bearer speaks for, or undefined for any that is not good now.
     * @param bearer  the header's value without its scheme word
     * @param from    the caller's address, kept with the token at most once a minute (T-5)
     */
    async authenticateScim(bearer: string, from: string): Promise<ScimCaller | undefined> {
      if (bearer === '' || bearer.length > 1024) return undefined
      const digest = hash('sha256', bearer)
      const now = clock().getTime()
      const recent = believed.get(digest)
      if (recent !== undefined && recent.until > now) return recent.caller
      believed.delete(digest)
      const caller = bearer.startsWith('rcs_')
        ? await fromStaticToken(bearer)
        : await fromAccessToken(bearer, digest)
      if (caller === undefined) return undefined
      remember(believed, digest, { caller, until: now + BELIEVED_MS })
      await noteUse(caller, from)
      return caller
    },

    /** Believes nothing any longer about a tenant's credentials; this node's own changes bite at once. */
    forget(tenantId: TenantId): void {
      for (const [digest, { caller }] of believed)
        if (caller.tenantId === tenantId) believed.delete(digest)
    },
  }
}

/** A connection without a row is as all are. */
function dialectOf({
  is_strict,
  rewrites_off,
}: Pick<TokenRow, 'is_strict' | 'rewrites_off'>): Dialect {
  return { strict: is_strict ?? false, off: new Set(rewrites_off) }
}

/** The connection that a SCIM path names, with the hyphen that Okta's form may ask for; undefined if it is none. */
export function connectionInPath(segment: string): ConnectionId | undefined {
  const id = segment.replace(/^con-/, 'con_')
  return isId('con', id) ? id : undefined
}
