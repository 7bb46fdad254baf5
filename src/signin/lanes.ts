/**
 * The lanes of our one way out: each asker has its own to each host, and none waits behind another's (SEC X-4).
 *
 * A lane holds its kept connections, how many calls are under way and wait, and a breaker. It belongs to one asker
 * because a host does not: two tenants may have the same identity provider, and who names an address on it that
 * swallows everything would fill the lane of all, or have all refused.
 *
 * Lanes that nobody asks for are forgotten; their connections end by themselves. Their number is bounded, since a
 * tenant may name hosts without end.
 */
import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import type { Logger } from 'pino'
import type { Clock, TenantId } from '../lib/index.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import { nobodyAnswered, NotAllowed, Unreachable } from './unreachable.ts'

const MOST_UNDER_WAY = 16
/** Four rounds: what comes behind them would hardly be answered in time. */
const MOST_WAITING = 64
const MOST_KEPT = 4
const KEPT_MS = 5_000
const MOST_LANES = 10_000
const FORGOTTEN_MS = 10 * 60_000

/** On whose behalf something is asked. */
export interface Asker {
  readonly tenantId: TenantId
  /** What of the tenant: a connection, a site, the webhook. */
  readonly of: string
}

/** A call that is to go. */
export interface Call {
  readonly asker: Asker
  readonly target: URL
  /** False: its connection is kept for nobody. */
  readonly keeps: boolean
  /** Somebody tries it by hand, and is told what is there now: an open breaker does not stop it. */
  readonly byHand: boolean
  /** Ends the call, and the waiting before it. */
  readonly signal: AbortSignal
}

export interface LanesGiven {
  readonly clock: Clock
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** A call was refused without asking: its host has answered nobody, or too many are under way. */
  readonly refused?: (reason: 'silent' | 'full') => void
}

interface Lane {
  readonly agent: Agent | false
  readonly breaker: Breaker
  readonly waiting: Set<() => void>
  underWay: number
  usedAt: number
}

export type Lanes = ReturnType<typeof createLanes>

export function createLanes({ clock, log, refused = () => undefined }: LanesGiven) {
  const lanes = new Map<string, Lane>()
  const now = () => clock().getTime()

  /** The least recently used come first. */
  function forget(): void {
    for (const [key, { underWay, usedAt }] of lanes) {
      if (lanes.size <= MOST_LANES && now() - usedAt < FORGOTTEN_MS) return
      if (underWay === 0) lanes.delete(key)
    }
  }

  function laneFor({ asker, target, keeps }: Call): Lane {
    const key = JSON.stringify([asker.tenantId, asker.of, target.origin, keeps])
    const lane = lanes.get(key) ?? {
      agent: keeps && agentFor(target),
      breaker: createBreaker(now),
      waiting: new Set(),
      underWay: 0,
      usedAt: 0,
    }
    lane.usedAt = now()
    lanes.delete(key)
    lanes.set(key, lane)
    forget()
    return lane
  }

  function refuseSilent({ breaker }: Lane, { byHand }: Call): void {
    if (byHand || !breaker.refuses()) return
    refused('silent')
    throw new Unreachable(
      'Nobody has answered there of late; it is asked again within half a minute.',
    )
  }

  function watch({ breaker }: Lane, { asker, target }: Call) {
    const ended = breaker.begin()
    return (...outcome: Parameters<typeof ended>) => {
      const wasOpen = breaker.isOpen()
      ended(...outcome)
      if (wasOpen === breaker.isOpen()) return
      const seen = { tenantId: asker.tenantId, askedFor: asker.of, host: target.host }
      if (wasOpen) log.info({ event: 'signin.host.back', ...seen })
      else log.warn({ event: 'signin.host.given-up', ...seen })
    }
  }

  return {
    /**
     * Lets a call go, once there is room for it.
     * @param send  rejects with `Unreachable`; with `NotAllowed`, nobody was asked
     * @throws Unreachable at once where the host has answered nobody, or too many wait for it; and what `send` throws
     */
    async go<T>(call: Call, send: (agent: Agent | false) => Promise<T>): Promise<T> {
      const lane = laneFor(call)
      refuseSilent(lane, call)
      await room(lane, call.signal, () => refused('full'))
      try {
        // It may have been given up in the meantime.
        refuseSilent(lane, call)
        const ended = watch(lane, call)
        try {
          const answer = await send(lane.agent)
          ended('answered')
          return answer
        } catch (error) {
          ended(error instanceof NotAllowed ? 'nothing' : 'silent')
          throw error
        }
      } finally {
        leave(lane)
      }
    },

    /** How many hosts are given up, each counted once for each asker. */
    givenUp(): number {
      forget()
      return [...lanes.values()].filter(({ breaker }) => breaker.isOpen()).length
    },
  }
}

function agentFor({ protocol }: URL): Agent {
  const settings = { keepAlive: true, maxFreeSockets: MOST_KEPT, timeout: KEPT_MS }
  return protocol === 'https:' ? new TlsAgent(settings) : new Agent(settings)
}

/**
 * Here and not by the agent's `maxSockets`: a request that waits in an agent cannot be ended before it has its
 * connection.
 */
async function room(lane: Lane, signal: AbortSignal, onFull: () => void): Promise<void> {
  if (lane.underWay < MOST_UNDER_WAY) {
    lane.underWay += 1
    return
  }
  if (lane.waiting.size >= MOST_WAITING) {
    onFull()
    throw new Unreachable('Too much is being asked there at once.')
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const giveUp = () => {
    lane.waiting.delete(take)
    reject(nobodyAnswered())
  }
  const take = () => {
    signal.removeEventListener('abort', giveUp)
    resolve()
  }
  lane.waiting.add(take)
  signal.addEventListener('abort', giveUp, { once: true })
  return promise
}

/** The room goes to whoever has waited longest. */
function leave(lane: Lane): void {
  const [next] = lane.waiting
  if (next === undefined) lane.underWay -= 1
  else {
    lane.waiting.delete(next)
    next()
  }
}
