/**
 * Listens to what the app sends through its pool, and holds each statement to the rules by which its
 * tables can be distributed by tenant (design section 4, SEC I-3). PostgreSQL itself says which rows a
 * statement asks for: its plan is read, as the owner, whom no wall helps.
 */
import { relative } from 'node:path'
import type pg from 'pg'
import { BOOKKEEPING_TABLES, PLATFORM_TABLES } from '../../src/db/index.ts'

export interface Sent {
  readonly text: string
  readonly values: readonly unknown[]
  /** The file of the product that sent it, and the line. */
  readonly from: string
  /** What the transaction around it sees. */
  readonly sees: 'a tenant' | 'all tenants' | 'the platform'
}

/** A node of a plan, as EXPLAIN tells it. */
interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly Plan[]
}

const ROOT = new URL('../../', import.meta.url).pathname
/** Where every statement passes through, on its way from who says it. */
const PASSAGE = /^src\/db\/(?:transaction|connection-driver)\.ts/
const SPEAKS_OF_ROWS = /^\s*(?:select|with|insert|update|delete|merge)\b/i
/** Evaluated anew for each row, which Citus refuses in what changes rows. */
const VOLATILE = /\b(?:random|gen_random_uuid|clock_timestamp|timeofday|nextval)\s*\(/i

/** @returns what is sent from now on, each text once */
export function listenTo(pool: pg.Pool): ReadonlyMap<string, Sent> {
  const sent = new Map<string, Sent>()
  const heard = new WeakSet<pg.PoolClient>()
  pool.on('acquire', (client) => {
    if (heard.has(client)) return
    heard.add(client)
    let sees: Sent['sees'] = 'the platform'
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown
    const hear = (asked: string | pg.QueryConfig, given: unknown) => {
      const { text, values = [] } =
        typeof asked === 'string' ? { text: asked, values: given as unknown[] | undefined } : asked
      if (/^(?:begin|commit|rollback)\b/.test(text)) sees = seenAfter(text)
      else if (SPEAKS_OF_ROWS.test(text) && !sent.has(text))
        sent.set(text, { text, values, from: sender(), sees })
    }
    client.query = ((...asked: unknown[]) => {
      hear(asked[0] as string | pg.QueryConfig, asked[1])
      return query(...asked)
    }) as typeof client.query
  })
  return sent
}

function seenAfter(statement: string): Sent['sees'] {
  if (statement.includes('rollcall.tenant')) return 'a tenant'
  return statement.includes('rollcall.operator_wide') ? 'all tenants' : 'the platform'
}

/** The first place on the way here, through what was awaited, that is the product's. */
function sender(): string {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 60
  const { stack = '' } = new Error('only for its stack')
  Error.stackTraceLimit = limit
  const places = [...stack.matchAll(/file:\/\/(\/[^\s)]+?):(\d+):\d+/g)]
  return (
    places
      .map((match) => `${relative(ROOT, match[1] ?? '')}:${match[2]}`)
      .find((place) => place.startsWith('src/') && !PASSAGE.test(place)) ?? 'somewhere'
  )
}

/**
 * What is wrong with a statement; empty for a good one.
 * @param mayLookOverAll  files that may ask for rows of all tenants
 */
export async function faultsOf(
  owner: pg.Pool,
  { text, values, from, sees }: Sent,
  mayLookOverAll: readonly string[],
): Promise<string[]> {
  const { rows } = await owner.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>({
    text: `explain (format json, verbose) ${text}`,
    values: [...values],
  })
  const nodes = rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan: plan }) => flat(plan)))
  const tables = nodes.flatMap((node) => node['Relation Name'] ?? [])
  const scans = nodes.filter((node) => isOfTenants(node) && node['Node Type'] !== 'ModifyTable')
  const open = scans.filter((node) => !/\btenant_id = '/.test(conditionsOf(node)))
  const named = new Set(
    nodes.flatMap((node) =>
      [...conditionsOf(node).matchAll(/\btenant_id = '(\w+)'/g)].map((match) => match[1]),
    ),
  )
  const faults: string[] = []
  const fault = (isOne: boolean, words: string) => void (isOne && faults.push(words))

  fault(/^\s*(?:update|delete)/i.test(text) && VOLATILE.test(text), 'changes rows by chance')
  const tenantless = insertsOf(text).some((columns) => !/\btenant_id\b/.test(columns))
  fault(tenantless, 'inserts without a tenant')
  if (sees === 'a tenant') {
    fault(open.length > 0, `asks for rows of ${namesOf(open)} without naming a tenant`)
    fault(named.size > 1, 'names several tenants')
  }
  if (sees === 'the platform')
    fault(scans.length > 0, `asks for ${namesOf(scans)} without a tenant`)
  if (sees === 'all tenants') {
    fault(!mayLookOverAll.includes(from.split(':')[0] ?? ''), 'looks over all tenants')
    fault(
      nodes.some((node) => /^(?:ModifyTable|LockRows)$/.test(node['Node Type'])),
      'changes or locks rows of several tenants',
    )
    const joins = nodes.filter((node) => /tenant_id = \w+\.tenant_id/.test(conditionsOf(node)))
    fault(open.length > joins.length + 1, `joins ${namesOf(open)} other than by tenant`)
    fault(
      open.length > 0 && tables.some((name) => name in PLATFORM_TABLES),
      'joins what is spread by tenant with what every node has',
    )
  }
  return faults
}

function flat(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flat)]
}

function isOfTenants(node: Plan): boolean {
  const name = node['Relation Name']
  return name !== undefined && !(name in PLATFORM_TABLES) && !BOOKKEEPING_TABLES.includes(name)
}

function conditionsOf(node: Plan): string {
  return Object.entries(node)
    .filter(([name]) => /Cond$|Filter$/.test(name))
    .map(([, condition]) => String(condition))
    .join(' ')
}

function namesOf(nodes: readonly Plan[]): string {
  return [...new Set(nodes.map((node) => node['Relation Name']))].join(', ')
}

/** The columns of each insert into a table of tenants. */
function insertsOf(text: string): string[] {
  return [...text.matchAll(/insert into "?(\w+)"?\s*\(([^)]*)\)/gi)]
    .filter(([, name = '']) => !(name in PLATFORM_TABLES))
    .map(([, , columns = '']) => columns)
}
