/**
 * Watching a tenant: one look now and then, shared by everybody who watches that tenant on this node,
 * and none while nobody does. Each look is a whole picture, so whoever is slow misses looks and not
 * the state.
 */
import type { TenantId } from '../lib/index.ts'

export interface WatchGiven<Look> {
  /** Undefined when there is nothing to look at any more: then everybody's watch ends. */
  readonly look: (tenantId: TenantId) => Promise<Look | undefined>
  readonly everyMs: number
  readonly failed: (error: unknown) => void
}

interface Watcher<Look> {
  /** The latest look that it has not been given; `trouble` when looking failed. */
  unseen: Look | 'trouble' | undefined
  wake: () => void
}

interface Watched<Look> {
  readonly watchers: Set<Watcher<Look>>
  latest: Look | undefined
  isOver: boolean
  timer: NodeJS.Timeout | undefined
}

export function createWatch<Look>({ look, everyMs, failed }: WatchGiven<Look>) {
  const watched = new Map<TenantId, Watched<Look>>()

  function begin(tenantId: TenantId): Watched<Look> {
    const one: Watched<Look> = {
      watchers: new Set(),
      latest: undefined,
      isOver: false,
      timer: undefined,
    }
    watched.set(tenantId, one)
    void lookAgain(tenantId, one)
    return one
  }

  async function lookAgain(tenantId: TenantId, one: Watched<Look>): Promise<void> {
    let seen: Look | 'trouble' | undefined = 'trouble'
    try {
      seen = await look(tenantId)
      one.latest = seen
      if (seen === undefined) end(tenantId, one)
    } catch (error) {
      failed(error)
    }
    for (const watcher of one.watchers) {
      watcher.unseen = seen
      watcher.wake()
    }
    if (!one.isOver) one.timer = setTimeout(() => void lookAgain(tenantId, one), everyMs)
  }

  function end(tenantId: TenantId, one: Watched<Look>): void {
    one.isOver = true
    clearTimeout(one.timer)
    if (watched.get(tenantId) === one) watched.delete(tenantId)
  }

  return {
    /**
     * Each look from now on, the first as soon as there is one; undefined where looking failed, which
     * it may do for a while. Ends with the signal, or when there is nothing to look at any more.
     */
    async *watch(tenantId: TenantId, signal: AbortSignal): AsyncGenerator<Look | undefined, void> {
      const one = watched.get(tenantId) ?? begin(tenantId)
      const watcher: Watcher<Look> = { unseen: one.latest, wake: () => {} }
      const leave = () => {
        one.watchers.delete(watcher)
        if (one.watchers.size === 0) end(tenantId, one)
        watcher.wake()
      }
      one.watchers.add(watcher)
      // And not only at the end below: whoever has gone may never ask for that.
      signal.addEventListener('abort', leave)
      try {
        while (!signal.aborted) {
          const seen = watcher.unseen
          watcher.unseen = undefined
          if (seen !== undefined) yield seen === 'trouble' ? undefined : seen
          else if (one.isOver) return
          else await new Promise<void>((resolve) => (watcher.wake = resolve))
        }
      } finally {
        signal.removeEventListener('abort', leave)
        leave()
      }
    },
  }
}
