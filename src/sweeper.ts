/**
 * Takes out what has outlived its days, now and then, a tenant after another, in small batches. Every
 * node does so, and two that meet do each other no harm: what one has taken the other does not find.
 */
import type { Logger } from 'pino'
import type { Clock, TenantId } from './lib/index.ts'

export interface Sweep {
  /** What it is of, as the log names it. */
  readonly of: string
  readonly days: number
  /** Takes a batch of what is from before. @returns how many it took; 0: there is no more */
  readonly take: (tenantId: TenantId, before: Date) => Promise<number>
  /** The same of what is of no tenant. */
  readonly takeOfPlatform?: (before: Date) => Promise<number>
}

export interface SweeperGiven {
  readonly clock: Clock
  readonly log: Pick<Logger, 'info' | 'warn'>
  readonly tenants: (after: TenantId | undefined) => Promise<readonly TenantId[]>
  readonly sweeps: readonly Sweep[]
}

const DAY_MS = 24 * 60 * 60 * 1000
const FIRST_AFTER_MS = 2 * 60 * 1000
const EVERY_MS = 60 * 60 * 1000

export function createSweeper({ clock, log, tenants, sweeps }: SweeperGiven) {
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined
  const ending = new AbortController()
  const { signal } = ending

  /** One round over all tenants. What fails is logged and tried again in the next; the others go on. */
  async function sweepAll(): Promise<void> {
    for (const { of, days, take, takeOfPlatform } of sweeps) {
      const before = new Date(clock().getTime() - days * DAY_MS)
      let rows = 0
      const failures: unknown[] = []
      const failed = (error: unknown) => void failures.push(error)
      const count = (took: number) => (rows += took)
      const sweep = async () => {
        if (takeOfPlatform !== undefined)
          await takeAll(count, () => takeOfPlatform(before)).catch(failed)
        for await (const tenantId of everyTenant())
          await takeAll(count, () => take(tenantId, before)).catch(failed)
      }
      await sweep().catch(failed)
      if (failures.length > 0) {
        const [error] = failures
        const reason = error instanceof Error ? error.message : 'unknown'
        log.warn({ event: 'main.history.sweep-failed', of, rows, error: reason })
      }
      if (rows > 0) log.info({ event: 'main.history.swept', of, rows })
    }
  }

  async function takeAll(
    count: (took: number) => void,
    take: () => Promise<number>,
  ): Promise<void> {
    let took: number
    do {
      took = await take()
      count(took)
    } while (took !== 0 && !signal.aborted)
  }

  async function* everyTenant(): AsyncGenerator<TenantId> {
    let page = await tenants(undefined)
    while (page.length > 0 && !signal.aborted) {
      yield* page
      page = await tenants(page.at(-1))
    }
  }

  function again(afterMs: number): void {
    if (signal.aborted) return
    timer = setTimeout(() => {
      round = sweepAll().finally(() => again(EVERY_MS))
    }, afterMs)
  }

  return {
    sweepAll,
    start: () => again(FIRST_AFTER_MS),
    async stop(): Promise<void> {
      ending.abort()
      clearTimeout(timer)
      await round
    },
  }
}
