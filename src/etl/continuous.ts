/**
 * The continuous load of all tenants on one node: whose turn it is. Woken by writes, and by polling
 * as the rule.
 */
import type { TenantId } from '../lib/index.ts'
import { describe } from './trouble.ts'
import { BATCH, createTurn, tenantsWithWork, type TurnGiven } from './turn.ts'
import { createTurns } from './turns.ts'
import { createWaking } from './wake.ts'

/** Tenants that one node works for at a time; each takes a connection. */
const AT_ONCE = 3

export interface ContinuousGiven extends TurnGiven {
  readonly pollSeconds: number
}

export function createContinuousLoad(given: ContinuousGiven) {
  const { db, clock, newId, log, pollSeconds } = given
  const turns = createTurns(createTurn(given, BATCH), AT_ONCE)
  const waking = createWaking({ db, newId, log, wake: add })
  let timer: NodeJS.Timeout | undefined
  let polling = Promise.resolve()
  let running = false

  function add(tenantId: TenantId): void {
    if (running) turns.add(tenantId)
  }

  function addWaiting(tenantId: TenantId): void {
    if (running) turns.addWaiting(tenantId)
  }

  async function poll(): Promise<void> {
    try {
      for (const tenantId of await tenantsWithWork(db, clock())) addWaiting(tenantId)
    } catch (error) {
      log.warn({ err: describe(error), event: 'etl.poll.failed' }, 'will be tried again')
    }
  }

  function pollLater(): void {
    if (!running) return
    timer = setTimeout(() => {
      polling = poll().then(pollLater)
    }, pollSeconds * 1_000)
  }

  return {
    /** A write of this tenant was committed on this node: told to all, soon. */
    written: waking.written,
    /** This tenant has work, perhaps. */
    add,
    /** It may have much: who has just written something goes first. Other nodes find it by polling. */
    addWaiting,

    async start(): Promise<void> {
      running = true
      await waking.start()
      await poll()
      pollLater()
    },

    /** Finishes the batches that have begun; what is pending waits for the next start. */
    async stop(): Promise<void> {
      running = false
      clearTimeout(timer)
      waking.stop()
      await polling
      await turns.stop()
    },
  }
}
