/** The work of one node, for all tenants: whose turn it is. Asked for as soon as something is written, and by polling as the rule. */
import { endStalled, isNotPermitted } from '../db/index.ts'
import { linesOf, type TenantId } from '../lib/index.ts'
import { BATCH, createTurn, tenantsWithWork, type TurnGiven } from './turn.ts'
import { createTurns } from './turns.ts'

/** Tenants that one node works for at a time; each takes a connection. */
const AT_ONCE = 3

export interface WorkGiven extends TurnGiven {
  readonly pollSeconds: number
}

/** What is told of it while it is done. */
export type WorkTold = Pick<WorkGiven, 'batchFinished'> & Required<Pick<WorkGiven, 'atWork'>>

export interface Work {
  /** Of these tenants something was just written. */
  add(tenantIds: readonly TenantId[]): void
  /** This tenant may have much: who has just written something goes first. Other nodes find it by polling. */
  addWaiting(tenantId: TenantId): void
  start(): Promise<void>
  /** Finishes the batches that have begun; what is pending waits for the next start. */
  stop(): Promise<void>
  /** How long the thread that it is done in was busy since it began, in seconds: one a second is all there is. */
  busySeconds(): number
}

export function createWork(given: WorkGiven): Work {
  const { db, clock, log, pollSeconds } = given
  const turns = createTurns(createTurn(given, BATCH), AT_ONCE)
  let timer: NodeJS.Timeout | undefined
  let polling = Promise.resolve()
  let running = false
  let mayEndOthers = true

  function addWaiting(tenantId: TenantId): void {
    if (running) turns.addWaiting(tenantId)
  }

  /** A node that stands still is passed over, as one that is killed. */
  async function freeLeases(): Promise<void> {
    if (!mayEndOthers) return
    try {
      for (const { pid, stoodMs } of await endStalled(db.pool)) {
        const fields = { event: 'etl.stalled.ended', pid, stoodMs }
        log.warn(fields, 'a node stands still; what it had begun is undone')
      }
    } catch (error) {
      if (!isNotPermitted(error)) throw error
      mayEndOthers = false
      const fields = { event: 'etl.stalled.not-permitted', err: linesOf(error) }
      log.warn(fields, 'a node that stands still is not passed over until PostgreSQL lets it go')
    }
  }

  async function poll(): Promise<void> {
    try {
      for (const tenantId of await tenantsWithWork(db, clock())) addWaiting(tenantId)
      await freeLeases()
    } catch (error) {
      log.warn({ err: linesOf(error), event: 'etl.poll.failed' }, 'will be tried again')
    }
  }

  function pollLater(): void {
    if (!running) return
    timer = setTimeout(() => {
      polling = poll().then(pollLater)
    }, pollSeconds * 1_000)
  }

  return {
    add(tenantIds) {
      if (running) for (const tenantId of tenantIds) turns.add(tenantId)
    },
    addWaiting,
    async start() {
      running = true
      await poll()
      pollLater()
    },
    async stop() {
      running = false
      clearTimeout(timer)
      await polling
      await turns.stop()
    },
    busySeconds: () => performance.eventLoopUtilization().active / 1000,
  }
}
