/**
 * The verdicts: of each thing that is looked at, whether it is well, what was seen, and what to do. Pure.
 *
 * `failing` is what somebody notices or what is in danger of being lost; `attention` is what will become that.
 */
import type { Facts, Owed } from './create-health.ts'
import type { Node } from './nodes.ts'

/** From good to bad. */
export const VERDICTS = ['ok', 'attention', 'failing'] as const
export type Verdict = (typeof VERDICTS)[number]

export const CHECKS = [
  'nodes',
  'releases',
  'clocks',
  'memory',
  'event-loop',
  'connections',
  'database',
  'durability',
  'replication',
  'transactions',
  'migrations',
  'loading',
  'logout-notices',
  'warnings',
  'provisioning-log',
  'credentials',
  'master-keys',
  'disk',
] as const
export type CheckName = (typeof CHECKS)[number]

export interface Check {
  readonly name: CheckName
  readonly verdict: Verdict
  /** What was seen, in a sentence. */
  readonly seen: string
  /** What to do; null where there is nothing. */
  readonly next: string | null
}

type Judged = Omit<Check, 'name'>
type Judge = (facts: Facts, now: Date) => Judged

const ok = (seen: string): Judged => ({ verdict: 'ok', seen, next: null })
const attention = (seen: string, next: string): Judged => ({ verdict: 'attention', seen, next })
const failing = (seen: string, next: string): Judged => ({ verdict: 'failing', seen, next })

/** The worst first. A list of what concerns the embedded database has `disk`, another has not. */
export function judge(facts: Facts, now: Date): Check[] {
  // What a silent node said last is of another time.
  const present = { ...facts, nodes: facts.nodes.filter(({ isLost }) => !isLost) }
  return CHECKS.filter((name) => name !== 'disk' || facts.disk !== undefined)
    .map((name) => ({ name, ...JUDGES[name](name === 'nodes' ? facts : present, now) }))
    .toSorted((one, other) => badness(other.verdict) - badness(one.verdict))
}

const badness = (verdict: Verdict): number => VERDICTS.indexOf(verdict)

export function worst(checks: readonly Check[]): Verdict {
  return VERDICTS[Math.max(0, ...checks.map(({ verdict }) => badness(verdict)))] ?? 'ok'
}

/** SEC F-8. A node whose clock is further off is not ready either. */
export const CLOCK_OFF_MS = 300_000
const MB = 1e6
const GB = 1e9
const DAY_MS = 86_400_000

