/**
 * JSON from a stranger, read once into objects without prototypes.
 *
 * Depth is measured on the text before `JSON.parse`, which takes a million levels that nothing
 * after it could walk (SEC P-3). Names that differ only by case are one attribute, so an object
 * that has both is refused, as are NUL and lone surrogates, which the database cannot hold (P-4).
 * `__proto__` and its like are names as any other and reach no prototype (P-7).
 */
import { ScimError } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { Json } from './store.ts'

export type JsonObject = { [name: string]: Json }

/** @throws ScimError `invalidSyntax` or `invalidValue`, saying where */
export function parseObject(text: string | undefined): JsonObject {
  if (text === undefined || text.trim() === '')
    throw ScimError.of('invalidSyntax', 'The request has no body; a JSON object was expected.')
  refuseDepth(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const where = error instanceof SyntaxError ? error.message.slice(0, 120) : ''
    throw ScimError.of('invalidSyntax', `The body is not valid JSON (${where}).`)
  }
  if (!isPlainObject(value))
    throw ScimError.of('invalidSyntax', 'The body must be a JSON object, in braces.')
  refuseRepeated(text, value)
  return cleanObject(value, '')
}

function refuseDepth(text: string): void {
  let depth = 0
  let inText = false
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (inText) {
      if (code === 0x5c) index += 1
      else if (code === 0x22) inText = false
    } else if (code === 0x22) inText = true
    else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > LIMITS.depth)
        throw ScimError.of(
          'invalidSyntax',
          `The body is nested more than ${LIMITS.depth} levels deep.`,
        )
    } else if (code === 0x7d || code === 0x5d) depth -= 1
  }
}

/**
 * `JSON.parse` keeps the last of two equal names without a word. The text has as many names as it
 * has colons outside of strings; if the parsed value has fewer, one was repeated.
 */
function refuseRepeated(text: string, value: unknown): void {
  let written = 0
  let inText = false
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (inText) {
      if (code === 0x5c) index += 1
      else if (code === 0x22) inText = false
    } else if (code === 0x22) inText = true
    else if (code === 0x3a) written += 1
  }
  if (countNames(value) < written)
    throw ScimError.of('invalidSyntax', 'An object in the body has the same name twice.')
}

function countNames(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + countNames(each), 0)
  if (!isPlainObject(value)) return 0
  return Object.values(value).reduce<number>((sum, each) => sum + 1 + countNames(each), 0)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function cleanObject(value: Record<string, unknown>, at: string): JsonObject {
  const entries = Object.entries(value)
  if (entries.length > LIMITS.keysPerObject)
    throw ScimError.of(
      'invalidValue',
      `${at === '' ? 'The body' : `"${at}"`} has more than ${LIMITS.keysPerObject} attributes.`,
    )
  const seen = new Set<string>()
  const clean: JsonObject = Object.create(null)
  for (const [name, each] of entries) {
    const folded = name.toLowerCase()
    if (seen.has(folded))
      throw ScimError.of(
        'invalidSyntax',
        `"${name}" is there twice, in different letter case: attribute names do not know case.`,
      )
    seen.add(folded)
    refuseText(name, name)
    clean[name] = cleanValue(each, at === '' ? name : `${at}.${name}`)
  }
  return clean
}

function cleanValue(value: unknown, at: string): Json {
  if (typeof value === 'string') return refuseText(value, at)
  if (Array.isArray(value)) return value.map((each) => cleanValue(each, at))
  if (isPlainObject(value)) return cleanObject(value, at)
  // What JSON.parse gives beyond these are numbers, booleans and null.
  return value as number | boolean | null
}

function refuseText(text: string, at: string): string {
  if (text.length > LIMITS.textLength)
    throw ScimError.of('invalidValue', `"${at}" is longer than ${LIMITS.textLength} characters.`)
  if (text.includes('\0') || !text.isWellFormed())
    throw ScimError.of(
      'invalidValue',
      `"${at}" holds a NUL character or half of a surrogate pair, which cannot be stored.`,
    )
  return text
}
