/** How much waits, is set aside or held over all tenants: for the metrics, which name no tenant. */
import type { Db } from '../db/index.ts'
import type { Clock } from '../lib/index.ts'
import { countAllPending } from '../sync/index.ts'

export interface Totals {
  readonly waiting: number
  /** How long the oldest has waited; 0 when nothing waits. */
  readonly oldestWaitingSeconds: number
  readonly quarantined: number
  /** People, memberships and groups. */
  readonly held: number
  readonly pausedTenants: number
}

/** Counting a backlog takes a while: whoever asks more often is told what was known. */
const GOOD_FOR_MS = 5_000

export function createTotals({ db, clock }: { readonly db: Db; readonly clock: Clock }) {
  let known: { readonly totals: Promise<Totals>; readonly until: number } | undefined

  async function count(): Promise<Totals> {
    const now = clock()
    return db.operatorWide(async (trx) => {
      const { waiting, oldestAt } = await countAllPending(trx)
      const { quarantined } = await trx
        .selectFrom('quarantine')
        .select((e) => e.fn.countAll<number>().as('quarantined'))
        .where('skipped_at', 'is', null)
        .executeTakeFirstOrThrow()
      const { held } = await trx
        .selectFrom('held')
        .select((e) => e.fn.countAll<number>().as('held'))
        .where('released_at', 'is', null)
        .where('discarded_at', 'is', null)
        .executeTakeFirstOrThrow()
      const { pausedTenants } = await trx
        .selectFrom('loader')
        .select((e) => e.fn.countAll<number>().as('pausedTenants'))
        .where('paused_at', 'is not', null)
        .executeTakeFirstOrThrow()
      const oldestWaitingSeconds =
        oldestAt === null ? 0 : Math.max(0, now.getTime() - oldestAt.getTime()) / 1000
      return { waiting, oldestWaitingSeconds, quarantined, held, pausedTenants }
    })
  }

  return async (): Promise<Totals> => {
    const now = clock().getTime()
    if (known === undefined || now >= known.until)
      known = { totals: count(), until: now + GOOD_FOR_MS }
    return known.totals
  }
}
