/** How the pipeline of a tenant and its runs look on a terminal: on one line, or as a panel that lives. */
import type { AdminClient } from '../../contract/index.ts'
import { printable, several } from '../output.ts'

export type Pipeline = Awaited<ReturnType<AdminClient['readSync']>>
export type Run = Awaited<ReturnType<AdminClient['startFullRun']>>

/** The pipeline on one line, in the direction of the data. */
export function drawLine(pipeline: Pipeline): string {
  const { received, waiting, loading, loaded, lagMs, ratePerSecond: rate } = pipeline
  const parts = [
    `received ${counts(received)}` +
      ` → waiting ${waiting}${loading === 0 ? '' : ` (${loading} loading)`}` +
      ` → loaded ${counts(loaded)}`,
    `quarantined ${aside(pipeline)}`,
    ...held(pipeline),
    ...(lagMs === 0 ? [] : [`lag ${duration(lagMs)}`]),
    ...percentiles(pipeline),
    ...(rate === 0 ? [] : [`${rate}/s`]),
    ...estimate(pipeline),
    ...fullRun(pipeline),
    ...paused(pipeline),
  ]
  return parts.join('  ')
}

/** @param most  the most that waited since it began to be drawn: what the bar is a share of */
export function drawPanel(pipeline: Pipeline, most: number): string {
  const { received, waiting, loading, loaded, ratePerSecond, lagMs } = pipeline
  const work = [
    `${waiting}${loading === 0 ? '' : `, ${loading} of them loading`}`,
    `${ratePerSecond}/s`,
    ...estimate(pipeline),
  ]
  const lags = [`${duration(lagMs)} now`, ...percentiles(pipeline)]
  const rows: [string, string][] = [
    ['received', counts(received)],
    ['waiting', `${bar(most - waiting, most)} ${work.join('  ')}`],
    ['loaded', counts(loaded)],
    ['lag', lags.join('  ')],
    ['aside', [`${aside(pipeline)} quarantined`, ...held(pipeline)].join('  ')],
  ]
  const run = pipeline.fullRun
  if (run !== null)
    rows.push(['full run', `${bar(run.taken, run.expected)} ${run.taken} of ${run.expected}`])
  for (const text of paused(pipeline)) rows.push(['', text])
  return rows.map(([name, text]) => `${name.padEnd(9)} ${text}\n`).join('')
}

/** A bar while it runs; then what it found. */
export function drawRun(run: Run): string {
  const expected = run.expected ?? run.taken
  const drift =
    `missing ${run.identitiesCreated}, different ${run.identitiesChanged}, extra ${run.identitiesDeleted};` +
    ` links missing ${run.linksAdded}, extra ${run.linksRemoved}`
  const shown = bar(
    run.status === 'running' ? run.taken : 1,
    run.status === 'running' ? expected : 1,
  )
  return `${run.id} ${run.status} ${shown} ${run.taken} of ${expected}  ${drift}, all repaired`
}

/** That a run has begun or ended, on a line. */
export function drawNews(event: 'run-started' | 'run-ended', run: Run): string {
  if (event === 'run-started') return `${run.kind} run ${run.id} started`
  const why = run.reason === null ? '' : `: ${printable(run.reason)}`
  return (
    `${run.kind} run ${run.id} ended, ${run.status}${why}; looked at ${run.taken}, identities ` +
    `+${run.identitiesCreated} ~${run.identitiesChanged} -${run.identitiesDeleted}, ` +
    `links +${run.linksAdded} -${run.linksRemoved}, quarantined ${run.quarantined}`
  )
}

/** What the brake holds; undefined when that is nothing. */
export function heldWords({ held: people, heldMembers, heldGroups }: Pipeline): string | undefined {
  const parts = [
    people > 0 && (people === 1 ? '1 person' : `${people} people`),
    heldMembers > 0 && `${several(heldMembers, 'member')} of ${several(heldGroups, 'group')}`,
    // To be deleted, all of them.
    heldMembers === 0 && heldGroups > 0 && several(heldGroups, 'group'),
  ].filter((part) => part !== false)
  return parts.length === 0 ? undefined : parts.join(' and ')
}

const ONE: Readonly<Record<string, string>> = {
  people: 'person',
  groups: 'group',
  members: 'member',
  links: 'link',
}

function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of)
    .map(([name, count]) => (count === 1 ? `1 ${ONE[name] ?? name}` : `${count} ${name}`))
    .join(', ')
}

const WIDTH = 24

function bar(done: number, all: number): string {
  const filled = Math.floor(Math.min(1, all <= 0 ? 1 : done / all) * WIDTH)
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`
}

const held = (pipeline: Pipeline) => {
  const words = heldWords(pipeline)
  return words === undefined ? [] : [`HELD: ${words} (hold list)`]
}

const aside = ({ quarantined, skipped }: Pipeline) =>
  skipped === 0 ? `${quarantined}` : `${quarantined} (and ${skipped} left out)`

const paused = ({ paused: isPaused, pausedReason }: Pipeline) =>
  isPaused ? [`PAUSED: ${printable(pausedReason ?? 'no reason given')}`] : []

const fullRun = ({ fullRun: run }: Pipeline) =>
  run === null ? [] : [`full run ${run.taken} of ${run.expected}`]

const percentiles = ({ p50LagMs, p95LagMs, p99LagMs }: Pipeline) =>
  p50LagMs === null || p95LagMs === null || p99LagMs === null
    ? []
    : [`p50 ${duration(p50LagMs)}`, `p95 ${duration(p95LagMs)}`, `p99 ${duration(p99LagMs)}`]

/** The server's two instants, so that the clock here does not matter. */
const estimate = ({ estimatedEndAt, oldestWaitingAt, lagMs }: Pipeline) =>
  estimatedEndAt === null || oldestWaitingAt === null
    ? []
    : [
        `done in ${duration(Math.max(0, Date.parse(estimatedEndAt) - Date.parse(oldestWaitingAt) - lagMs))}`,
      ]

function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`
}
