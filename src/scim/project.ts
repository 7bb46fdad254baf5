/**
 * Which attributes an answer holds: `attributes` and `excludedAttributes` (RFC 7644 section 3.9).
 *
 * A name that no schema has selects nothing and is no error. `id` and `schemas` are always there,
 * and so is nothing that is never returned, because it is never kept.
 */
import { ScimError } from './errors.ts'
import { resolveName } from './path.ts'
import type { ResourceType } from './resource-types.ts'
import type { Json, Wants } from './store.ts'
import { isJsonObject } from './values.ts'

export interface Projection {
  readonly mode: 'only' | 'without'
  /** `name`, `name.sub`, `urn` or `urn:name` in the schema's spelling. */
  readonly names: ReadonlySet<string>
}

/**
 * @returns undefined when the client asked for neither
 * @throws ScimError `invalidValue` when it asked for both
 */
export function projectionOf(type: ResourceType, query: URLSearchParams): Projection | undefined {
  const only = query.get('attributes')
  const without = query.get('excludedAttributes')
  if (only !== null && only.trim() !== '' && without !== null && without.trim() !== '')
    throw ScimError.of(
      'invalidValue',
      'Ask for "attributes" or for "excludedAttributes", not for both at once.',
    )
  if (only !== null && only.trim() !== '') return { mode: 'only', names: namesIn(type, only) }
  if (without !== null && without.trim() !== '')
    return { mode: 'without', names: namesIn(type, without) }
  return undefined
}

/** What the store must fetch for it: member lists are left out of the query, not only of the answer. */
export function wantsOf(type: ResourceType, projection: Projection | undefined): Wants {
  const shows = (name: string) => {
    if (projection === undefined) return true
    if (projection.mode === 'without') return !projection.names.has(name)
    return [...projection.names].some((each) => each === name || each.startsWith(`${name}.`))
  }
  return { members: type.hasMembers && shows('members'), groups: type.hasGroups && shows('groups') }
}

/** @param text a whole rendered resource */
export function project(type: ResourceType, { mode, names }: Projection, text: string): Json {
  const resource = JSON.parse(text) as { [name: string]: Json }
  const result: { [name: string]: Json } = {}
  for (const [name, value] of Object.entries(resource)) {
    const isNamed = names.has(name)
    if (name === 'id' || name === 'schemas' || (isNamed && mode === 'only')) result[name] = value
    else if (!isNamed) {
      const between = type.extensions.has(name.toLowerCase()) ? ':' : '.'
      const parts = partsOf(
        value,
        (part) => names.has(`${name}${between}${part}`) === (mode === 'only'),
      )
      if (mode === 'without' || hasParts(parts)) result[name] = parts
    }
  }
  return result
}

/** Of a complex value, or of each element of several, the parts that are chosen. */
function partsOf(value: Json, isChosen: (part: string) => boolean): Json {
  if (Array.isArray(value)) return value.map((each: Json) => partsOf(each, isChosen))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([part]) => isChosen(part)))
}

function hasParts(value: Json): boolean {
  if (Array.isArray(value)) return value.some(hasParts)
  return isJsonObject(value) && Object.keys(value).length > 0
}

function namesIn(type: ResourceType, list: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const written of list.split(',')) {
    const resolved = resolveName(type, written.trim())
    if (resolved === undefined) {
      // The core schema's URN alone means all of its attributes.
      if (written.trim().toLowerCase() === type.schema.id.toLowerCase())
        for (const { name } of type.schema.attributes) names.add(name)
    } else if ('extension' in resolved) names.add(resolved.extension)
    else {
      const { schema, known, sub } = resolved
      const name = schema === undefined ? known.attribute.name : `${schema}:${known.attribute.name}`
      // An extension's parts are shown whole attribute by attribute.
      names.add(sub === undefined || schema !== undefined ? name : `${name}.${sub.attribute.name}`)
    }
  }
  return names
}