const JUDGES: Readonly<Record<CheckName, Judge>> = {
  nodes({ nodes }) {
    const lost = nodes.filter(({ isLost }) => isLost)
    if (lost.length === 0) return ok(`${several(nodes.length, 'node')} serving.`)
    return attention(
      `${namesOf(lost)} went silent without saying that it stops.`,
      'See whether its process runs and reaches the database. One that was killed is forgotten after ten minutes.',
    )
  },

  releases({ nodes }) {
    const releases = [...new Set(nodes.map(({ version }) => version))]
    if (releases.length < 2) return ok(`Release ${releases[0] ?? 'unknown'} on every node.`)
    return attention(
      `Nodes of several releases serve: ${releases.join(', ')}.`,
      'Bring every node to the same release; until then what the later one can do may depend on the node.',
    )
  },

  // SEC F-8
  clocks({ nodes }) {
    const off = furthest(nodes, ({ clockAheadMs }) => Math.abs(clockAheadMs))
    const ms = Math.abs(off?.clockAheadMs ?? 0)
    const seen = `The clock of ${off?.name} is ${spell(ms)} off the database's.`
    const next =
      "Synchronise the machine's clock (NTP): times of sign-ins and tokens are judged by it."
    if (ms > CLOCK_OFF_MS) return failing(seen, next)
    return ms > 30_000 ? attention(seen, next) : ok(`Within ${spell(ms)} of the database's.`)
  },

  memory({ nodes }) {
    const full = ({ heapBytes, heapLimitBytes }: Node) => heapBytes / heapLimitBytes
    const most = furthest(nodes, full)
    const share = most === undefined ? 0 : full(most)
    const seen = `${most?.name} has ${percent(share)} of the heap that it may have in use.`
    const next =
      'Give it more memory or another node beside it, and see what it was asked for just then.'
    if (share > 0.95) return failing(seen, next)
    if (share > 0.8) return attention(seen, next)
    return ok(`${bytes(Math.max(0, ...nodes.map(({ rssBytes }) => rssBytes)))} at most.`)
  },

  'event-loop'({ nodes }) {
    const slowest = furthest(nodes, ({ loopDelayMs }) => loopDelayMs)
    const ms = slowest?.loopDelayMs ?? 0
    const seen = `What is asked of ${slowest?.name} waits ${spell(ms)} for its turn.`
    const next =
      'Its processor is busy: put another node beside it, or give it a processor of its own.'
    if (ms > 1_000) return failing(seen, next)
    return ms > 100 ? attention(seen, next) : ok(`Turns are ${spell(ms)} late at most.`)
  },

  connections({ nodes, database: { connections, connectionsMost } }) {
    const crowded = nodes.filter(({ transactionsWaiting }) => transactionsWaiting > 0)
    if (connections > connectionsMost * 0.9)
      return attention(
        `${connections} of ${connectionsMost} connections of the database are taken.`,
        'Raise max_connections or put a pooler between: a node that gets none cannot serve.',
      )
    if (crowded.length > 0)
      return attention(
        `${several(
          sum(crowded, ({ transactionsWaiting }) => transactionsWaiting),
          'transaction',
        )} of ${namesOf(crowded)} waited for a connection.`,
        'If it stays so, the database is too slow or there is too much work: another node, or a faster database.',
      )
    const busy = sum(nodes, ({ connectionsBusy }) => connectionsBusy)
    return ok(
      `${busy} of ${sum(nodes, ({ connectionsMost: most }) => most)} of the nodes' connections busy; the database has ${connections} of ${connectionsMost}.`,
    )
  },

  database({ database: { isReadOnly, version, bytes: size } }) {
    if (isReadOnly)
      return failing(
        'The database can only be read: it is a standby, or set so.',
        'Let the nodes connect to the primary. Nothing that is sent is taken until then.',
      )
    return ok(`PostgreSQL ${version}, ${bytes(size)}.`)
  },

  // SEC F-7
  durability({ database: { unsafe } }) {
    if (unsafe.length === 0) return ok('What was acknowledged is on disk.')
    return failing(
      `${unsafe.join(' and ')} ${unsafe.length === 1 ? 'is' : 'are'} off: what was acknowledged may be lost when the machine fails.`,
      'Turn it on in the configuration of PostgreSQL and reload it.',
    )
  },

  replication({ database: { replicas, seesAll } }) {
    if (replicas.length === 0) return ok('No replica is connected.')
    if (!seesAll)
      return ok(
        `${several(replicas.length, 'replica')}; how far behind, the owner of the tables may not see.`,
      )
    const late = replicas.filter(
      ({ state, lagBytes, lagSeconds }) =>
        state !== 'streaming' || (lagBytes ?? 0) > GB || (lagSeconds ?? 0) > 60,
    )
    if (late.length === 0) return ok(`${several(replicas.length, 'replica')} following closely.`)
    return attention(
      `Far behind: ${late.map(({ name, state, lagBytes }) => `${name} (${state}, ${bytes(lagBytes ?? 0)})`).join(', ')}.`,
      'See whether the replica and the network to it keep up: what it lacks would be lost by failing over to it.',
    )
  },

  transactions({ database: { oldestTransaction: oldest, seesAll } }) {
    if (oldest !== null && oldest.seconds > 600)
      return attention(
        `A transaction of ${oldest.user} (process ${oldest.processId} of the database) is ${spell(oldest.seconds * 1000)} old.`,
        'End it unless it is a back-up: meanwhile the database cannot clear up, and becomes larger and slower.',
      )
    return ok(
      seesAll ? 'None is old.' : 'None of our own is old; those of others the owner may not see.',
    )
  },

  migrations({ database: { migrations } }) {
    const { latest, pending, unknown } = migrations
    if (pending.length > 0)
      return failing(
        `Not applied: ${pending.join(', ')}.`,
        'Start a node of this release anew: it brings the schema up to date before it serves.',
      )
    if (unknown.length > 0)
      return attention(
        `A later release has been here: ${unknown.join(', ')}.`,
        'Bring the remaining nodes to that release; one of this release does not start any more.',
      )
    return ok(`At ${latest}.`)
  },

  loading({ loading: { laggingTenants, waiting, oldestWaitingAt } }, now) {
    const waits = `${several(waiting, 'change')} waiting`
    if (laggingTenants > 0)
      return failing(
        `${waits}, the oldest for ${spell(now.getTime() - (oldestWaitingAt ?? now).getTime())}: ${several(laggingTenants, 'tenant')} cannot keep up.`,
        "The overview names the tenants; a tenant's sync says what stands in the way.",
      )
    return ok(`${waits}.`)
  },

  'logout-notices': ({ notices }) =>
    owed(
      notices,
      'logout notice',
      'The overview names the sites that do not hear, and what they answer.',
    ),

  warnings: ({ warnings }) =>
    owed(warnings, 'warning', "A tenant's warnings say what their mail server or webhook answers."),

  'provisioning-log'({ nodes }) {
    const dropped = sum(nodes, ({ logRowsDropped }) => logRowsDropped)
    if (dropped === 0) return ok('Complete since the nodes started.')
    return attention(
      `${several(dropped, 'entry', 'entries')} missing since the nodes started.`,
      'The database was away or could not keep up. The requests themselves were served.',
    )
  },

  credentials({ endings }, now) {
    const left = (at: Date) => at.getTime() - now.getTime()
    const ended = endings.filter((at) => left(at) <= 0).length
    const soon = endings.filter((at) => left(at) > 0 && left(at) <= 7 * DAY_MS).length
    const next = 'The overview lists them: have another handed out and put in its place.'
    if (ended > 0)
      return attention(`${several(ended, 'token')} ended, and nothing has taken the place.`, next)
    if (soon > 0)
      return attention(
        `${several(soon, 'token, secret or key', 'tokens, secrets or keys')} end within a week.`,
        next,
      )
    if (endings.length === 0) return ok('None ends within 30 days.')
    return ok(`${several(endings.length, 'ends', 'end')} within 30 days, none within a week.`)
  },

  'master-keys'({ masterKeys: { sealing, since, lacking, waiting, valuesLeft } }, now) {
    const [lack] = lacking
    if (lack !== undefined)
      return failing(
        `${lack.node} does not have the master key ${lack.id}: what is sealed under it does not open there.`,
        'Put the key file there that the other nodes have. It is read again within seconds.',
      )
    const [wait] = waiting
    if (wait !== undefined)
      return attention(
        `The master key ${wait.id} does not seal yet: ${wait.lackedBy.join(', ')} ${wait.lackedBy.length === 1 ? 'does' : 'do'} not have it.`,
        'Put the same key file on every node. A node that went silent is waited for until it is forgotten.',
      )
    if (valuesLeft === undefined || valuesLeft === 0)
      return ok(`${sealing ?? 'None'} seals${valuesLeft === 0 ? ', and wraps all there is' : ''}.`)
    const left = `${sealing ?? 'None'} seals; ${several(valuesLeft, 'value')} under others`
    if (now.getTime() - (since ?? now).getTime() < DAY_MS) return ok(`${left}, being wrapped anew.`)
    return attention(
      `${left}, a day after it took over.`,
      'The log says what went wrong (keys.values.rewrapped). What does not open any more has to be set up again.',
    )
  },

  disk({ disk }) {
    const { freeBytes = 0, bytes: size = 0 } = disk ?? {}
    const seen = `${bytes(freeBytes)} of ${bytes(size)} are free where the embedded database is.`
    const next =
      'Make room, or move the data directory to a larger disk: a full one takes no more writes.'
    if (freeBytes < 512 * MB) return failing(seen, next)
    return freeBytes < 5 * GB && freeBytes < size / 10 ? attention(seen, next) : ok(seen)
  },
}

function owed({ waiting, failing: tried, givenUp }: Owed, what: string, next: string): Judged {
  const waits = `${several(waiting, what)} waiting`
  if (givenUp > 0)
    return failing(`${several(givenUp, what)} given up within a day, ${waits}.`, next)
  if (tried > 0) return attention(`${waits}, ${tried} tried several times.`, next)
  return ok(`${waits}.`)
}

function furthest(nodes: readonly Node[], by: (node: Node) => number): Node | undefined {
  return nodes.toSorted((one, other) => by(other) - by(one))[0]
}

const sum = (nodes: readonly Node[], of: (node: Node) => number): number =>
  nodes.reduce((all, node) => all + of(node), 0)
const namesOf = (nodes: readonly Node[]): string => nodes.map(({ name }) => name).join(', ')
const percent = (share: number): string => `${Math.round(share * 100)} %`

function several(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function bytes(size: number): string {
  return size >= GB ? `${(size / GB).toFixed(1)} GB` : `${Math.round(size / MB)} MB`
}

function spell(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`
}
