/** Holds a run against the list of known gaps: what fails must be in it, what is in it must fail. */
import type { KnownGap } from './known-gaps.ts'
import { lineOf } from './report.ts'
import type { Run } from './run.ts'

/** Empty when all is as the list says: MUST and SHOULD hold, but for the gaps, which do not. */
export function problemsOf(
  run: Run,
  gaps: readonly KnownGap[],
  at: Exclude<KnownGap['at'], 'both'>,
): string {
  const known = gaps.filter((gap) => gap.at === at || gap.at === 'both')
  const failed = run.results.filter(({ outcome, level }) => outcome === 'failed' && level !== 'MAY')
  return [
    ...failed.filter(({ id }) => !known.some((gap) => gap.id === id)).map(lineOf),
    ...known
      .filter(({ id }) => !failed.some((each) => each.id === id))
      .map(({ id }) => `  ${id} holds: take its line out of test/conformance/known-gaps.ts`),
  ].join('\n')
}
