/**
 * One operation on a body: what add, replace and remove do to a single value, to a list, and to
 * the elements of a list that a filter selects (RFC 7644 sections 3.5.2.1 to 3.5.2.3).
 */
import { ScimError } from './errors.ts'
import { matches } from './filter/match.ts'
import type { Filter } from './filter/tree.ts'
import type { PatchTarget } from './patch-path.ts'
import type { Resolved } from './path.ts'
import type { Known } from './resource-types.ts'
import type { Body, Json } from './store.ts'
import {
  elementsFor,
  isAbsent,
  isJsonObject,
  isPrimary,
  oneFor,
  sameJson,
  valueFor,
  type Report,
} from './values.ts'

export type Op = 'add' | 'replace' | 'remove'
/** Changes a body that is ours to change: the store's copy. */
export type BodyEdit = (body: Body) => void

/** The values are validated now; what remains for later is only what depends on the resource. */
export function applyTo(
  op: Op,
  target: PatchTarget,
  value: Json | undefined,
  report: Report,
): BodyEdit {
  const { resolved, where } = target
  if ('extension' in resolved) throw new Error('Extensions are taken apart before this.')
  const inHolder =
    where === undefined
      ? withoutFilter(op, resolved, value, report)
      : withFilter(op, resolved, where, value, target.written, report)
  const { schema } = resolved
  if (schema === undefined) return inHolder
  return (body) => {
    const held = body[schema]
    const extension: Body = isJsonObject(held) ? { ...held } : {}
    inHolder(extension)
    if (Object.keys(extension).length === 0) delete body[schema]
    else body[schema] = extension
  }
}

function withoutFilter(
  op: Op,
  { known, sub }: Resolved,
  value: Json | undefined,
  report: Report,
): BodyEdit {
  const { name, multiValued } = known.attribute
  if (sub !== undefined)
    return multiValued
      ? everyElement(op, known, sub, value, report)
      : partOf(op, known, sub, value, report)
  if (op === 'remove' && (!multiValued || isAbsent(value))) return (body) => void delete body[name]
  if (op === 'remove') return removeListed(known, value ?? null, report)
  if (!multiValued) return setSingle(known, value ?? null, report)
  const elements = elementsFor(known, value ?? null, report)
  if (op === 'replace') return (body) => setList(body, name, elements)
  return (body) => setList(body, name, joined(listAt(body, name), elements))
}

/** Add and replace are the same on one value; on a complex one both keep the parts not named. */
function setSingle(known: Known, value: Json, report: Report): BodyEdit {
  const { name, type } = known.attribute
  const clean = valueFor(known, value, report)
  if (type !== 'complex' || clean === undefined || !isJsonObject(value))
    return (body) => setOrDelete(body, name, clean)
  const cleared = Object.entries(value)
    .filter(([, each]) => isAbsent(each))
    .map(([part]) => known.subs.get(part.toLowerCase())?.attribute.name ?? part)
  return (body) => {
    const next = {
      ...(isJsonObject(body[name]) ? body[name] : {}),
      ...(isJsonObject(clean) ? clean : {}),
    }
    for (const part of cleared) delete next[part]
    setOrDelete(body, name, next)
  }
}

function partOf(
  op: Op,
  known: Known,
  sub: Known,
  value: Json | undefined,
  report: Report,
): BodyEdit {
  const { name } = known.attribute
  const clean = op === 'remove' ? undefined : valueFor(sub, value ?? null, report)
  return (body) => {
    const parts: Body = { ...(isJsonObject(body[name]) ? body[name] : {}) }
    setOrDelete(parts, sub.attribute.name, clean)
    setOrDelete(body, name, parts)
  }
}

/** A sub-attribute of a list without a filter means that of every element. */
function everyElement(
  op: Op,
  known: Known,
  sub: Known,
  value: Json | undefined,
  report: Report,
): BodyEdit {
  const { name } = known.attribute
  const clean = op === 'remove' ? undefined : valueFor(sub, value ?? null, report)
  return (body) => {
    const elements = listAt(body, name)
    if (elements.length === 0 && clean !== undefined)
      return setList(body, name, [{ [sub.attribute.name]: clean }])
    return setList(
      body,
      name,
      elements.map((element) => withPart(element, sub, clean)),
    )
  }
}

/** A remove with a list of values removes those and no others (SEC P-11). */
function removeListed(known: Known, value: Json, report: Report): BodyEdit {
  const { name } = known.attribute
  const leaving = elementsFor(known, value, report)
  return (body) =>
    setList(
      body,
      name,
      listAt(body, name).filter((element) => !leaving.some((other) => covers(element, other))),
    )
}

