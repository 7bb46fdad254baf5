/**
 * Token buckets in this node's memory, one per tenant or address and class (SEC L-1). A caller a
 * little over its rate is delayed, up to two seconds; further over, it is told when to come back,
 * in the whole seconds that Okta obeys (L-2, L-3).
 */
import { setTimeout } from 'node:timers/promises'
import { type Clock, networkOf } from '../lib/index.ts'
import { TooManyRequests } from './errors.ts'

/** Permits a second, and how many may be used at once. */
const CLASSES = {
  read: { rate: 100, burst: 400 },
  write: { rate: 50, burst: 400 },
  search: { rate: 10, burst: 40 },
  admin: { rate: 20, burst: 100 },
  // By address, and an office comes from one: generous, since a person is at the other end.
  'sign-in': { rate: 5, burst: 100 },
  // Whoever is asked where they work comes by twice.
  'sign-in-page': { rate: 10, burst: 200 },
  // Each costs a slow hash, well done or not.
  'console-sign-in': { rate: 20 / 60, burst: 20 },
  'failed-authentication': { rate: 10 / 60, burst: 10 },
  // Tokens of people that a site shows us: they end within minutes, and a site shows those of many.
  'refused-token': { rate: 1, burst: 100 },
} as const
export type RateClass = keyof typeof CLASSES

/** Guessing is not delayed but refused: a delay would hold a connection open for the guesser. */
const NOT_DELAYED = new Set<RateClass>(['failed-authentication', 'refused-token'])
const MOST_DELAY_MS = 2000
const MOST_BUCKETS = 50_000

/** Go on after `delayMs`, or come back after `retrySeconds`. */
export type Verdict =
  | { readonly go: true; readonly delayMs: number }
  | { readonly go: false; readonly retrySeconds: number }

export type RateLimits = ReturnType<typeof createRateLimits>

export function createRateLimits({ clock, on }: { clock: Clock; on: boolean }) {
  const buckets = new Map<string, { permits: number; at: number }>()
  return {
    /**
     * Takes one permit of `who`, a tenant's id or an address, in a class.
     * @param mostMs  further over its rate than this, a caller is not delayed but told to come back
     */
    take(who: string, kind: RateClass, mostMs = MOST_DELAY_MS): Verdict {
      if (!on) return { go: true, delayMs: 0 }
      const { rate, burst } = CLASSES[kind]
      const key = `${kind} ${networkOf(who)}`
      const now = clock().getTime()
      const bucket = buckets.get(key) ?? { permits: burst, at: now }
      const refilled = bucket.permits + (Math.max(0, now - bucket.at) / 1000) * rate
      const left = Math.min(burst, refilled) - 1
      const delayMs = Math.max(0, Math.ceil((-left / rate) * 1000))
      const most = NOT_DELAYED.has(kind) ? 0 : mostMs
      if (delayMs > most) return { go: false, retrySeconds: Math.max(5, Math.ceil(delayMs / 1000)) }
      buckets.delete(key)
      buckets.set(key, { permits: left, at: now })
      if (buckets.size > MOST_BUCKETS) forgetOldest(buckets)
      return { go: true, delayMs }
    },
  }
}

function forgetOldest(buckets: Map<string, unknown>): void {
  const oldest = buckets.keys().next()
  if (oldest.done !== true) buckets.delete(oldest.value)
}

/** Waits as long as a verdict says. @throws TooManyRequests */
export async function pass(verdict: Verdict): Promise<void> {
  if (!verdict.go) throw new TooManyRequests(verdict.retrySeconds)
  if (verdict.delayMs > 0) await setTimeout(verdict.delayMs)
}
