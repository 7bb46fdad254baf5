/**
 * Which attributes an answer holds: `attributes` and `excludedAttributes` (RFC 7644 section 3.9), and
 * what a schema says of each by `returned` (RFC 7643 section 7).
 *
 * A name that no schema has selects nothing and is no error. What is `always` returned cannot be
 * left out; what is returned on `request` is there only when it was named; what is `never` returned
 * is never kept.
 */
import { ScimError } from './errors.ts'
import { resolveName } from './path.ts'
import type { Known, ResourceType } from './resource-types.ts'
import type { Json, Wants } from './store.ts'
import { isJsonObject } from './values.ts'

export interface Projection {
  readonly mode: 'only' | 'without'
  readonly chosen: Parts
}

/** By name in the schema's spelling: all of it, or parts of it. */
type Parts = ReadonlyMap<string, Parts | 'whole'>

/**
 * @returns undefined when the whole resource is the answer
 * @throws ScimError `invalidValue` when the client asked for both
 */
export function projectionOf(type: ResourceType, query: URLSearchParams): Projection | undefined {
  const { only, without } = chosenIn(query)
  if (only !== '' && without !== '')
    throw ScimError.of(
      'invalidValue',
      'Ask for "attributes" or for "excludedAttributes", not for both at once.',
    )
  const { always, request } = returnedOf(type)
  if (only !== '') return { mode: 'only', chosen: partsOf([...namesIn(type, only), ...always]) }
  if (without === '' && request.length === 0) return undefined
  const kept = new Set(always.map(String))
  const left = namesIn(type, without).filter((path) => !kept.has(String(path)))
  return { mode: 'without', chosen: partsOf([...left, ...request]) }
}

/** Whether the client has a word in what the answer holds. */
export function choosesAttributes(query: URLSearchParams): boolean {
  const { only, without } = chosenIn(query)
  return only !== '' || without !== ''
}

function chosenIn(query: URLSearchParams) {
  const listed = (name: string) => query.get(name)?.trim() ?? ''
  return { only: listed('attributes'), without: listed('excludedAttributes') }
}

/** What the store must fetch for it: member lists are left out of the query, not only of the answer. */
export function wantsOf(type: ResourceType, projection: Projection | undefined): Wants {
  const shows = (name: string) => {
    const part = projection?.chosen.get(name)
    return projection?.mode === 'only' ? part !== undefined : part !== 'whole'
  }
  return { members: type.hasMembers && shows('members'), groups: type.hasGroups && shows('groups') }
}

/** @param resource  a resource, or as much of one as is at hand */
export function project({ mode, chosen }: Projection, resource: Json): Json {
  return mode === 'only' ? pick(resource, chosen) : drop(resource, chosen)
}

function pick(value: Json, parts: Parts): Json {
  return mapObjects(value, (name, each) => {
    const part = parts.get(name)
    return part === undefined || part === 'whole' ? part && each : pick(each, part)
  })
}

function drop(value: Json, parts: Parts): Json {
  return mapObjects(value, (name, each) => {
    const part = parts.get(name)
    if (part === 'whole') return undefined
    return part === undefined ? each : drop(each, part)
  })
}

/** Objects, also those in a list, with another value for each name; what is empty then goes. */
function mapObjects(value: Json, map: (name: string, value: Json) => Json | undefined): Json {
  if (Array.isArray(value))
    return value.map((each: Json) => mapObjects(each, map)).filter((each) => !isEmpty(each))
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).flatMap(([name, each]): [string, Json][] => {
    const mapped = map(name, each)
    return mapped === undefined || (mapped !== each && isEmpty(mapped)) ? [] : [[name, mapped]]
  })
  return Object.fromEntries(entries)
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0
  return isJsonObject(value) && Object.keys(value).length === 0
}

/** An attribute as the names that lead to it. */
type Path = readonly string[]

function partsOf(paths: readonly Path[]): Parts {
  const parts = new Map<string, Parts | 'whole'>()
  for (const [name, group] of Map.groupBy(paths, ([first = '']) => first))
    parts.set(
      name,
      group.some((path) => path.length === 1)
        ? 'whole'
        : partsOf(group.map((path) => path.slice(1))),
    )
  return parts
}

function namesIn(type: ResourceType, list: string): readonly Path[] {
  return list.split(',').flatMap((each): Path[] => {
    const written = each.trim()
    const resolved = resolveName(type, written)
    if (resolved === undefined) {
      // The core schema's URN alone means all of its attributes.
      if (written.toLowerCase() !== type.schema.id.toLowerCase()) return []
      return type.schema.attributes.map(({ name }) => [name])
    }
    if ('extension' in resolved) return [[resolved.extension]]
    const { schema, known, sub } = resolved
    const names = [schema, known.attribute.name, sub?.attribute.name]
    return [names.filter((name) => name !== undefined)]
  })
}

interface Returned {
  readonly always: readonly Path[]
  readonly request: readonly Path[]
}

const returned = new WeakMap<ResourceType, Returned>()

function returnedOf(type: ResourceType): Returned {
  const found = returned.get(type) ?? {
    always: pathsTo(type, 'always'),
    request: pathsTo(type, 'request'),
  }
  returned.set(type, found)
  return found
}

function pathsTo({ attributes, extensions }: ResourceType, when: 'always' | 'request'): Path[] {
  const inside = (known: ReadonlyMap<string, Known>, before: Path): Path[] =>
    [...known.values()].flatMap(({ attribute, subs }) => {
      const path = [...before, attribute.name]
      return attribute.returned === when ? [path] : inside(subs, path)
    })
  return [
    ...inside(attributes, []),
    ...[...extensions.values()].flatMap(({ schema, attributes: own }) => inside(own, [schema.id])),
  ]
}
