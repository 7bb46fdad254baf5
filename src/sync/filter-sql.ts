/**
 * Filters as SQL: a tree to a condition on `resource r` that holds for the same resources as
 * `matches` does in memory (invariant 5).
 *
 * Every condition is true or false and never null, so that `not` means the same as there. Values
 * and JSON paths are bound parameters (SEC P-6); the text of a condition holds nothing of a
 * client's. Text is compared folded: `folded` has what ASCII lower-casing cannot do, and lower()
 * under the C collation does the rest without changing what is folded already.
 *
 * What identity providers look up by is a plain comparison of a column, which indexes serve also
 * behind the wall: id, externalId, the type's unique attribute, e-mail addresses and members. Of
 * the resources that those leave, or of all when a filter names none, the rest is decided row by
 * row on the body.
 */
import { fold } from '../lib/index.ts'
import {
  instantOf,
  LOOKED_UP,
  LOOKED_UP_LENGTH,
  lookedUpValue,
  type AttributePath,
  type Filter,
  type ResourceType,
} from '../scim/index.ts'

/** Adds a value to those of the statement and gives its place, such as `$7`. */
export type Bind = (value: unknown) => string

/** The body as JSON, parsed once a row where `filterSql` or `sortSql` name it. */
export const BODY = 'b.json'
export const BODY_JOIN =
  'cross join lateral (select coalesce(r.folded, r.body)::jsonb as json offset 0) b'

type Compare = Extract<Filter, { kind: 'compare' }>

/** Where the names in a filter are found: in a resource, in an element, or in rows of `member`. */
interface Place {
  readonly bind: Bind
  /** The JSON that holds what no column does. */
  readonly json: string
  readonly column: (path: AttributePath) => Column | undefined
  readonly rows: (path: AttributePath) => Rows | undefined
  /** Whether what identity providers look up by is among the names. */
  readonly isResource: boolean
}

/** Text in a column; null is no value. */
interface Column {
  readonly text: string
  readonly isFolded: boolean
  readonly isNullable: boolean
}

interface KeyColumn extends Column {
  readonly name: 'resource_id' | 'external_id' | 'unique_key'
}

/** Elements that are rows: `exists` holds when one of them fulfils the condition. */
interface Rows {
  readonly exists: (condition: (place: Place) => string) => string
}

export function filterSql(type: ResourceType, filter: Filter, bind: Bind): string {
  const decides = condition(resourcePlace(type, bind), filter)
  const held = decides.includes(BODY) ? heldText(type, filter) : undefined
  if (held === undefined) return decides
  // Looking for a text costs a third of parsing the body, and few bodies hold it.
  return `strpos(lower(coalesce(r.folded, r.body) collate "C"), ${bind(held)}::text) > 0 and ${decides}`
}

/**
 * A text that the body of every hit must hold, lower-cased, if the filter gives one away.
 * @param inBrackets  there an element may be a bare text, which no name stands before
 */
function heldText(type: ResourceType, filter: Filter, inBrackets = false): string | undefined {
  if (filter.kind === 'and')
    return filter.of
      .flatMap((each) => heldText(type, each, inBrackets) ?? [])
      .reduce<string | undefined>(
        (best, each) => (best !== undefined && best.length >= each.length ? best : each),
        undefined,
      )
  if ('of' in filter || !isInBody(type, filter.path)) return undefined
  if (filter.kind === 'some')
    return isMeta(filter.path) ? undefined : heldText(type, filter.where, true)
  if (filter.kind === 'present')
    return inBrackets
      ? undefined
      : lowerAscii(`${JSON.stringify(filter.path.sub ?? filter.path.attribute)}:`)
  const { operator, value, caseExact } = filter
  if (typeof value === 'boolean') return operator === 'eq' ? String(value) : undefined
  if (typeof value !== 'string' || isOrdered(filter)) return undefined
  const quoted = lowerAscii(JSON.stringify(caseExact ? value : fold(value)))
  if (operator === 'eq') return quoted
  return ['co', 'sw', 'ew'].includes(operator) ? quoted.slice(1, -1) : undefined
}

function isInBody(type: ResourceType, path: AttributePath): boolean {
  const { schema, attribute, sub } = path
  if (schema !== undefined) return true
  const isRow = ['members', 'groups'].includes(attribute)
  return !isRow && sub !== 'location' && resourceColumn(type, path) === undefined
}

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

