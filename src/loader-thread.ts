/**
 * The loader's work in a thread of its own, so that no request waits for a batch: what the two tell each other, and the
 * end that the server holds. The other end is `loader-thread-inside.ts`.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { OpenedDatabase } from './db/index.ts'
import type { Work, WorkTold } from './etl/index.ts'
import type { MasterKey, TenantId, WrappingKey } from './lib/index.ts'

/** What the thread begins with. */
export interface ThreadData {
  readonly appConfig: OpenedDatabase['appConfig']
  readonly isDistributed: boolean
  readonly masterKey: MasterKey
  readonly pollSeconds: number
  readonly logLevel: string
}

export type ToThread =
  | { readonly say: 'start' | 'stop' }
  | { readonly say: 'add'; readonly tenantIds: readonly TenantId[] }
  | { readonly say: 'addWaiting'; readonly tenantId: TenantId }
  | { readonly say: 'hold'; readonly keys: readonly WrappingKey[] }

type AsMessage<Name extends keyof WorkTold> = {
  readonly say: Name
  readonly args: Parameters<WorkTold[Name]>
}

export type FromThread =
  | { readonly say: 'owed' }
  | { readonly say: 'held' }
  | { readonly say: 'log'; readonly line: string }
  | AsMessage<'atWork'>
  | AsMessage<'batchFinished'>

export interface LoaderThreadGiven extends ThreadData {
  /** Takes a line of its log. */
  readonly writeLog: (line: string) => void
}

/** The most for what is new, of which a third is in use at a time: half as much as the server's own thread has (`heap.ts`). */
const YOUNG_MB = 24

/**
 * What it throws and nobody catches is thrown here as well, and ends the process.
 * @param told  and whether notices are owed to sites, for sessions that a batch has ended
 */
export function createLoaderThread(
  { writeLog, masterKey, ...data }: LoaderThreadGiven,
  told: WorkTold & { readonly owed: () => void },
): Work & {
  /** It opens by these from then on, once this has returned. */
  readonly hold: (keys: readonly WrappingKey[]) => Promise<void>
} {
  let thread: Worker | undefined
  /** Who waits until it has said that it holds. */
  const holding: (() => void)[] = []
  const say = (message: ToThread) => thread?.postMessage(message)

  function heard(message: FromThread): void {
    switch (message.say) {
      case 'log':
        return writeLog(message.line)
      case 'owed':
        return told.owed()
      case 'held':
        return holding.shift()?.()
      case 'atWork':
        return told.atWork(...message.args)
      case 'batchFinished':
        return told.batchFinished(...message.args)
    }
  }

  return {
    add: (tenantIds) => say({ say: 'add', tenantIds }),
    addWaiting: (tenantId) => say({ say: 'addWaiting', tenantId }),

    async hold(keys) {
      if (thread === undefined) return
      const { promise, resolve } = Promise.withResolvers<void>()
      holding.push(resolve)
      say({ say: 'hold', keys })
      await promise
    },

    /** @throws Error when it ends before it has begun */
    async start() {
      const inside = new URL('loader-thread-inside.ts', import.meta.url)
      const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB }
      // What it has now, as data: a ring of keys does not cross over.
      const { sealing, keys } = masterKey
      const workerData: ThreadData = { ...data, masterKey: { sealing, keys } }
      thread = new Worker(inside, { name: 'loader', workerData, resourceLimits })
      thread.on('message', heard)
      thread.on('exit', () => holding.splice(0).forEach((held) => held()))
      say({ say: 'start' })
      await once(thread, 'online')
    },

    async stop() {
      if (thread === undefined) return
      say({ say: 'stop' })
      await once(thread, 'exit')
      thread = undefined
    },

    busySeconds: () => (thread?.performance.eventLoopUtilization().active ?? 0) / 1000,
  }
}
