/**
 * The provisioning log: each SCIM request and what became of it, for the operator who is asked about
 * an error that a customer's administrator saw.
 *
 * An entry is handed over when its request was answered, never in the request's transaction, and
 * costs it nothing but memory; it is in the database within a fraction of a second. The log may lack
 * an entry, after a crash or in a flood; what it tells of has happened nevertheless.
 *
 * Its commits are not waited for on disk, since nothing was promised to anybody. A write that was
 * acknowledged has waited for its own.
 */
import type { Logger } from 'pino'
import { type Db, uniqueViolation } from '../db/index.ts'
import type { Clock, ConnectionId, TenantId } from '../lib/index.ts'
import type { Audit } from './audit.ts'
import {
  type AnsweredScim,
  columnsOf,
  INSERT,
  INSERT_MISSING,
  type LogRow,
  rowOf,
} from './log-entry.ts'
import { createLogPolicy } from './log-policy.ts'
import { createLogQueue, type QueueGiven } from './log-queue.ts'
import { findEntry, firstEntries, listEntries, type LogQuery } from './log-reading.ts'
import { sweepLog } from './log-retention.ts'
import type { Tallies } from './tallies.ts'

/** Of requests that nobody was authenticated for, in a minute: for one connection, and connections. */
const STRANGERS_A_MINUTE = 10
const CONNECTIONS_A_MINUTE = 1000

export interface ProvisioningLogGiven {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** How long entries are kept; 0 keeps no log at all. */
  readonly days: number
  readonly counted: QueueGiven['counted']
  /** Told of each request whose tenant is known, kept or not. */
  readonly tallied: Tallies['request']
  /** Whose a connection is, by its id alone; undefined for nobody's. */
  readonly tenantOf: (connectionId: ConnectionId) => Promise<TenantId | undefined>
}

export type ProvisioningLog = ReturnType<typeof createProvisioningLog>

export function createProvisioningLog(given: ProvisioningLogGiven) {
  const { db, clock, days, log, tenantOf } = given
  let dropped = 0
  const counted: QueueGiven['counted'] = (outcome, rows) => {
    if (outcome === 'dropped') dropped += rows
    given.counted(outcome, rows)
  }
  const { keepsValues, ...policy } = createLogPolicy(given)
  const queue = createLogQueue({
    log,
    counted,
    write: (tenantId, rows) => writeRows(db, tenantId, rows),
  })
  const isWithinAllowance = createAllowance(clock)
  const asking = new Set<Promise<void>>()

  /** Beside the request, so that its time does not tell whether there is such a connection. */
  function recordStranger(request: AnsweredScim): void {
    const asked = tenantOf(request.connectionId)
      .then((tenantId) => {
        if (tenantId !== undefined) queue.add(tenantId, rowOf(request, false, clock()))
      })
      .catch(() => counted('dropped', 1))
      .finally(() => asking.delete(asked))
    asking.add(asked)
  }

  return {
    /** Returns at once and never throws. */
    record(request: AnsweredScim): void {
      const { tenantId, connectionId, outcome, bulkOperation } = request
      // An operation of a bulk request is part of one.
      if (tenantId !== undefined && bulkOperation === null) given.tallied(tenantId, outcome)
      if (days === 0) return
      if (tenantId !== undefined)
        queue.add(tenantId, rowOf(request, keepsValues(connectionId), clock()))
      else if (isWithinAllowance(connectionId)) recordStranger(request)
    },

    list: (tenantId: TenantId, query: LogQuery) => listEntries(db, tenantId, query),
    /** Those that came first of a connection, as far as they are still kept. */
    listFirst: (tenantId: TenantId, connectionId: ConnectionId, limit: number) =>
      firstEntries(db, tenantId, connectionId, limit),
    find: (requestId: string) => findEntry(db, requestId),
    /** Rows that are missing, since the start of this process. */
    dropped: () => dropped,
    readPolicy: policy.readPolicy,
    setPolicy: policy.setPolicy,

    /** Writes what waits now; a test's way to a fact. */
    async flush(): Promise<void> {
      await Promise.all(asking)
      await queue.flush()
    },
    /** As a sweep asks for it. @returns how many entries it took */
    sweep: (tenantId: TenantId, before: Date) => sweepLog(db, tenantId, before),

    async start(): Promise<void> {
      if (days > 0) await policy.start()
    },

    /** Once no more requests are answered. */
    async stop(): Promise<void> {
      await Promise.all([policy.stop(), ...asking])
      await queue.stop()
    },
  }
}

async function writeRows(db: Db, tenantId: TenantId, rows: readonly LogRow[]): Promise<void> {
  const values = [tenantId, ...columnsOf(rows)]
  const send = (name: string, text: string) =>
    db.unhurried.inTenantOnce(tenantId, name, text, values)
  try {
    await send('log-provisioning', INSERT)
  } catch (error) {
    // They were written, and the connection was lost before we heard of it.
    if (uniqueViolation(error) === undefined) throw error
    await send('log-provisioning-again', INSERT_MISSING)
  }
}

/** Whoever needs no credential to fill the log must not be able to. */
function createAllowance(clock: Clock): (connectionId: ConnectionId) => boolean {
  const taken = new Map<ConnectionId, number>()
  let minute = 0
  return (connectionId) => {
    const now = Math.trunc(clock().getTime() / 60_000)
    if (now !== minute) taken.clear()
    minute = now
    const count = taken.get(connectionId) ?? 0
    if (count >= STRANGERS_A_MINUTE) return false
    if (count === 0 && taken.size >= CONNECTIONS_A_MINUTE) return false
    taken.set(connectionId, count + 1)
    return true
  }
}
