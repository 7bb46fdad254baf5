/**
 * How much text the operations of one PATCH go through. A thousand operations may each look for sixty
 * values in a hundred long elements: that alone would keep everybody else waiting for minutes, so a
 * request has a budget (SEC L-5) that no real one comes near.
 */
import { ScimError } from './errors.ts'
import type { Filter } from './filter/tree.ts'
import { LIMITS } from './limits.ts'
import type { PatchTarget } from './patch-path.ts'
import type { Json } from './store.ts'
import { isJsonObject } from './values.ts'

export interface Work {
  /** In characters. */
  left: number
}

export function startWork(): Work {
  return { left: LIMITS.patchedText }
}

/** @throws ScimError `tooMany` when an operation on that value is more than is left */
export function spend(work: Work, value: Json | undefined, { where, written }: PatchTarget): void {
  work.left -= textIn(value) * (where === undefined ? 1 : comparisonsIn(where))
  if (work.left < 0)
    throw ScimError.of(
      'tooMany',
      `Up to "${written.slice(0, 100)}" the operations go through more text than one request may. ` +
        'Nothing was changed; send fewer operations at once, or shorter values.',
    )
}

/** Of a list; what holds one value is put in its place unseen. */
function textIn(value: Json | undefined): number {
  if (!Array.isArray(value)) return 0
  return value
    .flatMap((element: Json) => (isJsonObject(element) ? Object.values(element) : [element]))
    .reduce<number>((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0)
}

function comparisonsIn(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.of.reduce((sum, each) => sum + comparisonsIn(each), 0)
    case 'not':
      return comparisonsIn(filter.of)
    case 'some':
      return comparisonsIn(filter.where)
    case 'present':
    case 'compare':
      return 1
  }
}
