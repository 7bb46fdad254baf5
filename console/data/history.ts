/** The last days in words: what a chart says in a sentence, and how a tenant's days are told. */
import { count, duration, plural } from '../ui/format.ts'
import type { Tone } from '../ui/page.tsx'
import type { Reply } from './api.ts'

export type History = Reply<'readHistory'>
export type HistoryDay = History['days'][number]
export type TenantDays = Omit<History['tenants'][number], 'id'>
export type Worst = TenantDays['worst'][number]
export type Times = keyof History['times']

export const WORST: Readonly<Record<Worst, readonly [string, Tone]>> = {
  failed: ['something failed or came far too late', 'bad'],
  refused: ['something was refused', 'warn'],
  ok: ['went well', 'good'],
  quiet: ['nothing happened', 'calm'],
}

export const TIMES: Readonly<Record<Times, readonly [string, string]>> = {
  access: ['Time to access', 'from acknowledged to loaded'],
  revoke: ['Time to revoke', 'from acknowledged to access gone'],
  told: ['Sites told', 'from a session ended to the site told'],
}

/** What the chart of requests shows. */
export function requestsInWords(days: readonly HistoryDay[]): string {
  const sum = (of: (day: HistoryDay) => number) => days.reduce((all, day) => all + of(day), 0)
  const [ok, refused, failed] = [
    sum(({ requestsOk }) => requestsOk),
    sum(({ requestsRefused }) => requestsRefused),
    sum(({ requestsFailed }) => requestsFailed),
  ]
  const all = ok + refused + failed
  if (all === 0) return `No request in ${plural(days.length, 'day')}.`
  return `Of ${plural(all, 'request')} in ${plural(days.length, 'day')} ${count(ok)} went well, ${count(refused)} were refused and ${count(failed)} failed.`
}

/** One refusal in a busy day is not a day on which everything is refused. */
const FEW = 0.05

export interface TenantDay {
  readonly worst: Worst
  /** How much of the day that was. */
  readonly share: 'few' | 'much'
  readonly words: string
}

/** Of a tenant of whom there is nothing, too. */
export function daysOfTenant(known: TenantDays | undefined, days: readonly string[]): TenantDay[] {
  return days.map((day, index) => {
    const [worst, all] = [known?.worst[index] ?? 'quiet', known?.all[index] ?? 0]
    const [refused, failed] = [known?.refused[index] ?? 0, known?.failed[index] ?? 0]
    const bad = worst === 'failed' ? failed : worst === 'refused' ? refused : 0
    const counts = [
      ...(failed > 0 ? [`${count(failed)} failed or came far too late`] : []),
      ...(refused > 0 ? [`${count(refused)} refused`] : []),
    ]
    return {
      worst,
      share: bad < all * FEW ? 'few' : 'much',
      words: [
        `${day}: ${WORST[worst][0]}`,
        ...(all > 0 ? [plural(all, 'request or sign-in', 'requests and sign-ins')] : []),
        ...counts,
      ].join(', '),
    }
  })
}

/** A tenant's days, for who does not see the strip. */
export function daysInWords(days: readonly TenantDay[]): string {
  const told = (['failed', 'refused'] as const).flatMap((worst) =>
    (['much', 'few'] as const).flatMap((share) => {
      const found = days.filter((day) => day.worst === worst && day.share === share).length
      if (found === 0) return []
      const rarely = share === 'few' ? ' (fewer than 1 in 20)' : ''
      return [`${WORST[worst][0]} on ${plural(found, 'day')}${rarely}`]
    }),
  )
  const last = plural(days.length, 'day')
  return told.length === 0 ? `In ${last} nothing went wrong.` : `In ${last} ${told.join(', ')}.`
}

export const timeOf = (ms: number | null): string => (ms === null ? 'none' : duration(ms))
