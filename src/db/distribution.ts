/**
 * The plan of spreading the tables over the nodes of a Citus cluster: every table of tenants by its
 * `tenant_id`, side by side, so that a tenant lies whole on one node; the platform's tables copied to
 * every node. Pure: from what the catalog says of the tables and what Citus has of them already.
 *
 * Who is referred to goes first, since Citus wants a foreign key's target in place. Citus copies what
 * a table held and leaves it on the coordinator's disk; that is taken away at the end, because Citus
 * refuses to as long as a table that refers to it is local.
 *
 * @see https://docs.citusdata.com/en/stable/develop/api_udf.html
 */
import { BOOKKEEPING_TABLES, PLATFORM_TABLES } from './platform-tables.ts'

/** A table as the catalog has it. */
export interface CatalogTable {
  readonly name: string
  /** The columns of its primary key and of every other unique index. */
  readonly uniqueKeys: readonly (readonly string[])[]
  readonly foreignKeys: readonly ForeignKey[]
  /** On the coordinator's own disk. */
  readonly localBytes: number
}

export interface ForeignKey {
  readonly to: string
  readonly columns: readonly string[]
  readonly toColumns: readonly string[]
}

/** How Citus has a table: by which column it is spread, or that every node has it whole. */
export type Placement =
  | { readonly kind: 'distributed'; readonly column: string }
  | { readonly kind: 'reference' }

export interface Step {
  readonly act: 'distribute' | 'copy' | 'reclaim'
  readonly table: string
  readonly sql: string
}

export interface Plan {
  readonly steps: readonly Step[]
  /** Tables that are where they belong already. */
  readonly placed: readonly string[]
}

const TENANT = 'tenant_id'

/** @throws Error naming each table that cannot be placed, and why */
export function planDistribution(
  tables: readonly CatalogTable[],
  placements: ReadonlyMap<string, Placement>,
): Plan {
  const ours = tables.filter(({ name }) => !BOOKKEEPING_TABLES.includes(name))
  const problems = ours.flatMap((table) => problemsOf(table, placements.get(table.name)))
  if (problems.length > 0)
    throw new Error(`The tables cannot be distributed:\n  ${problems.join('\n  ')}`)

  const ordered = referredFirst(ours)
  const missing = ordered.filter(({ name }) => !placements.has(name))
  let beside = ordered.find(({ name }) => placements.get(name)?.kind === 'distributed')?.name
  const placing = missing.map(({ name }): Step => {
    if (name in PLATFORM_TABLES)
      return { act: 'copy', table: name, sql: `select create_reference_table('${name}')` }
    const colocate = beside ?? 'none'
    beside ??= name
    return {
      act: 'distribute',
      table: name,
      sql: `select create_distributed_table('${name}', '${TENANT}', colocate_with => '${colocate}')`,
    }
  })
  const reclaiming = ordered
    .filter(({ localBytes }) => localBytes > 0)
    .map(({ name }): Step => {
      const sql = `select truncate_local_data_after_distributing_table('${name}')`
      return { act: 'reclaim', table: name, sql }
    })
  return {
    steps: [...placing, ...reclaiming],
    placed: ordered.filter(({ name }) => placements.has(name)).map(({ name }) => name),
  }
}

function problemsOf(table: CatalogTable, placement: Placement | undefined): string[] {
  const { name, uniqueKeys, foreignKeys } = table
  if (name in PLATFORM_TABLES)
    return [
      ...(placement?.kind === 'distributed'
        ? [`${name} is spread by ${placement.column}, and belongs on every node.`]
        : []),
      ...foreignKeys
        .filter(({ to }) => !(to in PLATFORM_TABLES))
        .map(({ to }) => `${name} refers to ${to}, of which no node has every row.`),
    ]
  if (placement?.kind === 'reference')
    return [`${name} is on every node, and belongs where its tenant is.`]
  if (placement !== undefined && placement.column !== TENANT)
    return [`${name} is spread by ${placement.column}, not by ${TENANT}.`]
  return [
    ...(uniqueKeys.length === 0 ? [`${name} has no key.`] : []),
    ...uniqueKeys
      .filter((columns) => columns[0] !== TENANT)
      .map((columns) => `${name} is unique by (${columns.join(', ')}), without its tenant first.`),
    ...foreignKeys
      .filter(({ columns, toColumns }) => columns[0] !== TENANT || toColumns[0] !== TENANT)
      .map(({ to }) => `${name} refers to ${to} without the tenant first.`),
  ]
}

/** Each table after those it refers to, else by name. */
function referredFirst(tables: readonly CatalogTable[]): CatalogTable[] {
  const ordered = new Set<CatalogTable>()
  const place = (table: CatalogTable, from: readonly string[]) => {
    if (ordered.has(table) || from.includes(table.name)) return
    for (const { to } of table.foreignKeys) {
      const target = tables.find(({ name }) => name === to)
      if (target !== undefined) place(target, [...from, table.name])
    }
    ordered.add(table)
  }
  for (const table of tables.toSorted((a, b) => (a.name < b.name ? -1 : 1))) place(table, [])
  return [...ordered]
}
