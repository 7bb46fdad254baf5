/**
 * Tells every node that something is pending: this one directly, the others by NOTIFY. What was
 * written within a few milliseconds is told at once; where writes go on, what was within a tenth of a
 * second, or within a quarter where it is much. Only a hint: polling is the rule, and nothing is lost
 * with a lost notification.
 */
import type { PoolClient } from 'pg'
import type { Logger } from 'pino'
import type { Db } from '../db/index.ts'
import { isId, linesOf, type NewId, type TenantId } from '../lib/index.ts'

const CHANNEL = 'rollcall_pending'
/** Writes that come together are loaded together. */
const GATHER_MS = 20
/** What every batch costs anyhow is then paid ten times a second, and not fifty. */
const APART_MS = 100
/** Where more than so many were written meanwhile, four times: who writes so much has better use for the processor. */
const MANY = 100
const FAR_APART_MS = 250
const RECONNECT_MS = 1_000
/** A payload has room for less than 8,000 bytes. */
const MOST_NAMED = 200

export interface Waking {
  written(tenantId: TenantId): void
  start(): Promise<void>
  stop(): void
}

export function createWaking(given: {
  readonly db: Db
  readonly newId: NewId
  readonly log: Logger
  readonly wake: (tenantIds: readonly TenantId[]) => void
}): Waking {
  const { db, log, wake } = given
  /** Goes before the tenants that are named, so that a node does not wake itself twice. */
  const node = given.newId('nod')
  const gathering = createGathering(tell)
  let listener: PoolClient | undefined
  let reconnect: NodeJS.Timeout | undefined
  let stopped = false

  function tell(tenants: readonly TenantId[]): void {
    wake(tenants)
    const payload = [node, ...tenants.slice(0, MOST_NAMED)].join()
    db.pool.query('select pg_notify($1, $2)', [CHANNEL, payload]).catch((error: unknown) => {
      log.debug(
        { err: linesOf(error), event: 'etl.notification.failed' },
        'other nodes will find it by polling',
      )
    })
  }

  function told(payload: string): void {
    const [from, ...tenants] = payload.split(',')
    if (from === node) return
    wake(tenants.filter((tenantId) => isId('ten', tenantId)))
  }

  async function listen(): Promise<void> {
    const client = await db.pool.connect()
    if (stopped) return client.release()
    listener = client
    const lost = (error: Error) => {
      if (listener !== client) return
      listener = undefined
      client.release(true)
      log.warn(
        { err: linesOf(error), event: 'etl.listener.lost' },
        'polling until it listens again',
      )
      listenLater()
    }
    client.on('error', lost)
    client.on('notification', ({ payload }) => told(payload ?? ''))
    await client.query(`listen ${CHANNEL}`).catch(lost)
  }

  function listenLater(): void {
    if (!stopped) reconnect = setTimeout(() => void listen().catch(listenLater), RECONNECT_MS)
  }

  return {
    written: gathering.add,
    start: listen,
    stop() {
      stopped = true
      gathering.stop()
      clearTimeout(reconnect)
      const client = listener
      listener = undefined
      client?.release(true)
    },
  }
}

/** The first is told soon, and who comes after that, now and then. */
function createGathering(tell: (tenants: readonly TenantId[]) => void) {
  const gathered = new Set<TenantId>()
  let writes = 0
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function end(): void {
    timer = undefined
    if (gathered.size === 0) return
    timer = setTimeout(end, writes > MANY ? FAR_APART_MS : APART_MS)
    writes = 0
    const tenants = [...gathered]
    gathered.clear()
    tell(tenants)
  }

  return {
    add(tenantId: TenantId): void {
      gathered.add(tenantId)
      writes += 1
      if (!stopped) timer ??= setTimeout(end, GATHER_MS)
    },
    stop(): void {
      stopped = true
      clearTimeout(timer)
    },
  }
}
