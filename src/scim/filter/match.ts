/**
 * Filters: tree against a resource in memory. The rule that SQL must agree with.
 *
 * Of a multi-valued attribute any element may match; `some` wants one element that matches all.
 * `ne` is the opposite of `eq`, so it also matches a resource without the attribute. Order is by
 * instant for dates and by code point for text.
 */
import { fold } from '../../lib/index.ts'
import type { Json } from '../store.ts'
import { instantOf } from './instant.ts'
import type { AttributePath, Filter } from './tree.ts'

type Compare = Extract<Filter, { kind: 'compare' }>

/** @param resource a JSON object in the schema's spelling, with id, meta, members and groups */
export function matches(filter: Filter, resource: Json): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((each) => matches(each, resource))
    case 'or':
      return filter.of.some((each) => matches(each, resource))
    case 'not':
      return !matches(filter.of, resource)
    case 'present':
      return valuesAt(filter.path, resource).some(isPresent)
    case 'some':
      return valuesAt(filter.path, resource).some((element) =>
        matches(filter.where, isObject(element) ? element : { value: element }),
      )
    case 'compare':
      return compareAny(filter, valuesAt(filter.path, resource))
  }
}

function compareAny(filter: Compare, values: readonly Json[]): boolean {
  if (filter.value === null) {
    const present = values.some(isPresent)
    return filter.operator === 'eq' ? !present : present
  }
  if (filter.operator === 'ne')
    return !values.some((value) => compareOne({ ...filter, operator: 'eq' }, value))
  return values.some((value) => compareOne(filter, value))
}

function compareOne(filter: Compare, value: Json): boolean {
  const { operator, value: wanted } = filter
  if (typeof wanted === 'boolean' || typeof wanted === 'number') {
    if (typeof value !== typeof wanted) return false
    return ordered(operator, Number(value) - Number(wanted))
  }
  if (typeof value !== 'string' || typeof wanted !== 'string') return false
  if (operator === 'co' || operator === 'sw' || operator === 'ew') {
    const [whole, part] = filter.caseExact ? [value, wanted] : [fold(value), fold(wanted)]
    if (operator === 'co') return whole.includes(part)
    return operator === 'sw' ? whole.startsWith(part) : whole.endsWith(part)
  }
  if (filter.isInstant) return ordered(operator, instantOf(value) - instantOf(wanted))
  const [one, other] = filter.caseExact ? [value, wanted] : [fold(value), fold(wanted)]
  return ordered(operator, compareText(one, other))
}

function ordered(operator: Compare['operator'], difference: number): boolean {
  switch (operator) {
    case 'eq':
      return difference === 0
    case 'gt':
      return difference > 0
    case 'ge':
      return difference >= 0
    case 'lt':
      return difference < 0
    case 'le':
      return difference <= 0
    default:
      return false
  }
}

/** By code point, as databases do under the C collation, and not by UTF-16 unit. */
export function compareText(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other))
}

function valuesAt({ schema, attribute, sub }: AttributePath, resource: Json): readonly Json[] {
  const holder = schema === undefined ? resource : own(resource, schema)
  const found = asList(own(holder, attribute))
  return sub === undefined ? found : found.flatMap((element) => asList(own(element, sub)))
}

function own(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** False for empty text and for a complex value with nothing in it (RFC 7643 section 2.5). */
function isPresent(value: Json): boolean {
  if (value === null || value === '') return false
  if (Array.isArray(value)) return value.some(isPresent)
  return isObject(value) ? Object.values(value).some(isPresent) : true
}
