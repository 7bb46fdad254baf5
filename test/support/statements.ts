/**
 * Listens to what the app sends through its pool, and holds each statement to the rules by which its
 * tables can be distributed by tenant (design section 4, SEC I-3). PostgreSQL itself says which rows a
 * statement asks for: its plan is read, as the owner, whom no wall helps.
 */
import { relative } from 'node:path'
import type pg from 'pg'
import {
  type Batch,
  BOOKKEEPING_TABLES,
  PLATFORM_TABLES,
  type Statement,
} from '../../src/db/index.ts'
import { CREATE_WITH_MEMBERS, UPDATES } from '../../src/sync/sql.ts'

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
  readonly Schema?: string
  readonly Operation?: string
  readonly Output?: readonly string[]
  readonly 'Conflict Resolution'?: string
  readonly 'One-Time Filter'?: string
  readonly 'Parent Relationship'?: string
  readonly 'Subplan Name'?: string
  readonly Plans?: readonly Plan[]
}

const ROOT = new URL('../../', import.meta.url).pathname
/** Where every statement passes through, on its way from who says it. */
const PASSAGE = /^src\/db\/(?:transaction|batch|connection-driver)\.ts/
/** Statements that go in pieces and read what they change, and why they may. */
const MAY_READ_BESIDE: Readonly<Record<string, string>> = {
  [CREATE_WITH_MEMBERS]: 'who a new group names, without the group itself',
  [UPDATES['update-shown']]: 'the groups of a person who is changed, who is none of them',
  [UPDATES['update-found-by-shown']]: 'the same',
}
const SAYS_WHAT_IS_SEEN =
  /^(?:begin|commit|rollback|set local rollcall|select set_config\('rollcall)\b/
const SPEAKS_OF_ROWS = /^\s*(?:select|with|insert|update|delete|merge)\b/i

/** @returns what is sent from now on, each text once */
export function listenTo(pool: pg.Pool): ReadonlyMap<string, Sent> {
  const sent = new Map<string, Sent>()
  const heard = new WeakSet<pg.PoolClient>()
  pool.on('acquire', (client) => {
    if (heard.has(client)) return
    heard.add(client)
    let sees: Sent['sees'] = 'the platform'
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown
    const hear = ({ text, values }: Statement) => {
      if (SAYS_WHAT_IS_SEEN.test(text)) sees = seenAfter(text)
      else if (SPEAKS_OF_ROWS.test(text) && !sent.has(text))
        sent.set(text, { text, values, from: sender(), sees })
    }
    client.query = ((...asked: unknown[]) => {
      for (const statement of statementsIn(asked)) hear(statement)
      return query(...asked)
    }) as typeof client.query
  })
  return sent
}

/** What a client's `query` was asked: a text, one statement, or several that are sent together. */
export function statementsIn([asked, given]: readonly unknown[]): readonly Statement[] {
  if (typeof asked === 'string') return [{ name: '', text: asked, values: (given ?? []) as [] }]
  if (isBatch(asked)) return asked.statements
  const { name = '', text, values = [] } = asked as pg.QueryConfig
  return [{ name, text, values }]
}

export function isBatch(asked: unknown): asked is Batch {
  return typeof asked === 'object' && asked !== null && 'statements' in asked
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

  for (const words of await faultsOfChanges(owner, text, nodes)) faults.push(words)
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

/**
 * What Citus 12 and 13 refuse of a statement that changes rows, or do otherwise than PostgreSQL, by its source:
 * the file and the function are beside each rule. docs/operations/scale.md says the same in words.
 */
async function faultsOfChanges(
  owner: pg.Pool,
  text: string,
  nodes: readonly Plan[],
): Promise<string[]> {
  const changes = nodes.filter((node) => node['Node Type'] === 'ModifyTable')
  const inserts = changes.filter(({ Operation }) => Operation === 'Insert')
  const inWith = changes.filter((node) => node['Subplan Name']?.startsWith('CTE ') === true)
  const [update = ''] = clausesOf(text, /\bdo update\b/i)
  const faults: string[] = []
  const fault = (isOne: boolean, words: string) => void (isOne && faults.push(words))

  // multi_router_planner.c, ModifyPartialQuerySupported and SingleShardUpdateDeleteSupported.
  const isByChance = /^\s*(?:update|delete)/i.test(text) && (await mutableIn(owner, text)) === 'v'
  fault(isByChance, 'changes rows by chance')
  const returned = clausesOf(text, /\breturning\b/i).join(' ')
  fault((await mutableIn(owner, returned)) !== 'i', 'returns what is not immutable')
  fault(
    inserts.some((node) => !isSelected(node) && asksWithin(node)),
    'asks within an insert',
  )
  // multi_router_planner.c, ErrorIfOnConflictNotSupported.
  fault((await mutableIn(owner, update)) !== 'i', 'updates by what is not immutable')
  // insert_select_executor.c, NonPushableInsertSelectExecScan: such rows go by COPY, which PostgreSQL refuses
  // where row-level security binds (DoCopy).
  const copied = inserts.filter(
    (node) => isOfTenants(node) && isSelected(node) && !returns(node) && !resolves(node),
  )
  fault(copied.length > 0, `inserts into ${namesOf(copied)} what it selects and returns nothing`)
  // The same function gives the second of its two steps no parameters.
  fault(inserts.some(isSelected) && /\$\d/.test(update), 'updates by a parameter what it selects')
  // recursive_planning.c, RecursivelyPlanCTEs: with an INSERT in it, or before VALUES, a WITH is taken to pieces
  // that run one after another, and each sees what those before it did.
  const isInPieces = inWith.length > 0 && inserts.some((n) => inWith.includes(n) || !isSelected(n))
  if (isInPieces) {
    const read = nodes.filter((node) => isReadBeside(node, changes))
    fault(
      read.length > 0 && !(text in MAY_READ_BESIDE),
      `reads ${namesOf(read)} beside changing it`,
    )
    const silent = inWith.filter((node) => !returns(node))
    fault(silent.length > 0, `changes ${namesOf(silent)} in a WITH and returns nothing`)
  }
  return faults
}

/** What follows each of these words, to the end of the statement that it is in. */
function clausesOf(text: string, word: RegExp): string[] {
  const [, ...clauses] = text.split(word)
  return clauses.map((rest) => {
    let depth = 0
    const end = [...rest].findIndex((letter) => {
      if (letter === '(') depth += 1
      if (letter === ')') depth -= 1
      return depth < 0
    })
    return end < 0 ? rest : rest.slice(0, end)
  })
}

/** Its rows come out of a query, and not out of VALUES. */
function isSelected({ Plans = [] }: Plan): boolean {
  const source = Plans.find((plan) => plan['Parent Relationship'] === 'Outer')
  const isOfValues =
    source?.['Node Type'] === 'Values Scan' ||
    (source?.['Node Type'] === 'Result' && source['One-Time Filter'] === undefined)
  return !isOfValues
}

/** There are subqueries in its values, or in what it returns. */
function asksWithin(insert: Plan): boolean {
  return flat(insert).some(
    (node) =>
      /^(?:InitPlan|SubPlan)$/.test(node['Parent Relationship'] ?? '') &&
      node['Subplan Name']?.startsWith('CTE ') !== true,
  )
}

function isReadBeside(node: Plan, changes: readonly Plan[]): boolean {
  const name = node['Relation Name']
  const ofIt = changes.filter((change) => change['Relation Name'] === name)
  return (
    name !== undefined && ofIt.length > 0 && !ofIt.some((change) => flat(change).includes(node))
  )
}

function returns({ Output = [] }: Plan): boolean {
  return Output.length > 0
}

function resolves(node: Plan): boolean {
  return node['Conflict Resolution'] !== undefined
}

/** The worst volatility that a piece of SQL names: immutable, stable, volatile. */
async function mutableIn(owner: pg.Pool, text: string): Promise<string> {
  const names = [...text.matchAll(/\b(\w+)\s*\(/g)].map(([, name = '']) => name.toLowerCase())
  const { rows } = await owner.query<{ worst: string | null }>(
    'select max(provolatile::text) as worst from pg_proc where proname = any ($1)',
    [names],
  )
  // Written without parentheses, or as operators of time.
  const isStable = /\b(?:current_|local)(?:date|time|timestamp)\b|\binterval\b/i.test(text)
  const worst = rows[0]?.worst ?? 'i'
  return worst === 'i' && isStable ? 's' : worst
}

function flat(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flat)]
}

function isOfTenants(node: Plan): boolean {
  const { 'Relation Name': name, Schema: schema } = node
  if (name === undefined || schema === 'pg_catalog') return false
  return !(name in PLATFORM_TABLES) && !BOOKKEEPING_TABLES.includes(name)
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
