/**
 * Takes out of the provisioning log what has outlived its days. Every node does so now and then, in
 * small batches and in the order of time, and two that meet do each other no harm: what one has
 * taken the other does not find.
 */
import type { Logger } from 'pino'
import type { Db } from '../db/index.ts'
import type { Clock } from '../lib/index.ts'
import { firstIdAt } from './log-reading.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const FIRST_AFTER_MS = 60 * 1000
const EVERY_MS = 60 * 60 * 1000
const BATCH = 5000

const TAKE = `
  with gone as (
    delete from provisioning_log
     where tenant_id = $1
       and request_id in (
         select request_id from provisioning_log
          where tenant_id = $1 and request_id < $2
          order by request_id
          limit ${BATCH})
    returning 1
  )
  select count(*) as rows from gone`

export interface RetentionGiven {
  readonly db: Db
  readonly clock: Clock
  readonly days: number
  readonly log: Pick<Logger, 'info' | 'warn'>
}

export function createRetention({ db, clock, days, log }: RetentionGiven) {
  let timer: NodeJS.Timeout | undefined
  let round: Promise<number> | undefined
  let stopped = false

  /** @returns how many rows went */
  async function clean(): Promise<number> {
    const bound = firstIdAt(new Date(clock().getTime() - days * DAY_MS))
    let rows = 0
    try {
      for (;;) {
        const gone = await takeOldest(bound)
        rows += gone
        // None: another node was there first, or the database holds them to be younger than we do.
        if (gone === 0 || stopped) break
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      log.warn({ event: 'audit.provisioning-log.clean-failed', rows, error: reason })
    }
    if (rows > 0) log.info({ event: 'audit.provisioning-log.cleaned', rows })
    return rows
  }

  /** A batch of the tenant that has the oldest row of all. */
  async function takeOldest(bound: string): Promise<number> {
    const oldest = await db.operatorWide((trx) =>
      trx
        .selectFrom('provisioning_log')
        .select('tenant_id')
        .where('request_id', '<', bound)
        .orderBy('request_id')
        .limit(1)
        .executeTakeFirst(),
    )
    if (oldest === undefined) return 0
    const [gone] = await db.inTenantOnce<{ rows: number }>(
      oldest.tenant_id,
      'clean-provisioning-log',
      TAKE,
      [oldest.tenant_id, bound],
    )
    return gone?.rows ?? 0
  }

  function again(afterMs: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      round = clean().finally(() => again(EVERY_MS))
    }, afterMs)
  }

  return {
    clean,
    start: () => again(FIRST_AFTER_MS),
    async stop(): Promise<void> {
      stopped = true
      clearTimeout(timer)
      await round
    },
  }
}