export interface Key {
  readonly column: KeyColumn['name']
  readonly value: string
}

/** @returns the keys that a resource must have, if they are all that the filter says */
export function keyConditions(type: ResourceType, filter: Filter): readonly Key[] | undefined {
  if (filter.kind === 'and') {
    const parts = filter.of.map((each) => keyConditions(type, each))
    const keys = parts.flatMap((part) => part ?? [])
    return parts.includes(undefined) || keys.length === 0 || keys.length > 3 ? undefined : keys
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string')
    return undefined
  const column = resourceColumn(type, filter.path)
  if (column === undefined) return undefined
  return [{ column: column.name, value: column.isFolded ? fold(filter.value) : filter.value }]
}

/** Whether an index leaves few resources for the rest of the filter to be decided on. */
export function isLookUp(type: ResourceType, filter: Filter): boolean {
  if (filter.kind === 'and') return filter.of.some((each) => isLookUp(type, each))
  if (filter.kind === 'some') return lookUpIn(filter.path, filter.where) !== undefined
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return false
  return (
    lookedUp(filter.path, filter.value) !== undefined || keyConditions(type, filter) !== undefined
  )
}

function condition(place: Place, filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      if (filter.of.length === 0) return String(filter.kind === 'and')
      return `(${filter.of.map((each) => condition(place, each)).join(` ${filter.kind} `)})`
    case 'not':
      return `(not ${condition(place, filter.of)})`
    case 'present':
      return present(place, filter.path)
    case 'some':
      return some(place, filter)
    case 'compare':
      return compare(place, filter)
  }
}

function some(place: Place, { path, where }: Extract<Filter, { kind: 'some' }>): string {
  const rows = place.rows(path)
  if (rows !== undefined) return rows.exists((row) => condition(row, where))
  if (place.isResource && isMeta(path)) return condition(place, inMeta(where))
  const withInstants = comparesInstants(where)
  const elements = withInstants
    ? `rows from (${valuesAt(place, path)}, ${valuesAt(place, instantsOf(path))}) as elements (e, instant)`
    : `${valuesAt(place, path)} e`
  const element = elementPlace(place.bind, withInstants)
  const found = `exists (select 1 from ${elements} where ${condition(element, where)})`
  const wanted = place.isResource ? lookUpIn(path, where) : undefined
  return wanted === undefined ? found : `(${lookUp(place.bind, wanted)} and ${found})`
}

function compare(place: Place, filter: Compare): string {
  const { path, operator, value } = filter
  if (value === null)
    return operator === 'eq' ? `(not ${present(place, path)})` : present(place, path)
  if (operator === 'ne') return `(not ${compare(place, { ...filter, operator: 'eq' })})`
  const rows = place.rows(path)
  if (rows !== undefined) {
    const inRow = { ...filter, path: { attribute: path.sub ?? 'value' } }
    return rows.exists((row) => compare(row, inRow))
  }
  const column = place.column(path)
  if (column !== undefined) return compareColumn(place.bind, filter, column)
  const instants = isOrdered(filter) ? writtenAt(path) : undefined
  if (instants !== undefined)
    return `(${instants} ${sign(filter)} ${place.bind(instant(value))}::numeric)`
  const at = isOrdered(filter) ? instantsOf(path) : path
  const found = () =>
    `exists (select 1 from ${valuesAt(place, at)} v where ${compareJson(place.bind, filter)})`
  const wanted = place.isResource && operator === 'eq' ? lookedUp(path, value) : undefined
  if (wanted === undefined) return found()
  const isExact = !filter.caseExact && wanted.length < LOOKED_UP_LENGTH
  return isExact ? lookUp(place.bind, wanted) : `(${lookUp(place.bind, wanted)} and ${found()})`
}

function comparesInstants(filter: Filter): boolean {
  if (filter.kind === 'not') return comparesInstants(filter.of)
  if ('of' in filter) return filter.of.some(comparesInstants)
  return filter.kind === 'compare' && filter.isInstant
}

function compareColumn(bind: Bind, filter: Compare, { text, isFolded, isNullable }: Column) {
  if (typeof filter.value !== 'string') return 'false'
  const test = compareText(bind, filter, isFolded ? { folded: text } : { text })
  return isNullable ? `(${text} is not null and ${test})` : test
}

