/**
 * One operation on a body: what add, replace and remove do to a single value, to a list, and to
 * the elements of a list that a filter selects (RFC 7644 sections 3.5.2.1 to 3.5.2.3).
 */
import type { Reading } from './dialects/reading.ts'
import { ScimError } from './errors.ts'
import { matches } from './filter/match.ts'
import type { Filter } from './filter/tree.ts'
import type { PatchTarget } from './patch-path.ts'
import { spend, type Work } from './patch-work.ts'
import type { Resolved } from './path.ts'
import type { Known } from './resource-types.ts'
import type { Body, Json } from './store.ts'
import {
  elementsFor,
  identityOf,
  isAbsent,
  isJsonObject,
  isPrimary,
  oneFor,
  refuseTooMany,
  sameJson,
  valueFor,
} from './values.ts'

export type Op = 'add' | 'replace' | 'remove'
/**
 * Changes a body that is ours to change: the store's copy.
 * @throws ScimError `noTarget`, `tooMany` when the work that is left does not do
 */
export type BodyEdit = (body: Body, work: Work) => void

/** Changes what holds the attribute: the body, or an extension in it. */
type HolderEdit = (holder: Body) => void

/** The values are validated now; what remains for later is only what depends on the resource. */
export function applyTo(
  op: Op,
  target: PatchTarget,
  value: Json | undefined,
  reading: Reading,
): BodyEdit {
  const { resolved, where } = target
  if ('extension' in resolved) throw new Error('Extensions are taken apart before this.')
  const inHolder =
    where === undefined
      ? withoutFilter(op, resolved, value ?? null, reading)
      : withFilter(op, resolved, where, value ?? null, target.written, reading)
  const { schema, known } = resolved
  const spending = (holder: Body, work: Work) => {
    spend(work, holder[known.attribute.name], target)
    inHolder(holder)
  }
  if (schema === undefined) return spending
  return (body, work) => {
    const held = body[schema]
    const extension: Body = isJsonObject(held) ? { ...held } : {}
    spending(extension, work)
    setOrDelete(body, schema, extension)
  }
}

function withoutFilter(
  op: Op,
  { known, sub }: Resolved,
  value: Json,
  reading: Reading,
): HolderEdit {
  const { name, multiValued } = known.attribute
  if (sub !== undefined) {
    const clean = op === 'remove' ? undefined : valueFor(sub, value, reading)
    return multiValued ? everyElement(known, sub, clean) : partOf(known, sub, clean)
  }
  if (op === 'remove')
    return multiValued && (Array.isArray(value) || !isAbsent(value))
      ? removeListed(known, value, reading)
      : (body) => void delete body[name]
  if (!multiValued) return setSingle(op, known, value, reading)
  const elements = elementsFor(known, value, reading)
  if (op === 'replace') return (body) => setList(body, known, elements)
  return (body) => setList(body, known, joined(listAt(body, known), elements))
}

/**
 * Add and replace are the same on one value; on a complex one both keep the parts not named. The
 * interoperability profile's replace, when strict, leaves only the parts named.
 */
