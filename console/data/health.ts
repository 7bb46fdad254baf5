/** How the service itself is, and how that is told. */
import { queryOptions } from '@tanstack/react-query'
import type { Tone } from '../ui/page.tsx'
import { api, type Reply } from './api.ts'

export type Health = Reply<'readHealth'>
export type Verdict = Health['verdict']

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: () => api.readHealth({}),
})

export const VERDICTS: Readonly<Record<Verdict, readonly [string, Tone]>> = {
  ok: ['Well', 'good'],
  attention: ['Look at it', 'warn'],
  failing: ['Failing', 'bad'],
}
