/** How runs of the loader are shown. */
import type { Item } from './api.ts'
import type { Tone } from '../ui/page.tsx'

export type Run = Item<'listRuns'>

export const runsKey = (tenant: string) => ['runs', tenant] as const

export const RUN_TONES: Readonly<Record<Run['status'], Tone>> = {
  running: 'calm',
  done: 'good',
  failed: 'bad',
}
