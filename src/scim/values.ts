/**
 * A value as a client sent it, brought to what its attribute's schema says (RFC 7643 section 2.3),
 * the same way for POST, PUT and every form of PATCH (SEC P-9).
 *
 * Forgiving where real clients need it: booleans as text (Entra, SEC P-12), one value where a list
 * is meant, a bare string where a complex value is meant (its `value`), a number where text is
 * meant. `null`, `""` and `[]` are "absent" (RFC 7643 section 2.5).
 */
import { ScimError } from './errors.ts'
import { fold } from '../lib/index.ts'
import { LIMITS } from './limits.ts'
import type { Known } from './resource-types.ts'
import type { Attribute } from './schemas/attribute.ts'
import type { Json } from './store.ts'

/** Gathers the names that no schema has, for the provisioning log. */
export type Report = (ignoredName: string) => void

/** @returns undefined for "absent". @throws ScimError `invalidValue` naming the attribute */
export function valueFor(known: Known, sent: Json, report: Report): Json | undefined {
  if (isAbsent(sent)) return undefined
  const { attribute } = known
  if (!attribute.multiValued) return oneFor(known, unwrap(sent), report)
  const elements = elementsFor(known, sent, report)
  return elements.length === 0 ? undefined : elements
}

/** The elements of a multi-valued attribute, without repetitions, at most one of them primary. */
export function elementsFor(known: Known, sent: Json, report: Report): Json[] {
  const list = Array.isArray(sent) ? sent : [sent]
  if (list.length > LIMITS.valuesPerAttribute)
    throw invalid(
      known.attribute,
      `has ${list.length} values; at most ${LIMITS.valuesPerAttribute} are kept. Send fewer.`,
    )
  const elements: Json[] = []
  for (const each of list) {
    if (isAbsent(each)) continue
    const element = oneFor(known, each, report)
    if (element !== undefined && !elements.some((other) => sameJson(other, element)))
      elements.push(element)
  }
  if (elements.filter(isPrimary).length > 1)
    throw invalid(known.attribute, 'has more than one primary value; mark one of them.')
  return elements
}

/** One value, or one element of several. */
export function oneFor(known: Known, sent: Json, report: Report): Json | undefined {
  const { attribute, subs } = known
  if (isAbsent(sent)) return undefined
  if (attribute.type === 'complex') return complexFor(attribute, subs, sent, report)
  return simpleFor(attribute, sent)
}

function complexFor(
  attribute: Attribute,
  subs: ReadonlyMap<string, Known>,
  sent: Json,
  report: Report,
): Json | undefined {
  const given = isJsonObject(sent) ? sent : subs.has('value') ? { value: sent } : undefined
  if (given === undefined) throw invalid(attribute, 'has parts and needs a JSON object.')
  const complex: { [name: string]: Json } = Object.create(null)
  for (const [name, value] of Object.entries(given)) {
    const sub = subs.get(name.toLowerCase())
    if (sub === undefined) report(`${attribute.name}.${name}`)
    else if (sub.attribute.mutability !== 'readOnly') {
      const clean = valueFor(sub, value, report)
      if (clean !== undefined) complex[sub.attribute.name] = clean
    }
  }
  return Object.keys(complex).length === 0 ? undefined : complex
}

function simpleFor(attribute: Attribute, sent: Json): Json {
  switch (attribute.type) {
    case 'boolean':
      return booleanFor(attribute, sent)
    case 'integer':
    case 'decimal':
      return numberFor(attribute, sent)
    default:
      return textFor(attribute, sent)
  }
}

function booleanFor(attribute: Attribute, sent: Json): boolean {
  if (typeof sent === 'boolean') return sent
  const text = typeof sent === 'string' ? sent.toLowerCase() : ''
  if (text !== 'true' && text !== 'false')
    throw invalid(attribute, `is ${show(sent)}; it must be true or false.`)
  return text === 'true'
}

function numberFor(attribute: Attribute, sent: Json): number {
  if (typeof sent !== 'number' || (attribute.type === 'integer' && !Number.isInteger(sent)))
    throw invalid(attribute, `is ${show(sent)}; it must be a number.`)
  return sent
}

function textFor(attribute: Attribute, sent: Json): string {
  if (typeof sent !== 'string' && typeof sent !== 'number')
    throw invalid(attribute, `is ${show(sent)}; it must be text.`)
  const text = attribute.caseExact ? String(sent) : String(sent).normalize('NFC')
  const isIdentifier = attribute.uniqueness === 'server' || attribute.name === 'externalId'
  if (isIdentifier && text.length > LIMITS.identifierLength)
    throw invalid(attribute, `is longer than ${LIMITS.identifierLength} characters.`)
  // SEC P-13
  if (isIdentifier && /\p{Cc}/u.test(text))
    throw invalid(attribute, 'holds a control character, such as a line break. Remove it.')
  if (attribute.type === 'dateTime' && Number.isNaN(Date.parse(text)))
    throw invalid(
      attribute,
      `is ${show(sent)}; it must be an instant such as 2026-11-02T09:14:05Z.`,
    )
  return text
}

/** `null`, `""` and `[]`. */
export function isAbsent(value: Json | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  )
}

/** An array of one where one value is meant (older Entra documentation sends managers so). */
function unwrap(sent: Json): Json {
  return Array.isArray(sent) && sent.length === 1 ? (sent[0] as Json) : sent
}

export function isPrimary(element: Json): boolean {
  return isJsonObject(element) && element.primary === true
}

export function isJsonObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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

/** Equal as the schema compares: text without case unless `caseExact`. */
export function sameText(attribute: Attribute, one: string, other: string): boolean {
  return attribute.caseExact ? one === other : fold(one) === fold(other)
}

function invalid(attribute: Attribute, what: string): ScimError {
  return ScimError.of('invalidValue', `"${attribute.name}" ${what}`)
}

function show(value: Json): string {
  return JSON.stringify(value).slice(0, 60)
}
