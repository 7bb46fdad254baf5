/**
 * What a write made different, attribute by attribute, for the provisioning log.
 *
 * Names are as a filter would write them: the parts of a complex attribute after a dot
 * (`name.familyName`), those of an extension after its URN and a colon. A list is one attribute:
 * its elements have no names.
 */
import type { Body, Json } from './store.ts'
import { isJsonObject, sameJson } from './values.ts'

export interface AttributeChange {
  readonly attribute: string
  /** Undefined when there was no value before, or is none now. */
  readonly before: Json | undefined
  readonly after: Json | undefined
}

export function differences(before: Body, after: Body): AttributeChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    differencesIn(name, name.includes(':') ? ':' : '.', before[name], after[name]),
  )
}

function differencesIn(
  attribute: string,
  /** Before the name of a part. */
  separator: ':' | '.',
  before: Json | undefined,
  after: Json | undefined,
): AttributeChange[] {
  if (sameJson(before, after)) return []
  if (!isParts(before) || !isParts(after)) return [{ attribute, before, after }]
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...names].flatMap((name) =>
    differencesIn(attribute + separator + name, '.', before?.[name], after?.[name]),
  )
}

function isParts(value: Json | undefined): value is { readonly [name: string]: Json } | undefined {
  return value === undefined || isJsonObject(value)
}
