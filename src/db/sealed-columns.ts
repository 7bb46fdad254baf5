/**
 * Columns that hold sealed values, and the wrapping of these anew under the master key that seals now (SEC K-2). Each folder
 * tells of its own; what is in them is opened here by nobody, but for the data key.
 *
 * Nothing is remembered of how far it has come: a value names the key it is under, so whoever goes on finds what is left.
 */
import type { Selectable } from 'kysely'
import { type MasterKey, type Random, rewrap, type TenantId } from '../lib/index.ts'
import type { Statement } from './batch.ts'
import type { Database } from './tables.ts'
import type { Db } from './transaction.ts'

type Key = Readonly<Record<string, unknown>>

export interface SealedColumn {
  readonly table: keyof Database
  readonly column: string
  /** Its rows are a tenant's; else the platform's. */
  readonly isOfTenants: boolean
  /** The primary key, but for the tenant; none where there is one row. */
  readonly key: readonly string[]
  /** It is jsonb, of one string. */
  readonly isJson: boolean
  /** What a row's value is sealed for. */
  placeOf(row: Key): string
}

/** A column as the folder of its table tells of it. @param key  the whole primary key, the tenant first; none where there is one row */
export function sealedColumn<
  T extends keyof Database,
  const K extends readonly (keyof Selectable<Database[T]> & string)[],
>({
  key,
  isJson = false,
  ...column
}: {
  readonly table: T
  readonly column: keyof Database[T] & string
  readonly key: K
  readonly isJson?: boolean
  placeOf(row: Pick<Selectable<Database[T]>, K[number]>): string
}): SealedColumn {
  const isOfTenants = key[0] === 'tenant_id'
  const { placeOf } = column
  return {
    ...column,
    isJson,
    isOfTenants,
    key: isOfTenants ? key.slice(1) : key,
    // What is read of a row is its key.
    placeOf: (row) => placeOf(row as Pick<Selectable<Database[T]>, K[number]>),
  }
}

/** How many values are under which key. @param of  a tenant; null: the platform */
export async function countSealed(
  db: Db,
  columns: readonly SealedColumn[],
  of: TenantId | null,
): Promise<ReadonlyMap<string, number>> {
  const counted = columns
    .filter(({ isOfTenants }) => isOfTenants === (of !== null))
    .map(
      (each) => `select ${keyIdOf(each)} as id, count(*) as values from ${each.table}
                  where ${walled(each)} ${each.column} is not null group by 1`,
    )
  if (counted.length === 0) return new Map()
  const text = `select id, sum(values)::bigint as values from (${counted.join(' union all ')}) each group by 1`
  const rows = await ask<{ id: string; values: number }>(db, of, { name: '', text, values: [] })
  return new Map(rows.map(({ id, values }) => [id, values]))
}

export interface SealedRow {
  /** Its primary key, but for the tenant. */
  readonly key: readonly unknown[]
  readonly place: string
  readonly sealed: string
}

/** Values that are under another key than the one that seals, behind a row, in the order of the primary key. */
export async function nextSealed(
  db: Db,
  column: SealedColumn,
  of: TenantId | null,
  { sealing }: MasterKey,
  { after, limit }: { readonly after: readonly unknown[] | undefined; readonly limit: number },
): Promise<SealedRow[]> {
  const { table, key } = column
  const first = of === null ? 1 : 2
  const behind =
    after === undefined
      ? ''
      : `and (${key.join()}) > (${key.map((_, index) => `$${index + first + 2}`).join()})`
  const order = key.length === 0 ? '' : `order by ${key.join()}`
  const text = `
    select ${[...key, `${textOf(column)} as sealed`].join()} from ${table}
     where ${walled(column)} ${column.column} is not null and ${keyIdOf(column)} <> $${first} ${behind}
    ${order} limit $${first + 1}`
  const name = `next-sealed-${table}-${column.column}${after === undefined ? '' : '-after'}`
  const values = [sealing.id, limit, ...(after ?? [])]
  const rows = await ask<Record<string, unknown> & { sealed: string }>(db, of, {
    name,
    text,
    values,
  })
  return rows.map((row) => ({
    key: key.map((each) => row[each]),
    place: column.placeOf({ ...row, tenant_id: of }),
    sealed: row.sealed,
  }))
}

/**
 * Wraps them anew, in one transaction. Whatever was written meanwhile stays: it is under the key that seals already, or
 * its turn comes again.
 * @returns how many of them are under the key that seals now, and how many do not open and stay as they are
 */
export async function rewrapSealed(
  { db, masterKey, random }: { db: Db; masterKey: MasterKey; random: Random },
  column: SealedColumn,
  of: TenantId | null,
  rows: readonly SealedRow[],
): Promise<{ rewrapped: number; failed: number }> {
  const { table, key } = column
  const first = of === null ? 1 : 2
  const isSame = [...key, textOf(column)].map((each, index) => `${each} = $${index + first + 1}`)
  const text = `
    update ${table} set ${column.column} = ${column.isJson ? `to_jsonb($${first}::text)` : `$${first}`}
     where ${walled(column)} ${isSame.join(' and ')}
    returning 1 as done`
  const name = `rewrap-${table}-${column.column}`
  const statements = rows.flatMap((row) => {
    const wrapped = rewrapped(masterKey, random, row)
    return wrapped === undefined ? [] : [{ name, text, values: [wrapped, ...row.key, row.sealed] }]
  })
  const done = statements.length === 0 ? [] : await askAll(db, of, statements)
  return { rewrapped: done.flat().length, failed: rows.length - statements.length }
}

/** Undefined for one that does not open: its key is missing, or it was changed. */
function rewrapped(
  masterKey: MasterKey,
  random: Random,
  { place, sealed }: SealedRow,
): string | undefined {
  try {
    return rewrap(masterKey, random, place, sealed)
  } catch {
    return undefined
  }
}

function keyIdOf(column: SealedColumn): string {
  return `split_part(${textOf(column)}, '.', 2)`
}

function textOf({ column, isJson }: SealedColumn): string {
  return isJson ? `(${column} #>> '{}')` : column
}

function walled({ isOfTenants }: SealedColumn): string {
  return isOfTenants ? 'tenant_id = $1 and' : ''
}

async function ask<Row extends Record<string, unknown>>(
  db: Db,
  of: TenantId | null,
  statement: Statement,
): Promise<Row[]> {
  const [rows = []] = await askAll(db, of, [statement])
  return rows as Row[]
}

/** In one transaction; of a tenant, which is the first of their values then. */
function askAll(db: Db, of: TenantId | null, statements: readonly Statement[]) {
  if (of !== null)
    return db.inTenantAtOnce(
      of,
      statements.map((each) => ({ ...each, values: [of, ...each.values] })),
    )
  return db.platform(async (trx) => {
    const results = []
    for (const { name, text, values } of statements)
      results.push(await trx.prepared(name, text, values))
    return results
  })
}
