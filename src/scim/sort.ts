/**
 * What a list is sorted by (RFC 7644 section 3.4.2.3): the rule that SQL must agree with.
 *
 * Of several values the primary one counts, else the first. Text is ordered as it is compared,
 * folded unless `caseExact`, by code point; booleans and instants as numbers. Who has no value
 * comes last, or first when descending; ties are in the order of birth, which turns round with
 * the rest, so that a page can begin after any resource.
 */
import { fold } from '../lib/index.ts'
import { ScimError } from './errors.ts'
import { instantOf } from './filter/instant.ts'
import { compareText } from './filter/match.ts'
import type { AttributePath } from './filter/tree.ts'
import { resolveName, toAttributePath } from './path.ts'
import type { ResourceType } from './resource-types.ts'
import type { Attribute } from './schemas/attribute.ts'
import type { Json } from './store.ts'
import { isJsonObject, isPrimary } from './values.ts'

export interface SortBy {
  readonly path: AttributePath
  readonly as: 'text' | 'number' | 'boolean' | 'instant'
  readonly caseExact: boolean
}

/** Null: there is no value. */
export type SortKey = string | number | null

/** Text is ordered by so much of it, so that a cursor can hold where it is. */
export const SORTED_LENGTH = 256

/**
 * @returns undefined when the type has no such attribute
 * @throws ScimError `invalidValue` when nothing can be sorted by it
 */
export function sortByOf(type: ResourceType, written: string): SortBy | undefined {
  const resolved = resolveName(type, written.trim())
  if (resolved === undefined || 'extension' in resolved) return undefined
  const { known, sub } = resolved
  const target = sub ?? (known.subs.size > 0 ? known.subs.get('value') : known)
  const isRow = [type.hasMembers && 'members', type.hasGroups && 'groups'].includes(
    known.attribute.name,
  )
  const isTold = [known, target].every((each) => each?.attribute.returned !== 'never')
  const as = target === undefined || isRow || !isTold ? undefined : kindOf(target.attribute)
  if (target === undefined || as === undefined)
    throw ScimError.of(
      'invalidValue',
      `"${written.slice(0, 100)}" has no order that could be sorted by.`,
    )
  return {
    path: toAttributePath(target === known ? resolved : { ...resolved, sub: target }),
    as,
    caseExact: target.attribute.caseExact,
  }
}

function kindOf({ type }: Attribute): SortBy['as'] | undefined {
  switch (type) {
    case 'string':
    case 'reference':
      return 'text'
    case 'decimal':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'dateTime':
      return 'instant'
    default:
      return undefined
  }
}

/** @param resource a JSON object in the schema's spelling, with id and meta */
export function sortKey({ path, as, caseExact }: SortBy, resource: Json): SortKey {
  const { schema, attribute, sub } = path
  const holder = schema === undefined ? resource : own(resource, schema)
  const found = own(holder, attribute)
  const elements = Array.isArray(found) ? found : [found]
  const value = [...elements.filter(isPrimary), elements[0]]
    .map((element: Json | undefined) => (sub === undefined ? element : own(element, sub)))
    .find((each) => each !== undefined)
  switch (as) {
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) : null
    case 'number':
      return typeof value === 'number' ? value : null
    default: {
      if (typeof value !== 'string') return null
      if (as === 'instant') return instantOf(value)
      return firstOf(caseExact ? value : fold(value))
    }
  }
}

export function compareKeys(one: SortKey, other: SortKey): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  return typeof one === 'string' || typeof other === 'string'
    ? compareText(String(one), String(other))
    : one - other
}

function firstOf(text: string): string {
  return text.length <= SORTED_LENGTH ? text : Array.from(text).slice(0, SORTED_LENGTH).join('')
}

function own(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
