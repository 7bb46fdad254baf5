/**
 * What Okta does again, when, and how often.
 *
 * 429 is waited out: as long as `Retry-After` says if that is a whole number of seconds, five
 * minutes if it says anything else (an HTTP date counts as missing), twice as long each time, ten
 * tries in all. A server that is away or in trouble is tried again soon, a few times. Everything
 * else is an answer: 501 too, and 400 above all.
 */
import { Refused, Unreachable } from './failures.ts'

export type Sleep = (ms: number) => Promise<void>

/** Does a step again until it succeeds or has failed for good; it must be safe to repeat. */
export type Retry = <Result>(step: (attempt: number) => Promise<Result>) => Promise<Result>

const LIMITED_TRIES = 10
const UNTOLD_PAUSE_MS = 5 * 60_000
const TROUBLED_TRIES = 6
const FIRST_WAIT_MS = 500

export function createRetry(sleep: Sleep): Retry {
  return async (step) => {
    let limited = 0
    let troubled = 0
    let pauseMs = 0
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await step(attempt)
      } catch (error) {
        if (error instanceof Refused && error.status === 429) {
          limited += 1
          if (limited === LIMITED_TRIES) throw error
          pauseMs = Math.max(toldPauseMs(error.retryAfter), 2 * pauseMs)
          await sleep(pauseMs)
        } else if (isTrouble(error)) {
          troubled += 1
          if (troubled === TROUBLED_TRIES) throw error
          await sleep(FIRST_WAIT_MS * 2 ** (troubled - 1))
        } else throw error
      }
    }
  }
}

function toldPauseMs(retryAfter: string | undefined): number {
  return /^\d+$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : UNTOLD_PAUSE_MS
}

function isTrouble(error: unknown): boolean {
  if (error instanceof Refused) return error.status >= 500 && error.status !== 501
  return error instanceof Unreachable
}
