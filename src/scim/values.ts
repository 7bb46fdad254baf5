/**
 * A value as a client sent it, brought to what its attribute's schema says (RFC 7643 section 2.3),
 * the same way for POST, PUT and every form of PATCH (SEC P-9).
 *
 * `null`, `""` and `[]` are "absent" (RFC 7643 section 2.5). Where a dialect writes a value in a
 * form of its own, the reading is asked by the name of the rewrite.
 */
import { ScimError } from './errors.ts'
import type { Reading } from './dialects/reading.ts'
import { instantOf } from './filter/instant.ts'
import { LIMITS } from './limits.ts'
import type { Known } from './resource-types.ts'
import type { Attribute } from './schemas/attribute.ts'
import type { Json } from './store.ts'

/** @returns undefined for "absent". @throws ScimError `invalidValue` naming the attribute */
export function valueFor(known: Known, sent: Json, reading: Reading): Json | undefined {
  if (isAbsent(sent)) return undefined
  const { attribute } = known
  if (!attribute.multiValued) return oneFor(known, unwrap(sent, reading), reading)
  const elements = elementsFor(known, sent, reading)
  return elements.length === 0 ? undefined : elements
}

/** The elements of a multi-valued attribute, without repetitions, at most one of them primary. */
export function elementsFor(known: Known, sent: Json, reading: Reading): Json[] {
  const list = listFor(known.attribute, sent, reading)
  refuseTooMany(known.attribute, list.length)
  const elements: Json[] = []
  const alike = new Map<string, Json[]>()
  for (const each of list) {
    const element = oneFor(known, each, reading)
    if (element === undefined) continue
    const identity = identityOf(element)
    const others = alike.get(identity) ?? []
    if (others.some((other) => sameJson(other, element))) continue
    alike.set(identity, [...others, element])
    elements.push(element)
  }
  if (elements.filter(isPrimary).length > 1)
    throw invalid(known.attribute, 'has more than one primary value; mark one of them.')
  return elements
}

function listFor(attribute: Attribute, sent: Json, reading: Reading): readonly Json[] {
  if (Array.isArray(sent)) return sent
  if (isAbsent(sent)) return []
  // A text is the short form of its element, which has a rewrite of its own.
  if (isJsonObject(sent) && !reading.undoes('onelogin.one-value-for-a-list'))
    throw invalid(attribute, 'holds several values and needs a JSON array.')
  return [sent]
}

/** @throws ScimError `invalidValue` for more values than an attribute may have (SEC P-2) */
export function refuseTooMany(attribute: Attribute, count: number): void {
  if (count > LIMITS.valuesPerAttribute)
    throw invalid(
      attribute,
      `has ${count} values; at most ${LIMITS.valuesPerAttribute} are kept. Send fewer.`,
    )
}

/** One value, or one element of several. */
export function oneFor(known: Known, sent: Json, reading: Reading): Json | undefined {
  const { attribute, subs } = known
  if (isAbsent(sent)) return undefined
  if (attribute.type === 'complex') return complexFor(attribute, subs, sent, reading)
  return simpleFor(attribute, sent, reading)
}

function complexFor(
  attribute: Attribute,
  subs: ReadonlyMap<string, Known>,
  sent: Json,
  reading: Reading,
): Json | undefined {
  const complex: { [name: string]: Json } = Object.create(null)
  for (const [name, value] of Object.entries(partsIn(attribute, subs, sent, reading))) {
    const sub = subs.get(name.toLowerCase())
    if (sub === undefined) reading.ignore(`${attribute.name}.${name}`)
    else if (sub.attribute.mutability !== 'readOnly') {
      const clean = valueFor(sub, value, reading)
      if (clean !== undefined) complex[sub.attribute.name] = clean
    }
  }
  return Object.keys(complex).length === 0 ? undefined : complex
}

function partsIn(
  attribute: Attribute,
  subs: ReadonlyMap<string, Known>,
  sent: Json,
  reading: Reading,
): { readonly [name: string]: Json } {
  if (isJsonObject(sent)) return sent
  if (
    Array.isArray(sent) ||
    !subs.has('value') ||
    !reading.undoes('entra.text-for-a-complex-value')
  )
    throw invalid(attribute, 'has parts and needs a JSON object.')
  return { value: sent }
}

function simpleFor(attribute: Attribute, sent: Json, reading: Reading): Json {
  switch (attribute.type) {
    case 'boolean':
      return booleanFor(attribute, sent, reading)
    case 'integer':
    case 'decimal':
      return numberFor(attribute, sent)
    default:
      return textFor(attribute, sent, reading)
  }
}

