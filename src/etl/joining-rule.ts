/**
 * The rule by which people of a tenant's connections are one person. Its versions are only added; the latest
 * is in force, and one without an expression joins nobody.
 *
 * What a new expression gives is written down of everybody before anybody is joined by it (`full-run.ts`), so
 * that nobody is taken for somebody else because a third, with whom they cannot be told apart, was not looked at
 * yet. Until then people are joined by the values of the expression before.
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import { readJoiningPlace } from './lease.ts'
import { parse, type Tree } from './rules/language.ts'

export interface JoiningRule {
  /** What it compares; null: nobody is joined. */
  readonly by: string | null
  /** Which connections have to say that somebody is active. */
  readonly active: 'all' | 'any'
  /** The one that leads first; empty: all of the tenant's, the oldest first. */
  readonly connections: readonly ConnectionId[]
}

export interface JoiningVersion extends JoiningRule {
  /** 0: none was ever written. */
  readonly version: number
  /** The version that its expression came with. */
  readonly valuesVersion: number
  /** As in the audit log; null for version 0. */
  readonly author: string | null
  readonly createdAt: Date | null
}

const NONE: JoiningVersion = {
  ...{ version: 0, valuesVersion: 0, by: null, active: 'all', connections: [] },
  ...{ author: null, createdAt: null },
}

/** An expression whose values are kept. */
export interface Valued {
  readonly version: number
  readonly tree: Tree
}

/** The rule, ready for a batch. */
export interface Joining {
  readonly active: JoiningRule['active']
  /** Those that are there. */
  readonly order: readonly ConnectionId[]
  /** What people are joined by now. */
  readonly inForce: Valued | undefined
  /** What they will be joined by once its values are there. */
  readonly coming: Valued | undefined
}

/**
 * @param valuesVersion  whose values people are joined by now
 * @param connections    all of the tenant's
 */
export async function readJoining(
  trx: Transaction,
  tenantId: TenantId,
  valuesVersion: number | null,
  connections: Iterable<ConnectionId>,
): Promise<Joining> {
  const { by, active, connections: asked, ...latest } = await readJoiningVersion(trx, tenantId)
  const all = [...connections].toSorted()
  const before =
    valuesVersion === null || valuesVersion === latest.valuesVersion
      ? by
      : (await readJoiningVersion(trx, tenantId, valuesVersion)).by
  const isComing = by !== null && latest.valuesVersion !== valuesVersion
  return {
    active,
    order: asked.length === 0 ? all : asked.filter((id) => all.includes(id)),
    inForce:
      valuesVersion === null || before === null
        ? undefined
        : { version: valuesVersion, tree: parse(before) },
    coming: isComing ? { version: latest.valuesVersion, tree: parse(by) } : undefined,
  }
}

/** @param version  undefined: the latest. @returns version 0 where there is none */
export async function readJoiningVersion(
  trx: Transaction,
  tenantId: TenantId,
  version?: number,
): Promise<JoiningVersion> {
  let query = trx.selectFrom('joining_rule').selectAll().where('tenant_id', '=', tenantId)
  if (version !== undefined) query = query.where('version', '=', version)
  const row = await query.orderBy('version', 'desc').limit(1).executeTakeFirst()
  return row === undefined ? NONE : present(row)
}

/** The latest first. */
export async function listJoiningVersions(
  trx: Transaction,
  tenantId: TenantId,
  limit: number,
): Promise<JoiningVersion[]> {
  const rows = await trx
    .selectFrom('joining_rule')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute()
  return rows.map(present)
}

/** Fails on the key where another wrote the same version first. */
export async function addJoiningVersion(
  trx: Transaction,
  tenantId: TenantId,
  { by, connections, valuesVersion, createdAt, ...rest }: JoiningVersion & WithAuthor,
): Promise<void> {
  await trx
    .insertInto('joining_rule')
    .values({
      ...rest,
      tenant_id: tenantId,
      expression: by,
      values_version: valuesVersion,
      connections: [...connections],
      created_at: createdAt,
    })
    .execute()
}

interface WithAuthor {
  readonly author: string
  readonly createdAt: Date
}

/** Whether the rule has an expression whose values are not all there yet. */
export async function lacksValues(trx: Transaction, tenantId: TenantId): Promise<boolean> {
  const { by, valuesVersion } = await readJoiningVersion(trx, tenantId)
  if (by === null) return false
  return (await readJoiningPlace(trx, tenantId)) !== valuesVersion
}

/** From now on people are joined by the values of that version; null: by none. */
export async function joinByValuesOf(
  trx: Transaction,
  tenantId: TenantId,
  valuesVersion: number | null,
): Promise<void> {
  await trx
    .updateTable('loader')
    .set({ joining_version: valuesVersion })
    .where('tenant_id', '=', tenantId)
    .execute()
}

function present(row: Selectable<Database['joining_rule']>): JoiningVersion {
  return {
    version: row.version,
    valuesVersion: row.values_version,
    by: row.expression,
    active: row.active,
    connections: row.connections,
    author: row.author,
    createdAt: row.created_at,
  }
}
