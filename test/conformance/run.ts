/**
 * Runs the checks against one server, one after the other, and leaves it as it was found.
 *
 * Leftovers of a killed run go first. Each check cleans up after itself; what several read is removed
 * at the end. With a second tenant, what it holds is read before and after and must be the same.
 */
import { type Check, Failed, type Feature, FEATURES, type Group, type Level } from './check.ts'
import { GROUPS } from './checks/index.ts'
import {
  createScim,
  type Exchange,
  leaveIt,
  PREFIX,
  type Scim,
  type Shared,
  type Target,
} from './client.ts'
import { at, elements, isDoc } from './expect.ts'
import { ENTERPRISE } from './names.ts'

export interface Result {
  readonly id: string
  readonly group: string
  readonly level: Level
  readonly section: string
  readonly title: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  /** Why it was skipped. */
  readonly reason?: string
  /** Of one that failed. */
  readonly expected?: string
  readonly seen?: string
  readonly exchange?: Exchange
}

export interface Run {
  readonly url: string
  readonly features: readonly Feature[]
  readonly results: readonly Result[]
  readonly requests: number
  /** Resources of an earlier, killed run that were removed. */
  readonly leftovers: number
}

export interface Given {
  readonly target: Target
  readonly neighbour?: Target | undefined
  /** Ids, or what they begin with; all when empty. */
  readonly only?: readonly string[]
  readonly onResult?: (result: Result, group: Group) => void
}

/** The groups with the checks that were asked for; groups without any are left out. */
export function selected(only: readonly string[]): readonly Group[] {
  if (only.length === 0) return GROUPS
  const isAsked = ({ id }: Check) => only.some((each) => id.startsWith(each))
  return GROUPS.map((group) => ({ ...group, checks: group.checks.filter(isAsked) })).filter(
    ({ checks }) => checks.length > 0,
  )
}

/** @throws Failed when there is no server, or it does not take the token */
export async function runSuite(given: Given): Promise<Run> {
  const { target, neighbour } = given
  const stamp = Math.random().toString(36).slice(2, 8)
  const found = { stamp, trace: [] as Exchange[], made: new Map<string, Promise<unknown>>() }
  const probe: Shared = { ...found, features: new Set(), names: 0 }
  const scout = createScim(target, probe, neighbour, undefined)
  await knock(scout)
  if (neighbour !== undefined) await knock(scout.neighbour())
  const features = await featuresOf(scout, neighbour)
  const shared: Shared = { ...probe, features }
  const keeper = createScim(target, shared, neighbour, undefined)
  const leftovers = await sweep(keeper)
  if (neighbour !== undefined) await sweep(keeper.neighbour())
  const results: Result[] = []
  try {
    for (const group of selected(given.only ?? []))
      for (const check of group.checks) {
        const scim = createScim(target, shared, neighbour, keeper)
        const result = await runOne(scim, group, check)
        results.push(result)
        given.onResult?.(result, group)
      }
  } finally {
    // A server that went away in the middle has its results told all the same.
    await keeper.removeAll()
    await sweep(keeper).catch(leaveIt)
  }
  return {
    url: keeper.url,
    features: [...features],
    results,
    requests: shared.trace.length,
    leftovers,
  }
}

/** Every check would fail of the same cause: better said once. @throws Failed */
async function knock(scim: Scim): Promise<void> {
  const { status } = await scim.get('/Users', { count: 1 })
  if (status === 401 || status === 403)
    throw new Failed(`that ${scim.url} takes the token`, `status ${status}`)
}

async function runOne(scim: Scim, group: Group, check: Check): Promise<Result> {
  const { id, level, section, title } = check
  const about = { id, group: group.name, level, section, title }
  const reason = reasonToSkip(scim, group, check)
  if (reason !== undefined) return { ...about, outcome: 'skipped', ms: 0, reason }
  const startedAt = performance.now()
  const msSince = () => Math.round(performance.now() - startedAt)
  try {
    await check.run(scim)
    return { ...about, outcome: 'passed', ms: msSince() }
  } catch (error) {
    if (!(error instanceof Failed)) throw new Error(`The check ${id} is broken.`, { cause: error })
    const { expected, seen, exchange = scim.last() } = error
    const said = { ...about, outcome: 'failed' as const, ms: msSince(), expected, seen }
    return exchange === undefined ? said : { ...said, exchange }
  } finally {
    await scim.removeAll()
  }
}

function reasonToSkip(scim: Scim, group: Group, check: Check): string | undefined {
  const lacking = [...(group.needs ?? []), ...(check.needs ?? [])].find((each) => !scim.has(each))
  if (lacking !== undefined) return FEATURES[lacking]
  if (check.unless !== undefined && scim.has(check.unless))
    return `it is for servers where ${FEATURES[check.unless]}`
  return undefined
}

/** What the server says of itself; where it says nothing, what every server has. */
async function featuresOf(scim: Scim, neighbour: Target | undefined): Promise<Set<Feature>> {
  const { json: config } = await scim.get('/ServiceProviderConfig')
  const { json: types } = await scim.get('/ResourceTypes')
  const { status: search } = await scim.post('/Users/.search', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
    count: 0,
  })
  const isAnnounced = (name: string) => at(config, name, 'supported') === true
  const endpoint = (name: string) =>
    elements(types, 'Resources').find((type) => at(type, 'endpoint') === name)
  const extensions = elements(endpoint('/Users'), 'schemaExtensions')
  const all: Record<Feature, boolean> = {
    patch: isAnnounced('patch'),
    bulk: isAnnounced('bulk'),
    filter: isAnnounced('filter'),
    sort: isAnnounced('sort'),
    etag: isAnnounced('etag'),
    cursor: at(config, 'pagination', 'cursor') === true,
    groups: endpoint('/Groups') !== undefined || !isDoc(types),
    enterprise: extensions.some((each) => at(each, 'schema') === ENTERPRISE),
    search: search !== 501,
    neighbour: neighbour !== undefined,
  }
  return new Set((Object.keys(all) as Feature[]).filter((feature) => all[feature]))
}

const SWEEP_PAGES = 200

/** Removes what carries the prefix, groups first. @returns how many there were */
async function sweep(scim: Scim): Promise<number> {
  let removed = 0
  for (const [path, attribute] of [
    ['/Groups', 'displayName'],
    ['/Users', 'userName'],
  ] as const)
    for (const id of await leftoversAt(scim, path, attribute)) {
      await scim.delete(`${path}/${encodeURIComponent(id)}`)
      removed += 1
    }
  return removed
}

/** By filter where the server filters so, else by walking the list. */
async function leftoversAt(scim: Scim, path: string, attribute: string): Promise<Set<string>> {
  const ids = new Set<string>()
  const filter = `${attribute} sw "${PREFIX}"`
  let query: { filter?: string } = { filter }
  for (let page = 0, from = 1; page < SWEEP_PAGES; page += 1) {
    const answer = await scim.get(path, { ...query, startIndex: from, count: 100 })
    if (answer.status !== 200 && query.filter !== undefined) {
      query = {}
      continue
    }
    const found = elements(answer.json, 'Resources')
    for (const each of found) {
      const [id, name] = [at(each, 'id'), at(each, attribute)]
      if (typeof id === 'string' && typeof name === 'string' && isOurs(name)) ids.add(id)
    }
    from += found.length
    if (found.length === 0 || from > Number(at(answer.json, 'totalResults') ?? 0)) break
  }
  return ids
}

function isOurs(name: string): boolean {
  return name.toLowerCase().startsWith(PREFIX)
}
