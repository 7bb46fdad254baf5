/**
 * What each tenant's days were like, kept as counters: requests by outcome, sign-ins, and how long it took
 * until changes were loaded, access was gone and sites were told.
 *
 * Counted in memory, off the way of whatever is counted, and added to the day's row every few seconds. A
 * crash loses those seconds; nothing else is told by them. An overview costs a row for each tenant and
 * day, however many people and requests there were.
 */
import type { Logger } from 'pino'
import type { Db } from '../db/index.ts'
import { type Clock, type TenantId, Unavailable } from '../lib/index.ts'
import { BUCKETS, count, emptyBuckets } from './histogram.ts'
import { createTallyReading } from './tally-reading.ts'

const GATHER_MS = 2_000
const DAY_MS = 24 * 60 * 60 * 1000
/** While the database is away no further days are begun beyond these. */
const MOST_WAITING = 20_000

const COUNTS = [
  'requests_ok',
  'requests_refused',
  'requests_failed',
  'signed_in',
  'sign_ins_refused',
  'notices_failed',
] as const
/** Of changes until they are loaded, of lost access until it is gone, of sites until they are told. */
const TIMES = ['access', 'revoke', 'told'] as const
type CountName = (typeof COUNTS)[number]
type TimesName = (typeof TIMES)[number]

interface Tally {
  readonly tenantId: TenantId
  readonly day: string
  readonly counts: Record<CountName, number>
  readonly times: Record<TimesName, number[]>
}

const BUCKET_NUMBERS = Array.from({ length: BUCKETS }, (_, index) => index + 1)
const summed = (name: string) =>
  `array[${BUCKET_NUMBERS.map((n) => `day_tally.${name}[${n}] + excluded.${name}[${n}]`).join(', ')}]`

/** 1 tenant, 2 day, then what is counted. */
const ADD = `
  insert into day_tally (tenant_id, day, ${[...COUNTS, ...TIMES].join(', ')})
  values ($1, $2, ${[...COUNTS, ...TIMES].map((_, index) => `$${index + 3}`).join(', ')})
  on conflict (tenant_id, day) do update set
    ${COUNTS.map((name) => `${name} = day_tally.${name} + excluded.${name}`).join(', ')},
    ${TIMES.map((name) => `${name} = ${summed(name)}`).join(', ')}`

const SWEEP = `
  with gone as (delete from day_tally where tenant_id = $1 and day < $2::date returning 1)
  select count(*) as rows from gone`

export interface TalliesGiven {
  readonly db: Db
  readonly clock: Clock
  readonly log: Pick<Logger, 'warn'>
}

export type Tallies = ReturnType<typeof createTallies>

export function createTallies(given: TalliesGiven) {
  const { db } = given
  const { tallyOf, flush, stop } = createGathering(given)

  return {
    ...createTallyReading(given),

    /** A SCIM request was answered. */
    request(tenantId: TenantId, outcome: 'ok' | 'refused' | 'failed'): void {
      tallyOf(tenantId).counts[`requests_${outcome}`] += 1
    },

    /** What an attempt to sign in has come to; anything but its two ends is not counted. */
    signIn(tenantId: TenantId, outcome: string | undefined): void {
      if (outcome === 'signed-in') tallyOf(tenantId).counts.signed_in += 1
      if (outcome === 'refused') tallyOf(tenantId).counts.sign_ins_refused += 1
    },

    /** Changes were loaded; some of them took access away. */
    loaded(
      tenantId: TenantId,
      { lagsMs, revokedMs }: { lagsMs: readonly number[]; revokedMs: readonly number[] },
    ): void {
      if (lagsMs.length === 0) return
      const { access, revoke } = tallyOf(tenantId).times
      for (const ms of lagsMs) count(access, ms)
      for (const ms of revokedMs) count(revoke, ms)
    },

    /** A site was told that a session ended, so long after that; undefined: it was given up. */
    told(tenantId: TenantId, afterMs: number | undefined): void {
      const { counts, times } = tallyOf(tenantId)
      if (afterMs === undefined) counts.notices_failed += 1
      else count(times.told, afterMs)
    },

    /** Writes what waits now; a test's way to a fact. */
    flush,
    /** As a sweep asks for it. @returns how many days it took */
    async sweep(tenantId: TenantId, before: Date): Promise<number> {
      const [gone] = await db.inTenantOnce<{ rows: number }>(tenantId, 'sweep-tallies', SWEEP, [
        tenantId,
        dayOf(before),
      ])
      return gone?.rows ?? 0
    },
    start: async (): Promise<void> => undefined,
    stop,
  }
}

/** What is counted waits in memory, a tally for each tenant and day. */
function createGathering(given: TalliesGiven) {
  const { clock, log } = given
  let waiting = new Map<string, Tally>()
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> = Promise.resolve()
  let latest = { number: -1, day: '' }

  /** Each request asks. */
  function today(): string {
    const now = clock()
    const number = Math.floor(now.getTime() / DAY_MS)
    if (number !== latest.number) latest = { number, day: dayOf(now) }
    return latest.day
  }

  function tallyFor(tenantId: TenantId, day: string): Tally {
    const key = `${tenantId} ${day}`
    const tally = waiting.get(key) ?? emptyTally(tenantId, day)
    if (waiting.size < MOST_WAITING) waiting.set(key, tally)
    timer ??= setTimeout(() => void writeSoon(), GATHER_MS)
    return tally
  }

  function writeSoon(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    round = round.then(writeWaiting)
    return round
  }

  /** What the database is away for is added to what came meanwhile; what it refuses is said, and gone. */
  async function writeWaiting(): Promise<void> {
    const taken = waiting
    waiting = new Map()
    for (const tally of taken.values())
      try {
        await write(given, tally)
      } catch (error) {
        if (error instanceof Unavailable) addTo(tallyFor(tally.tenantId, tally.day), tally)
        else {
          const reason = error instanceof Error ? error.message.slice(0, 500) : 'unknown'
          log.warn({ event: 'audit.tally.refused', tenantId: tally.tenantId, error: reason })
        }
      }
  }

  return {
    tallyOf: (tenantId: TenantId) => tallyFor(tenantId, today()),
    flush: writeSoon,
    async stop(): Promise<void> {
      await writeSoon()
      clearTimeout(timer)
    },
  }
}

/** Its commit is not waited for: nothing was promised to anybody. */
async function write({ db }: TalliesGiven, { tenantId, day, counts, times }: Tally): Promise<void> {
  await db.unhurried.inTenantOnce(tenantId, 'add-tally', ADD, [
    tenantId,
    day,
    ...COUNTS.map((name) => counts[name]),
    ...TIMES.map((name) => times[name]),
  ])
}

function emptyTally(tenantId: TenantId, day: string): Tally {
  return {
    tenantId,
    day,
    counts: {
      requests_ok: 0,
      requests_refused: 0,
      requests_failed: 0,
      signed_in: 0,
      sign_ins_refused: 0,
      notices_failed: 0,
    },
    times: { access: emptyBuckets(), revoke: emptyBuckets(), told: emptyBuckets() },
  }
}

function addTo(tally: Tally, { counts, times }: Tally): void {
  for (const name of COUNTS) tally.counts[name] += counts[name]
  for (const name of TIMES)
    for (const [index, more] of times[name].entries())
      tally.times[name][index] = (tally.times[name][index] ?? 0) + more
}

/** In UTC, as every node has it. */
const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