/** The element has all that the other names. */
function covers(element: Json, other: Json): boolean {
  if (!isJsonObject(element) || !isJsonObject(other)) return sameJson(element, other)
  return Object.entries(other).every(([part, value]) => sameJson(element[part], value))
}

function withFilter(
  op: Op,
  { known, sub }: Resolved,
  where: Filter,
  value: Json | undefined,
  written: string,
  report: Report,
): BodyEdit {
  const { name } = known.attribute
  const selects = (element: Json) =>
    matches(where, isJsonObject(element) ? element : { value: element })
  if (op === 'remove')
    return (body) => {
      const elements = listAt(body, name)
      const kept =
        sub === undefined
          ? elements.filter((element) => !selects(element))
          : elements.map((element) =>
              selects(element) ? withPart(element, sub, undefined) : element,
            )
      setList(body, name, kept)
    }
  const target = sub ?? known
  const clean =
    sub === undefined
      ? oneFor(known, value ?? null, report)
      : valueFor(target, value ?? null, report)
  const facts = factsOf(where)
  const change = (element: Json): Json =>
    sub !== undefined ? withPart(element, sub, clean) : merged(element, clean)
  return (body) => {
    const elements = listAt(body, name)
    if (elements.some(selects)) {
      const next = elements.map((element) => (selects(element) ? change(element) : element))
      return setList(body, name, handOverPrimary(next, elements))
    }
    if (facts === undefined)
      throw ScimError.of(
        'noTarget',
        `"${written.slice(0, 100)}" selects no element of "${name}", so there is nothing to ${op}.`,
      )
    // Union contract 7: Entra expects the element to come into being, with what the filter says.
    if (clean === undefined) return
    const made = change(facts)
    setList(body, name, handOverPrimary([...elements, made], elements))
  }
}

/** What a filter of only `eq` and `and` says about an element; undefined for any other filter. */
function factsOf(where: Filter): { [name: string]: Json } | undefined {
  if (where.kind === 'compare' && where.operator === 'eq' && where.value !== null)
    return { [where.path.attribute]: where.value }
  if (where.kind !== 'and') return undefined
  const parts = where.of.map(factsOf)
  return parts.every((part) => part !== undefined) ? Object.assign({}, ...parts) : undefined
}

function merged(element: Json, clean: Json | undefined): Json {
  if (clean === undefined) return element
  return isJsonObject(element) && isJsonObject(clean) ? { ...element, ...clean } : clean
}

function withPart(element: Json, sub: Known, clean: Json | undefined): Json {
  const parts: Body = isJsonObject(element) ? { ...element } : {}
  setOrDelete(parts, sub.attribute.name, clean)
  return parts
}

/** Appends what is not there yet; adding what is there changes nothing (RFC 7644 section 3.5.2.1). */
function joined(present: readonly Json[], added: readonly Json[]): Json[] {
  const next = [...present]
  for (const element of added) {
    const same = next.findIndex((other) => sameElement(other, element))
    if (same === -1) next.push(element)
    else next[same] = merged(next[same] ?? null, element)
  }
  return handOverPrimary(next, present)
}

/** Two elements are one when value and type agree; without a value, when all agrees. */
function sameElement(one: Json, other: Json): boolean {
  if (
    !isJsonObject(one) ||
    !isJsonObject(other) ||
    one.value === undefined ||
    other.value === undefined
  )
    return sameJson(one, other)
  return sameJson(one.value, other.value) && sameJson(one.type, other.type)
}

/** A new primary takes it over from the old one (RFC 7644 section 3.5.2). */
function handOverPrimary(next: readonly Json[], before: readonly Json[]): Json[] {
  if (next.filter(isPrimary).length < 2) return [...next]
  const fresh = next.findLast(
    (element) =>
      isPrimary(element) && !before.some((other) => isPrimary(other) && sameJson(other, element)),
  )
  const keeper = fresh ?? next.find(isPrimary)
  return next.map((element) =>
    element !== keeper && isPrimary(element) && isJsonObject(element)
      ? { ...element, primary: false }
      : element,
  )
}

function listAt(body: Body, name: string): readonly Json[] {
  const value = body[name]
  return Array.isArray(value) ? value : []
}

function setList(body: Body, name: string, elements: readonly Json[]): void {
  const kept = elements.filter(
    (element) => !isJsonObject(element) || Object.keys(element).length > 0,
  )
  setOrDelete(body, name, kept.length === 0 ? undefined : kept)
}

function setOrDelete(body: Body, name: string, value: Json | undefined): void {
  if (value === undefined || (isJsonObject(value) && Object.keys(value).length === 0))
    delete body[name]
  else body[name] = value
}
