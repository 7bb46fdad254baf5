/**
 * What an application's administrator can look up: tasks, recent exchanges, acknowledged writes.
 *
 * Tasks and writes are all kept, a write in the form that says when it must be visible elsewhere;
 * of the exchanges only the latest, as they would otherwise outgrow everything.
 */
import type { Outcome, RecordedExchange, Task, Write } from '../app.ts'
import { Refused, Unreachable, Unusable } from './failures.ts'

const KEPT_EXCHANGES = 1000

export interface Record {
  readonly tasks: readonly Task[]
  readonly exchanges: readonly RecordedExchange[]
  readonly writes: readonly Write[]
  readonly exchanged: (exchange: RecordedExchange) => void
  /** Called when the answer has arrived. */
  readonly wrote: (write: Omit<Write, 'acknowledgedAt'>) => void
  /**
   * Does a job; if the server is the reason that it fails, there is a task for the administrator.
   * @param what      the job, as the list of tasks says it: `create user nadia@acme.example`
   * @param sentence  Okta's words before the server's: `Error while creating user …`
   */
  readonly job: (what: string, sentence: string, work: () => Promise<unknown>) => Promise<Outcome>
}

export function createRecord(): Record {
  const tasks: Task[] = []
  const exchanges: RecordedExchange[] = []
  const writes: Write[] = []

  return {
    tasks,
    exchanges,
    writes,
    exchanged: (exchange) => {
      exchanges.push(exchange)
      if (exchanges.length > KEPT_EXCHANGES) exchanges.shift()
    },
    wrote: (write) => writes.push({ ...write, acknowledgedAt: Date.now() }),
    job: async (what, sentence, work) => {
      try {
        await work()
        return { done: true }
      } catch (error) {
        if (!isServers(error)) throw error
        const task = { at: Date.now(), what, ...reported(sentence, error) }
        tasks.push(task)
        return { done: false, task }
      }
    },
  }
}

function isServers(error: unknown): error is Refused | Unreachable | Unusable {
  return error instanceof Refused || error instanceof Unreachable || error instanceof Unusable
}

/** Okta's sentence, a colon, and what the server said, word for word. */
function reported(sentence: string, error: Refused | Unreachable | Unusable) {
  const known = `${sentence}: ${error.message}`
  if (!(error instanceof Refused)) return { sentence: known, status: 0 }
  return {
    sentence: `${known}. Errors reported by remote server`,
    status: error.status,
    ...(error.detail !== undefined && { detail: error.detail }),
  }
}
