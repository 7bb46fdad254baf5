/** The last days in words: what a chart says in a sentence, and how a tenant's days are told. */
import { count, duration, plural } from '../ui/format.ts'
import type { Tone } from '../ui/page.tsx'
import type { Reply } from './api.ts'

export type History = Reply<'readHistory'>
export type HistoryDay = History['days'][number]
export type Worst = History['tenants'][number]['worst'][number]
export type Times = keyof History['times']

export const WORST: Readonly<Record<Worst, readonly [string, Tone]>> = {
  failed: ['something failed or came far too late', 'bad'],
  refused: ['something was refused', 'warn'],
  ok: ['all went well', 'good'],
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

/** A tenant's days, for who does not see the strip. */
export function daysInWords(worst: readonly Worst[]): string {
  const told = (['failed', 'refused'] as const)
    .map((each) => [each, worst.filter((day) => day === each).length] as const)
    .filter(([, days]) => days > 0)
    .map(([each, days]) => `${WORST[each][0]} on ${plural(days, 'day')}`)
  const last = plural(worst.length, 'day')
  return told.length === 0 ? `In ${last} nothing went wrong.` : `In ${last} ${told.join(', ')}.`
}

export const timeOf = (ms: number | null): string => (ms === null ? 'none' : duration(ms))
