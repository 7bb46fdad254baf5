/**
 * The text of a resource that filters and sorting read, for stores that compare in a database.
 *
 * A database folds letter case by rules of its own, and by others in its next release. So what
 * has letters beyond ASCII is folded here, by the very function that compares in memory, and kept
 * beside the text that answers are made of. For the rest ASCII lower-casing is folding, which
 * every database does alike, and nothing needs to be kept.
 *
 * Instants stand beside their attribute as milliseconds, under its name with a `#` before it.
 */
import { fold } from '../../lib/index.ts'
import type { Known, ResourceType } from '../resource-types.ts'
import type { Body, Json } from '../store.ts'
import { instantOf } from './instant.ts'

/** What identity providers look resources up by beside their keys; a store keeps an index of it. */
export const LOOKED_UP = { attribute: 'emails', sub: 'value' } as const
/** Longer values are told apart by more than the index. */
export const LOOKED_UP_LENGTH = 200

/**
 * @param text  from `renderStored`
 * @returns null when the text itself serves, with its ASCII letters lower-cased as they are compared
 */
export function foldedText(type: ResourceType, text: string): string | null {
  if (ASCII.test(text) && !hasInstants(type)) return null
  const resource = JSON.parse(text) as Body
  const folded: [string, Json][] = Object.entries(resource).flatMap(([name, value]) => {
    const extension = type.extensions.get(name.toLowerCase())
    if (extension !== undefined) return [[name, foldParts(extension.attributes, value)]]
    return name === 'meta' ? [[name, value]] : foldAttribute(type.attributes, name, value)
  })
  return JSON.stringify(Object.fromEntries(folded))
}

/** The folded values of `LOOKED_UP`, each once and cut to its length. */
export function lookedUp(body: Body): string[] {
  const elements = body[LOOKED_UP.attribute]
  if (!Array.isArray(elements)) return []
  const values = elements.flatMap((element: Json) => {
    const value = isObject(element) ? element[LOOKED_UP.sub] : element
    return typeof value === 'string' ? [lookedUpValue(value)] : []
  })
  return [...new Set(values)]
}

export function lookedUpValue(value: string): string {
  return fold(value).slice(0, LOOKED_UP_LENGTH)
}

const ASCII = /^[\0-\x7f]*$/

function foldParts(attributes: ReadonlyMap<string, Known>, value: Json): Json {
  if (Array.isArray(value)) return value.map((each: Json) => foldParts(attributes, each))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => foldAttribute(attributes, name, each)),
  )
}

function foldAttribute(
  attributes: ReadonlyMap<string, Known>,
  name: string,
  value: Json,
): [string, Json][] {
  const known = attributes.get(name.toLowerCase())
  if (known === undefined) return [[name, value]]
  const { type, caseExact } = known.attribute
  if (type === 'complex') return [[name, foldParts(known.subs, value)]]
  const folded: [string, Json] = [name, caseExact ? value : mapText(value, fold)]
  if (type !== 'dateTime') return [folded]
  return [folded, [`#${name}`, mapText(value, instantOf)]]
}

function mapText(value: Json, map: (text: string) => Json): Json {
  if (Array.isArray(value)) return value.map((each: Json) => mapText(each, map))
  return typeof value === 'string' ? map(value) : value
}

const known = new WeakMap<ResourceType, boolean>()

function hasInstants(type: ResourceType): boolean {
  const has = known.get(type) ?? [type, ...type.extensions.values()].some(holdInstants)
  known.set(type, has)
  return has
}

/** `meta` apart: when a resource was written is the store's to know. */
function holdInstants({ attributes }: { attributes: ReadonlyMap<string, Known> }): boolean {
  return [...attributes.values()].some(
    ({ attribute, subs }) =>
      attribute.type === 'dateTime' ||
      (attribute.name !== 'meta' && holdInstants({ attributes: subs })),
  )
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
