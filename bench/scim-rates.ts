/** How much of each kind of work gets done a second, by the server and by the floor. */
import { setTimeout } from 'node:timers/promises'
import type { Figure } from './bench.ts'
import type { BenchDatabase } from './database.ts'
import { median, ms, percentile, perSecond } from './figures.ts'
import type { Load, LoadResult, WORK } from './http-load.ts'
import { commitRate, type Statement } from './statement.ts'

export interface Side {
  readonly baseUrl: string
  readonly token: string
  /** Of its people; else they have those of `okta-user.ts`. */
  readonly ids?: readonly string[]
}

/** The two that do the same work by turns, with the same people and groups. */
export interface Contest {
  readonly load: Load
  readonly ours: Side
  readonly floor: Side
  /** Waits until our loader has nothing to do: it would take its processor from the other side. */
  readonly idle: () => Promise<void>
}

type Work = keyof typeof WORK
export const WORKS: Readonly<Record<Work, string>> = {
  create: 'people created, each looked up before',
  userName: 'look-ups by userName',
  externalId: 'look-ups by externalId',
  id: 'look-ups by id',
  replace: 'profiles replaced by PUT',
  active: 'people switched off and on again, a PATCH each',
}
const ALL = Object.keys(WORKS) as Work[]

export interface RateSizes {
  readonly connections: number
  readonly milliseconds: number
  readonly rounds: number
  readonly crowd: number
}

interface Round {
  readonly work: Work
  readonly ours: LoadResult
  readonly floor: LoadResult
}

export async function rateFigures(
  contest: Contest,
  { bare, statement }: { bare: BenchDatabase; statement: Statement },
  sizes: RateSizes,
  say: (line: string) => void,
): Promise<{ figures: Record<string, Figure>; by: string }> {
  const rounds: Round[] = []
  const commits: number[] = []
  let by = ''
  for (let round = 1; round <= sizes.rounds; round += 1) {
    await contest.idle()
    const seconds = Math.ceil(sizes.milliseconds / 1000)
    const committed = await commitRate(bare, statement, { ...sizes, seconds })
    commits.push(committed.perSecond)
    by = committed.by
    for (const work of ALL) rounds.push(await both(contest, work, round, sizes))
    say(`round ${round} of ${sizes.rounds}`)
  }
  return { figures: { ...againstCommits(rounds, commits), ...againstFloor(rounds) }, by }
}

/** Who is first in one round is second in the next: what the first leaves to be done, the second has beside it. */
async function both(contest: Contest, work: Work, round: number, sizes: RateSizes): Promise<Round> {
  const run = (side: Side) => loadOf(contest, side, work, { ...sizes, round, prefix: `r${round}` })
  if (round % 2 === 1)
    return { work, ours: await run(contest.ours), floor: await run(contest.floor) }
  const floor = await run(contest.floor)
  return { work, ours: await run(contest.ours), floor }
}

/** @param prefix  nobody has had it at that side */
export async function loadOf(
  { load, idle }: Contest,
  { baseUrl, token, ids }: Side,
  work: Work,
  {
    round,
    prefix,
    connections,
    milliseconds,
    crowd,
  }: RateSizes & { round: number; prefix: string },
): Promise<LoadResult> {
  await idle()
  return load({
    baseUrl,
    token,
    work,
    people: ids ?? crowd,
    connections,
    // At first compilers have more to do.
    warmUpMs: round === 1 ? 2 * milliseconds : milliseconds / 4,
    measuredMs: milliseconds,
    prefix,
  })
}

const percent = (value: number, means: string): Figure => ({ value: value * 100, unit: '%', means })

function againstFloor(rounds: readonly Round[]): Record<string, Figure> {
  const figures = ALL.flatMap((work): [string, Figure][] => {
    const of = rounds.filter((round) => round.work === work)
    const ours = median(of.map((round) => round.ours.perSecond))
    const floor = median(of.map((round) => round.floor.perSecond))
    // Of each round, whose two sides had the same machine: it is another from minute to minute.
    const ratio = median(of.map((round) => round.ours.perSecond / round.floor.perSecond))
    return [
      [`${work}OfFloor`, percent(ratio, `${WORKS[work]}: our rate of the floor's`)],
      [work, perSecond(ours, WORKS[work])],
      [`${work}Floor`, perSecond(floor, `${WORKS[work]}, by the floor`)],
    ]
  })
  return Object.fromEntries(figures)
}

function againstCommits(
  rounds: readonly Round[],
  commits: readonly number[],
): Record<string, Figure> {
  const loads = rounds.filter(({ work }) => work === 'create').map(({ ours }) => ours)
  const createMs = loads.flatMap(({ stepMs }) => stepMs['create'] ?? [])
  const lookupMs = loads.flatMap(({ stepMs }) => stepMs['lookup'] ?? [])
  const committed = median(commits)
  const created = median(loads.map((load) => load.perSecond))
  return {
    share: percent(created / committed, "people created over HTTP of PostgreSQL's commits"),
    committed: perSecond(committed, 'commits of the same statement by PostgreSQL itself'),
    p50Create: ms(median(createMs), 'p50 of the POST'),
    p99Create: ms(percentile(createMs, 0.99), 'p99 of the POST'),
    p50Lookup: ms(median(lookupMs), 'p50 of the look-up before it'),
    p99Lookup: ms(percentile(lookupMs, 0.99), 'p99 of the look-up before it'),
    generator: percent(
      median(loads.map(({ ownProcessor }) => ownProcessor)),
      'of one core taken by the load generator itself',
    ),
  }
}

/** Waits until a server's loader has taken all that is pending. */
export async function loaded({ ownerPool }: BenchDatabase): Promise<void> {
  for (;;) {
    const { rowCount } = await ownerPool.query('select from pending limit 1')
    if (rowCount === 0) return
    await setTimeout(20)
  }
}
