/**
 * The part of a filter that the indexes of `resource` can answer.
 *
 * Comparisons with `eq` of id, externalId and the type's unique attribute become conditions, also
 * inside `and`. What is left over is decided by `matches`, row by row, on the rows that the
 * conditions leave: so every filter is answered rightly, and the ones that identity providers
 * send before each write are look-ups by key.
 */
import { fold } from '../lib/index.ts'
import type { Filter, ResourceType } from '../scim/index.ts'

export interface KeyConditions {
  /** Column and value, all of which must hold. */
  readonly equal: readonly (readonly ['resource_id' | 'external_id' | 'unique_key', string])[]
  /** True: the conditions say all that the filter says. */
  readonly isExact: boolean
}

export function keyConditions(type: ResourceType, filter: Filter): KeyConditions {
  if (filter.kind === 'and') {
    const parts = filter.of.map((each) => keyConditions(type, each))
    return {
      equal: parts.flatMap(({ equal }) => equal),
      isExact: parts.every(({ isExact }) => isExact),
    }
  }
  const nothing: KeyConditions = { equal: [], isExact: false }
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string')
    return nothing
  const { path, value } = filter
  if (path.schema !== undefined || path.sub !== undefined) return nothing
  if (path.attribute === 'id') return { equal: [['resource_id', value]], isExact: true }
  if (path.attribute === 'externalId') return { equal: [['external_id', value]], isExact: true }
  if (path.attribute === type.uniqueAttribute)
    return { equal: [['unique_key', fold(value)]], isExact: true }
  return nothing
}