function setSingle(op: Op, known: Known, value: Json, reading: Reading): HolderEdit {
  const { name, type } = known.attribute
  const clean = valueFor(known, value, reading)
  const keepsRest =
    type === 'complex' && isJsonObject(value) && !(reading.strict && op === 'replace')
  if (!keepsRest) return (body) => setOrDelete(body, name, clean)
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

function partOf({ attribute: { name } }: Known, sub: Known, clean: Json | undefined): HolderEdit {
  return (body) => setOrDelete(body, name, withPart(body[name] ?? null, sub, clean))
}

/** A sub-attribute of a list without a filter means that of every element. */
function everyElement(known: Known, sub: Known, clean: Json | undefined): HolderEdit {
  return (body) => {
    const before = listAt(body, known)
    const elements = before.length === 0 ? [{}] : before
    setList(
      body,
      known,
      handOverPrimary(
        elements.map((element) => withPart(element, sub, clean)),
        before,
      ),
    )
  }
}

/** A remove with a list of values removes those and no others; an empty list names nobody (SEC P-11). */
function removeListed(known: Known, value: Json, reading: Reading): HolderEdit {
  const leaving = elementsFor(known, value, reading)
  return (body) =>
    setList(
      body,
      known,
      listAt(body, known).filter((element) => !leaving.some((other) => covers(element, other))),
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
  value: Json,
  written: string,
  reading: Reading,
): HolderEdit {
  const selects = (element: Json) =>
    matches(where, isJsonObject(element) ? element : { value: element })
  const refuseSeveral = (elements: readonly Json[]) => {
    if (reading.strict && elements.filter(selects).length > 1)
      throw ScimError.of(
        'invalidFilter',
        `"${written.slice(0, 100)}" selects more than one element; a strict connection takes one.`,
      )
  }
  if (op === 'remove')
    return (body) => {
      const elements = listAt(body, known)
      refuseSeveral(elements)
      const kept =
        sub === undefined
          ? elements.filter((element) => !selects(element))
          : elements.map((each) => (selects(each) ? withPart(each, sub, undefined) : each))
      setList(body, known, kept)
    }
  const clean = sub === undefined ? oneFor(known, value, reading) : valueFor(sub, value, reading)
  const facts = factsOf(known, where)
  const change = (element: Json): Json | undefined => {
    if (sub !== undefined) return withPart(element, sub, clean)
    if (op === 'add') return merged(element, clean)
    // The record is replaced (section 3.5.2.3), and keeps what its filter says of it.
    return clean === undefined ? undefined : merged(facts ?? null, clean)
  }
  const born = (): Json | undefined => {
    const isKnown = facts !== undefined && selects(facts)
    if (!isKnown || !reading.undoes('entra.create-what-a-filter-misses'))
      throw ScimError.of(
        'noTarget',
        `"${written.slice(0, 100)}" selects no element of "${known.attribute.name}", so there is ` +
          `nothing to ${op}.`,
      )
    return clean === undefined ? undefined : change(facts)
  }
  return (body) => {
    const elements = listAt(body, known)
    refuseSeveral(elements)
    const next = elements.some(selects)
      ? elements.map((element) => (selects(element) ? change(element) : element))
      : [...elements, born()]
    setList(body, known, handOverPrimary(next, elements))
  }
}

/** What a filter of only `eq` and `and` says about an element; undefined for any other filter. */
function factsOf(known: Known, where: Filter): Json | undefined {
  const facts = new Map<string, Json>()
  const gather = (filter: Filter): boolean => {
    if (filter.kind === 'and') return filter.of.every(gather)
    if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value === null) return false
    facts.set(filter.path.attribute, filter.value)
    return true
  }
  if (!gather(where)) return undefined
  return known.subs.size === 0 ? facts.get('value') : Object.fromEntries(facts)
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

/**
 * Appends what is not there yet; adding what is there changes nothing (RFC 7644 section 3.5.2.1).
 */
function joined(present: readonly Json[], added: readonly Json[]): readonly (Json | undefined)[] {
  const next = [...present]
  const places = new Map<string, number>()
  for (const [place, element] of present.entries())
    if (!places.has(identityOf(element))) places.set(identityOf(element), place)
  for (const element of added) {
    const place = places.get(identityOf(element))
    if (place === undefined) places.set(identityOf(element), next.push(element) - 1)
    else next[place] = merged(next[place] ?? null, element)
  }
  return handOverPrimary(next, present)
}

/**
 * A new primary takes it over from the old one (RFC 7644 section 3.5.2). An element is at the place
 * where it was before; new ones follow.
 */
function handOverPrimary(
  next: readonly (Json | undefined)[],
  before: readonly Json[],
): readonly (Json | undefined)[] {
  const places = next.flatMap((element, place) => (isPrimary(element) ? [place] : []))
  if (places.length < 2) return next
  const keeper = places.findLast((place) => !isPrimary(before[place])) ?? places[0]
  return next.map((element, place) =>
    place !== keeper && isPrimary(element) && isJsonObject(element)
      ? { ...element, primary: false }
      : element,
  )
}

function listAt(body: Body, { attribute: { name } }: Known): readonly Json[] {
  const value = body[name]
  return Array.isArray(value) ? value : []
}

function setList(body: Body, { attribute }: Known, elements: readonly (Json | undefined)[]): void {
  const kept = elements
    .filter((element) => element !== undefined)
    .filter((element) => !isJsonObject(element) || Object.keys(element).length > 0)
  refuseTooMany(attribute, kept.length)
  setOrDelete(body, attribute.name, kept.length === 0 ? undefined : kept)
}

function setOrDelete(body: Body, name: string, value: Json | undefined): void {
  if (value === undefined || (isJsonObject(value) && Object.keys(value).length === 0))
    delete body[name]
  else body[name] = value
}
