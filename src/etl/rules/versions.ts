/**
 * The versions of each connection's rules: only ever added, each with who wrote it and when. The
 * latest is in force; restoring an older one adds it again.
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../../db/index.ts'
import type { ConnectionId, TenantId } from '../../lib/index.ts'
import { NO_RULES, readyRules, type Rules, type RuleSet } from './rule-set.ts'

export interface RuleVersion {
  /** 0: none was ever written. */
  readonly version: number
  readonly rules: RuleSet
  /** As in the audit log; null for version 0. */
  readonly author: string | null
  readonly createdAt: Date | null
}

const NONE: RuleVersion = { version: 0, rules: NO_RULES, author: null, createdAt: null }

/** The rules in force of a tenant's connections, ready; those of connections without any are not there. */
export async function readRules(
  trx: Transaction,
  tenantId: TenantId,
): Promise<Map<ConnectionId, Rules>> {
  const rows = await trx.prepared<{ connectionId: ConnectionId; version: number; rules: RuleSet }>(
    'rules-in-force',
    `select distinct on (connection_id) connection_id as "connectionId", version, rules
       from rule_set where tenant_id = $1 order by connection_id, version desc`,
    [tenantId],
  )
  return new Map(
    rows.map(({ connectionId, version, rules }) => [connectionId, readyRules(rules, version)]),
  )
}

/** @param version  undefined: the one in force. @returns undefined where there is no such version */
export async function readVersion(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  version?: number,
): Promise<RuleVersion | undefined> {
  let query = trx
    .selectFrom('rule_set')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
  if (version !== undefined) query = query.where('version', '=', version)
  const row = await query.orderBy('version', 'desc').limit(1).executeTakeFirst()
  if (row !== undefined) return present(row)
  return version === undefined || version === 0 ? NONE : undefined
}

/** The latest first. */
export async function listVersions(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  limit: number,
): Promise<RuleVersion[]> {
  const rows = await trx
    .selectFrom('rule_set')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute()
  return rows.map(present)
}

/** Fails on the key where another wrote the same version first. */
export async function addVersion(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  { version, rules, author, createdAt }: RuleVersion & { author: string; createdAt: Date },
): Promise<void> {
  await trx
    .insertInto('rule_set')
    .values({
      tenant_id: tenantId,
      connection_id: connectionId,
      version,
      rules: JSON.stringify(rules),
      author,
      created_at: createdAt,
    })
    .execute()
}

function present(row: Selectable<Database['rule_set']>): RuleVersion {
  return {
    version: row.version,
    // Written by `addVersion`, which takes rules that were checked.
    rules: row.rules,
    author: row.author,
    createdAt: row.created_at,
  }
}
