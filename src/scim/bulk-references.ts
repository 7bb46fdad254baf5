/**
 * References between the operations of a bulk request: text of the form `bulkId:name`, which stands
 * for the id of what another operation of the request creates (RFC 7644 section 3.7.2).
 *
 * They stand where an id stands: as a whole text in the data, in the address, or in double quotes
 * within the path of a PATCH operation. The data has been parsed, so its depth is bounded.
 */
import type { Json } from './store.ts'
import { isJsonObject } from './values.ts'

/** @returns the id, or undefined while there is none: what needs it is left out */
export type IdOf = (bulkId: string) => string | undefined

const WHOLE = /^bulkId:(.+)$/i
const QUOTED = /"bulkId:([^"\\]+)"/gi

/** The bulkId that a text is a reference to. */
export function referenceIn(text: string): string | undefined {
  return WHOLE.exec(text)?.[1]
}

/** Every bulkId that is referred to within a value, each once. */
export function referencesIn(value: Json): ReadonlySet<string> {
  const found = new Set<string>()
  const look = (each: Json): void => {
    if (typeof each === 'string') {
      const whole = referenceIn(each)
      if (whole !== undefined) found.add(whole)
      else if (each.includes('['))
        for (const [, quoted = ''] of each.matchAll(QUOTED)) found.add(quoted)
    } else if (Array.isArray(each)) each.forEach(look)
    else if (isJsonObject(each)) Object.values(each).forEach(look)
  }
  look(value)
  return found
}

/**
 * The value with ids in the places of references. An element of a list, or a named part, that refers
 * to what has no id yet is left out.
 */
export function resolveReferences(value: Json, idOf: IdOf): Json | undefined {
  if (typeof value === 'string') return resolveText(value, idOf)
  if (Array.isArray(value))
    return value.flatMap((element: Json) => {
      const isWhole = [...referencesIn(element)].every((bulkId) => idOf(bulkId) !== undefined)
      const resolved = isWhole ? resolveReferences(element, idOf) : undefined
      return resolved === undefined ? [] : [resolved]
    })
  if (!isJsonObject(value)) return value
  const parts: { [name: string]: Json } = Object.create(null)
  for (const [name, each] of Object.entries(value)) {
    const resolved = resolveReferences(each, idOf)
    if (resolved !== undefined) parts[name] = resolved
  }
  return parts
}

function resolveText(text: string, idOf: IdOf): string | undefined {
  const whole = referenceIn(text)
  if (whole !== undefined) return idOf(whole)
  if (!text.includes('[')) return text
  return text.replace(QUOTED, (quoted, bulkId: string) => {
    const id = idOf(bulkId)
    return id === undefined ? quoted : JSON.stringify(id)
  })
}