/** `v` is a JSON value, of whatever type it is. */
function compareJson(bind: Bind, filter: Compare): string {
  const { value } = filter
  if (typeof value === 'boolean') return `v = '${value}'::jsonb`
  if (typeof value === 'number' || isOrdered(filter))
    return `case when jsonb_typeof(v) = 'number'
                 then (v #>> '{}')::numeric ${sign(filter)} ${bind(String(instant(value)))}::numeric
                 else false end`
  return `(jsonb_typeof(v) = 'string' and ${compareText(bind, filter, { text: `(v #>> '{}')` })})`
}

function compareText(
  bind: Bind,
  filter: Compare,
  operand: { readonly text: string } | { readonly folded: string },
): string {
  const { operator, caseExact } = filter
  const value = String(filter.value)
  const wanted = `${bind(caseExact ? value : fold(value))}::text`
  const text =
    'folded' in operand
      ? operand.folded
      : caseExact
        ? operand.text
        : `lower(${operand.text} collate "C")`
  switch (operator) {
    case 'co':
      return `(strpos(${text}, ${wanted}) > 0)`
    case 'sw':
      return `starts_with(${text}, ${wanted})`
    case 'ew':
      return `(right(${text}, char_length(${wanted})) = ${wanted})`
    case 'eq':
      return `(${text} = ${wanted})`
    default:
      return `(${text} collate "C" ${sign(filter)} ${wanted} collate "C")`
  }
}

const SIGNS = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const

function sign({ operator }: Compare): string {
  if (operator in SIGNS) return SIGNS[operator as keyof typeof SIGNS]
  throw new Error(`"${operator}" is not an order.`)
}

/** Compares instants as such, and not their text. */
function isOrdered({ isInstant, operator }: Compare): boolean {
  return isInstant && operator in SIGNS
}

function instant(value: Compare['value']): number {
  return typeof value === 'number' ? value : instantOf(String(value))
}

/** RFC 7643 section 2.5: there is a value in it that is neither null nor empty. */
function present(place: Place, path: AttributePath): string {
  const rows = place.rows(path)
  if (rows !== undefined)
    return rows.exists((row) =>
      path.sub === undefined ? 'true' : present(row, { attribute: path.sub }),
    )
  const column = place.column(path)
  if (column !== undefined) return `coalesce(${column.text} <> '', false)`
  const anything = `${jsonPath(path)}.** ? (@.type() == "string" && @ != "" || @.type() == "number" || @.type() == "boolean")`
  return `jsonb_path_exists(${place.json}, ${place.bind(anything)}::jsonpath)`
}

function valuesAt(place: Place, path: AttributePath): string {
  return `jsonb_path_query(${place.json}, ${place.bind(`${jsonPath(path)}[*]`)}::jsonpath)`
}

/** Names come from schemas, which a customer may have declared: each is quoted. */
export function jsonPath({ schema, attribute, sub }: AttributePath): string {
  const names = [schema, attribute, sub].filter((name) => name !== undefined)
  return `$${names.map((name) => `.${JSON.stringify(name)}`).join('')}`
}

/** When a resource was written, as milliseconds; the columns have what `meta` tells as text. */
export function writtenAt({ schema, attribute, sub }: AttributePath): string | undefined {
  if (schema !== undefined || attribute !== 'meta') return undefined
  if (sub === 'created') return '(extract(epoch from r.created_at) * 1000)'
  return sub === 'lastModified' ? '(extract(epoch from r.modified_at) * 1000)' : undefined
}

/** Where `foldedText` has put an attribute's instants as numbers. */
export function instantsOf(path: AttributePath): AttributePath {
  return path.sub === undefined
    ? { ...path, attribute: `#${path.attribute}` }
    : { ...path, sub: `#${path.sub}` }
}

function lookUp(bind: Bind, value: string): string {
  return `(r.resource_id in (select l.resource_id from lookup l
            where l.tenant_id = $1 and l.connection_id = $2
              and l.attribute = '${LOOKED_UP.attribute}' and l.value = ${bind(value)}))`
}

function lookedUp({ schema, attribute, sub }: AttributePath, value: Compare['value']) {
  const isIt =
    schema === undefined && attribute === LOOKED_UP.attribute && (sub ?? 'value') === LOOKED_UP.sub
  return isIt && typeof value === 'string' ? lookedUpValue(value) : undefined
}

/** The value that an element must have, if it must have one that is looked up. */
function lookUpIn(path: AttributePath, where: Filter): string | undefined {
  if (where.kind === 'and')
    return where.of.map((each) => lookUpIn(path, each)).find((value) => value !== undefined)
  if (where.kind !== 'compare' || where.operator !== 'eq') return undefined
  return lookedUp({ ...path, sub: where.path.attribute }, where.value)
}

/** What a column has of a resource. */
export function resourceColumn(
  type: ResourceType,
  { schema, attribute, sub }: AttributePath,
): KeyColumn | undefined {
  if (schema !== undefined || sub !== undefined) return undefined
  const column = (name: KeyColumn['name'], isFolded = false) => ({
    name,
    text: `r.${name}`,
    isFolded,
    isNullable: name === 'external_id',
  })
  if (attribute === 'id') return column('resource_id')
  if (attribute === 'externalId') return column('external_id')
  if (attribute !== type.uniqueAttribute) return undefined
  return column(
    'unique_key',
    type.attributes.get(attribute.toLowerCase())?.attribute.caseExact !== true,
  )
}

function resourcePlace(type: ResourceType, bind: Bind): Place {
  return {
    bind,
    json: BODY,
    column(path) {
      if (path.schema !== undefined || path.attribute !== 'meta' || path.sub !== 'location')
        return resourceColumn(type, path)
      const text = `(${bind(`${type.endpoint}/`)}::text || r.resource_id)`
      return { text, isFolded: false, isNullable: false }
    },
    rows: ({ schema, attribute }) => {
      if (schema !== undefined) return undefined
      if (type.hasMembers && attribute === 'members') return memberRows(bind, MEMBERS)
      return type.hasGroups && attribute === 'groups' ? memberRows(bind, GROUPS) : undefined
    },
    isResource: true,
  }
}

/** A bare value stands for an object that has it, and beside it the instant that it is. */
function elementPlace(bind: Bind, withInstant: boolean): Place {
  const beside = withInstant ? `, '#value', instant` : ''
  return {
    bind,
    json: `(case when jsonb_typeof(e) = 'object' then e else jsonb_build_object('value', e${beside}) end)`,
    column: () => undefined,
    rows: () => undefined,
    isResource: false,
  }
}

const isMeta = ({ schema, attribute }: AttributePath) =>
  schema === undefined && attribute === 'meta'

/** What is said in brackets of `meta`, said without them: it is one, and partly in columns. */
function inMeta(filter: Filter): Filter {
  if (filter.kind === 'not') return { ...filter, of: inMeta(filter.of) }
  if ('of' in filter) return { ...filter, of: filter.of.map(inMeta) }
  return { ...filter, path: { attribute: 'meta', sub: filter.path.attribute } }
}

interface MemberRows {
  /** The side of `member` that is the resource, and the one that is its elements. */
  readonly own: 'group_id' | 'member_id'
  readonly other: 'group_id' | 'member_id'
  readonly type: string
  readonly address: string
}

const MEMBERS: MemberRows = {
  own: 'group_id',
  other: 'member_id',
  type: 'o.type',
  address: `('/' || o.type || 's/' || m.member_id)`,
}
const GROUPS: MemberRows = {
  own: 'member_id',
  other: 'group_id',
  type: `'direct'::text`,
  address: `('/Groups/' || m.group_id)`,
}

/** Looks at the other resource only for what `member` does not tell itself. */
function memberRows(bind: Bind, { own, other, type, address }: MemberRows): Rows {
  const columns = new Map<string, Column>([
    ['value', { text: `m.${other}`, isFolded: false, isNullable: false }],
    ['$ref', { text: address, isFolded: false, isNullable: false }],
    ['type', { text: type, isFolded: false, isNullable: false }],
    [
      'display',
      {
        text: `(coalesce(o.folded, o.body)::json ->> 'displayName')`,
        isFolded: false,
        isNullable: true,
      },
    ],
  ])
  const nothing: Column = { text: 'null::text', isFolded: false, isNullable: true }
  return {
    exists(conditionOf) {
      let asksOther = false
      const test = conditionOf({
        bind,
        json: `'{}'::jsonb`,
        column({ attribute }) {
          asksOther ||= attribute !== 'value'
          return columns.get(attribute) ?? nothing
        },
        rows: () => undefined,
        isResource: false,
      })
      const join = asksOther
        ? `join resource o on o.tenant_id = m.tenant_id and o.resource_id = m.${other}`
        : ''
      return `exists (select 1 from member m ${join}
                       where m.tenant_id = $1 and m.${own} = r.resource_id and ${test})`
    },
  }
}
