/**
 * When what is under way began: a request, or the sign-in that it is part of. What ends somebody's access
 * after that instant ends this too (SEC F-13). Nodes compare their clocks by it (F-8).
 */
import { AsyncLocalStorage } from 'node:async_hooks'

const underWay = new AsyncLocalStorage<Date>()

/** Runs `act` as a part of what began then. */
export function begunAt<T>(at: Date, act: () => T): T {
  return underWay.run(at, act)
}

/** @param now  the answer where nothing is under way */
export function beginning(now: Date): Date {
  return underWay.getStore() ?? now
}
