/** How a check says what it expects. Each function throws `Failed`, which says what was seen instead. */
import { isDeepStrictEqual } from 'node:util'
import { Failed } from './check.ts'
import type { Answer, Exchange } from './client.ts'
import { ERROR } from './names.ts'

export type Doc = Readonly<Record<string, unknown>>

export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What lies at a path of names and indexes; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((here, name) => {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined
    return (here as Record<string | number, unknown>)[name]
  }, value)
}

/** The text at a path; empty where there is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** In order of text: for what is compared as a set. */
export function sorted<T>(values: readonly T[]): readonly T[] {
  return values.toSorted((one, other) => String(one).localeCompare(String(other)))
}

/** The elements of a list; none where there is no list. */
export function elements(value: unknown, ...path: readonly (string | number)[]): readonly Doc[] {
  const list = at(value, ...path)
  return Array.isArray(list) ? list.filter(isDoc) : []
}

/** One sub-attribute of each element, in order of text: for lists whose order says nothing. */
export function parts(value: unknown, attribute: string, sub = 'value'): readonly unknown[] {
  return sorted(elements(value, attribute).map((element) => at(element, sub)))
}

export function idOf(answer: Answer): string {
  const id = at(answer.json, 'id')
  if (typeof id !== 'string' || id === '')
    throw new Failed('a resource with an "id"', answer.text.slice(0, 200), answer)
  return id
}

export function expectThat(
  condition: boolean,
  expected: string,
  seen: unknown,
  exchange?: Exchange,
): void {
  if (!condition) throw new Failed(expected, show(seen), exchange)
}

/** Equal as SCIM has it: null, an empty list and absence are one state (RFC 7643 section 2.5). */
export function expectEqual(seen: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(withoutNothing(seen), withoutNothing(expected)))
    throw new Failed(`${what} ${show(expected)}`, show(seen))
}

function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutNothing)
  if (!isDoc(value)) return value ?? undefined
  const entries = Object.entries(value)
    .map(([name, each]) => [name, withoutNothing(each)] as const)
    .filter(([, each]) => each !== undefined)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

export function expectStatus(answer: Answer, ...statuses: readonly number[]): void {
  if (!statuses.includes(answer.status))
    throw new Failed(`status ${statuses.join(' or ')}`, `status ${answer.status}`, answer)
}

/** A SCIM Error of that status; with that scimType where the section names one. */
export function expectError(answer: Answer, status: number, scimType?: string): void {
  const type = scimType === undefined ? '' : ` ${scimType}`
  const seen = at(answer.json, 'scimType')
  const isError = elementsOfText(answer.json, 'schemas').includes(ERROR)
  if (answer.status === status && isError && (scimType === undefined || seen === scimType)) return
  throw new Failed(
    `a SCIM Error with status ${status}${type}`,
    `status ${answer.status}${typeof seen === 'string' ? ` ${seen}` : ''}${isError ? '' : ', no SCIM Error'}`,
    answer,
  )
}

/** 2xx */
export function expectDone(answer: Answer): void {
  if (answer.status < 200 || answer.status > 299)
    throw new Failed('status 200 or 204', `status ${answer.status}`, answer)
}

/** Refused as the client's mistake: 4xx with a SCIM Error, which kind is not said. */
export function expectRefusal(answer: Answer): void {
  const isError = elementsOfText(answer.json, 'schemas').includes(ERROR)
  if (answer.status < 400 || answer.status > 499 || !isError)
    throw new Failed('a SCIM Error with a status of 4xx', `status ${answer.status}`, answer)
}

export function elementsOfText(value: unknown, name: string): readonly string[] {
  const list = at(value, name)
  return Array.isArray(list) ? list.filter((each): each is string => typeof each === 'string') : []
}

/** RFC 3339, with time and zone, as RFC 7643 §2.3.5 wants a DateTime. */
export function isDateTime(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  )
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 500)
}