// SEC P-12
function booleanFor(attribute: Attribute, sent: Json, reading: Reading): boolean {
  if (typeof sent === 'boolean') return sent
  const text = typeof sent === 'string' ? sent.toLowerCase() : ''
  if ((text !== 'true' && text !== 'false') || !reading.undoes('entra.boolean-as-text'))
    throw invalid(attribute, `is ${show(sent)}; it must be true or false.`)
  return text === 'true'
}

function numberFor(attribute: Attribute, sent: Json): number {
  if (typeof sent !== 'number' || (attribute.type === 'integer' && !Number.isInteger(sent)))
    throw invalid(attribute, `is ${show(sent)}; it must be a number.`)
  return exact(attribute, sent)
}

/** What JSON writes with more digits than a number has here would be kept as another one. */
function exact(attribute: Attribute, sent: number): number {
  const isKept = attribute.type === 'decimal' || !Number.isInteger(sent)
  if (Number.isFinite(sent) && (isKept || Number.isSafeInteger(sent))) return sent
  const fits = attribute.type === 'decimal' ? 1e308 : Number.MAX_SAFE_INTEGER
  const how = attribute.type === 'string' ? ' Send it as text, in double quotes.' : ''
  throw invalid(attribute, `is a number beyond ${fits}, which is not kept exactly.${how}`)
}

function textFor(attribute: Attribute, sent: Json, reading: Reading): string {
  const isText =
    typeof sent === 'string' ||
    (typeof sent === 'number' && reading.undoes('onelogin.number-for-text'))
  if (!isText) throw invalid(attribute, `is ${show(sent)}; it must be text.`)
  const written = typeof sent === 'number' ? String(exact(attribute, sent)) : sent
  const text = attribute.caseExact ? written : written.normalize('NFC')
  const isIdentifier = attribute.uniqueness === 'server' || attribute.name === 'externalId'
  if (isIdentifier && text.length > LIMITS.identifierLength)
    throw invalid(attribute, `is longer than ${LIMITS.identifierLength} characters.`)
  // SEC P-13
  if (isIdentifier && /\p{Cc}/u.test(text))
    throw invalid(attribute, 'holds a control character, such as a line break. Remove it.')
  if (attribute.type === 'dateTime' && Number.isNaN(instantOf(text)))
    throw invalid(
      attribute,
      `is ${show(sent)}; it must be an instant such as 2026-11-02T09:14:05Z.`,
    )
  if (attribute.type === 'binary' && !BASE64.test(text))
    throw invalid(attribute, 'is not base64; line breaks and PEM headers do not belong to it.')
  return text
}

/** RFC 7643 section 2.3.6: either alphabet of RFC 4648, whose padding some leave out. */
const BASE64 = /^(?:[A-Za-z0-9+/]*|[\w-]*)={0,2}$/

/** `null`, `""` and `[]`. */
export function isAbsent(value: Json | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  )
}

function unwrap(sent: Json, reading: Reading): Json {
  const [only] = Array.isArray(sent) && sent.length === 1 ? sent : []
  return only !== undefined && reading.undoes('entra.list-for-one-value') ? only : sent
}

export function isPrimary(element: Json | undefined): boolean {
  return isJsonObject(element) && element.primary === true
}

export function isJsonObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The part of that name, in whatever letter case it was written. @param name in lower case */
export function partNamed(
  object: { readonly [name: string]: Json },
  name: string,
): Json | undefined {
  const written = Object.hasOwn(object, name)
    ? name
    : Object.keys(object).find((each) => each.toLowerCase() === name)
  return written === undefined ? undefined : object[written]
}

/** Equal as JSON: the order of names does not matter, that of elements does. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, index) => sameJson(each, other[index]))
  if (!isJsonObject(one) || !isJsonObject(other)) return false
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameJson(one[name], other[name]))
  )
}

/**
 * The same text for elements of a list that are one: value and type agree, or, without a value, all
 * agrees. For look-ups, because a request may add to one list a thousand times.
 */
export function identityOf(element: Json): string {
  if (!isJsonObject(element)) return JSON.stringify(element)
  if (element.value !== undefined) return JSON.stringify([element.value, element.type])
  return JSON.stringify(
    Object.entries(element).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  )
}

function invalid(attribute: Attribute, what: string): ScimError {
  return ScimError.of('invalidValue', `"${attribute.name}" ${what}`)
}

function show(value: Json): string {
  return JSON.stringify(value).slice(0, 60)
}
