/** Asks everybody who knows, at once, and judges. */
import { statfs } from 'node:fs/promises'
import type { DatabaseState } from '../db/index.ts'
import type { Explain } from '../explain/index.ts'
import { type Check, CLOCK_OFF_MS, judge, worst } from './checks.ts'
import { createNodes, type Node, type NodesGiven } from './nodes.ts'

export interface HealthGiven extends NodesGiven {
  readonly explain: Pick<Explain, 'overview' | 'expiring'>
  readonly databaseState: () => Promise<DatabaseState>
  readonly owedNotices: () => Promise<Owed>
  readonly owedWarnings: () => Promise<Owed>
  readonly masterKeys: () => Promise<MasterKeysSeen>
  /** Master keys that are needed, and not here. */
  readonly lackingKeys: () => readonly string[]
  /** Of the embedded database; undefined: it is elsewhere. */
  readonly dataDir: string | undefined
}

/** What is to be delivered. */
export interface Owed {
  readonly waiting: number
  readonly failing: number
  readonly givenUp: number
  readonly oldestAt: Date | null
}

export interface Loading {
  readonly waiting: number
  /** Of tenants whose loading is not paused. */
  readonly oldestWaitingAt: Date | null
  readonly quarantined: number
  readonly held: number
  readonly pausedTenants: number
  /** Whose changes wait for longer than they ever should. */
  readonly laggingTenants: number
}

export interface MasterKeysSeen {
  readonly sealing: string | undefined
  /** Since when that one seals. */
  readonly since: Date | undefined
  /** Of nodes, by name, and what they have not that is needed. */
  readonly lacking: readonly { readonly node: string; readonly id: string }[]
  /** Keys that would seal, were they everywhere. */
  readonly waiting: readonly { readonly id: string; readonly lackedBy: readonly string[] }[]
  /** Values that others wrap; undefined while they are not counted. */
  readonly valuesLeft: number | undefined
}

export interface Disk {
  readonly freeBytes: number
  readonly bytes: number
}

/** What is looked at. */
export interface Facts {
  /** The node that was asked. */
  readonly nodeId: string
  readonly nodes: readonly Node[]
  readonly database: DatabaseState
  readonly loading: Loading
  readonly notices: Owed
  readonly warnings: Owed
  /** When what ends within thirty days ends. */
  readonly endings: readonly Date[]
  readonly disk: Disk | undefined
  readonly masterKeys: MasterKeysSeen
}

export type Health = ReturnType<typeof createHealth>

const DAYS = 30

export function createHealth(given: HealthGiven) {
  const nodes = createNodes(given)
  return {
    /** Begins to say that this node is here. */
    start: nodes.start,
    stop: nodes.stop,
    /** For whoever decides by what all nodes say. */
    nodes,

    /** @throws where this node cannot serve: the database is away, the clock too far off its (SEC F-8), a master key missing */
    async ready(): Promise<void> {
      const lacking = given.lackingKeys()
      if (lacking.length > 0) throw new Error(`The master key ${lacking.join(', ')} is missing.`)
      const { rows } = await given.db.pool.query<{ now: Date }>('select now()')
      const offMs = Math.abs(given.clock().getTime() - (rows[0]?.now.getTime() ?? NaN))
      if (!(offMs <= CLOCK_OFF_MS)) throw new Error(`The clock is ${offMs} ms off the database's.`)
    },

    /** Operator-wide. @throws Unavailable while the database is away */
    async read() {
      const now = given.clock()
      const [seen, database, loading, notices, warnings, expiring, disk, masterKeys] =
        await Promise.all([
          nodes.list(),
          given.databaseState(),
          readLoading(given),
          given.owedNotices(),
          given.owedWarnings(),
          given.explain.expiring(DAYS),
          readDisk(given),
          given.masterKeys(),
        ])
      const endings = expiring.map(({ expiresAt }) => expiresAt)
      const facts = {
        ...{ nodeId: nodes.nodeId, nodes: seen, database, loading },
        ...{ notices, warnings, endings, disk, masterKeys },
      }
      const checks: readonly Check[] = judge(facts, now)
      return { verdict: worst(checks), at: now, checks, ...facts }
    },
  }
}

async function readLoading({ explain }: HealthGiven): Promise<Loading> {
  const { items } = await explain.overview({ limit: Infinity })
  const sum = (of: (one: (typeof items)[number]) => number) =>
    items.reduce((all, each) => all + of(each), 0)
  const oldest = items.flatMap(({ pausedAt, oldestWaitingAt }) =>
    pausedAt === null && oldestWaitingAt !== null ? oldestWaitingAt.getTime() : [],
  )
  return {
    waiting: sum(({ waiting }) => waiting),
    oldestWaitingAt: oldest.length === 0 ? null : new Date(Math.min(...oldest)),
    quarantined: sum(({ quarantined }) => quarantined),
    held: sum(({ held }) => held),
    pausedTenants: sum(({ pausedAt }) => (pausedAt === null ? 0 : 1)),
    laggingTenants: sum(({ reasons }) => (reasons.some(({ code }) => code === 'lagging') ? 1 : 0)),
  }
}

async function readDisk({ dataDir }: HealthGiven): Promise<Disk | undefined> {
  if (dataDir === undefined) return undefined
  const { bavail, blocks, bsize } = await statfs(dataDir)
  return { freeBytes: bavail * bsize, bytes: blocks * bsize }
}
