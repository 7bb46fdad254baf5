/**
 * Lists: GET of a type or of the root, and POST to `.search` of either (RFC 7644 sections 3.4.2 and
 * 3.4.3), by index or by cursor (RFC 9865).
 *
 * A SearchRequest says in a body what an address says behind its question mark, so it is turned
 * into that and answered the same. At the root an attribute that only some types have is no value
 * of the others (section 3.4.2.1); one that no type has is refused.
 */
import { LIST_RESPONSE } from './discovery.ts'
import { ScimError } from './errors.ts'
import { parseFilter } from './filter/parse.ts'
import type { Filter } from './filter/tree.ts'
import type { JsonObject } from './json.ts'
import { LIMITS } from './limits.ts'
import { type Projection, projectionOf, wantsOf } from './project.ts'
import { bodyOfPieces, renderAnswer } from './render.ts'
import { CONTENT_TYPE, type Call, type Reply } from './reply.ts'
import type { ResourceType } from './resource-types.ts'
import { sortByOf } from './sort.ts'
import type { Json, ListQuery } from './store.ts'
import { bodyOf } from './write.ts'

const SEARCH_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:searchrequest'
/** What a SearchRequest may say, by lower-case name. */
const PARAMETERS = new Map(
  [
    'attributes',
    'excludedAttributes',
    'filter',
    'sortBy',
    'sortOrder',
    'startIndex',
    'count',
    'cursor',
  ].map((name) => [name.toLowerCase(), name]),
)

/** @param types  one, or all of them at the root */
export async function list(
  call: Call,
  types: readonly ResourceType[],
  given: URLSearchParams,
): Promise<Reply> {
  const { store, outcome, baseUrl } = call
  outcome.operation = 'list'
  const projections = types.map((type) => projectionOf(type, given))
  const query = queryOf(call, types, projections, given)
  const page = await store.list(query)
  outcome.count = page.resources.length
  const resources = page.resources.map((found, index) => {
    const nth = types.findIndex(({ name }) => name === found.type)
    const type = types[nth]
    if (type === undefined) throw new Error(`The store found a ${found.type}, which nobody sought.`)
    const pieces = renderAnswer(type, found, baseUrl, projections[nth])
    return index === 0 ? pieces : [',', ...pieces]
  })
  const place =
    'cursor' in query.from
      ? page.next === undefined
        ? ''
        : `,"nextCursor":"${page.next}"`
      : `,"startIndex":${query.from.startIndex}`
  return {
    status: 200,
    headers: { 'content-type': CONTENT_TYPE },
    ...bodyOfPieces([
      `{"schemas":["${LIST_RESPONSE}"],"totalResults":${page.total},`,
      `"itemsPerPage":${resources.length}${place},"Resources":[`,
      ...resources.flat(),
      ']}',
    ]),
  }
}

export function search(call: Call, types: readonly ResourceType[]): Promise<Reply> {
  return list(call, types, parametersIn(bodyOf(call)))
}

function parametersIn(body: JsonObject): URLSearchParams {
  const parameters = new URLSearchParams()
  let isSearch = false
  for (const [written, value] of Object.entries(body)) {
    const name = PARAMETERS.get(written.toLowerCase())
    if (name !== undefined && value !== null) parameters.set(name, textIn(name, value))
    if (written.toLowerCase() === 'schemas')
      isSearch = [value].flat().some((urn: unknown) => String(urn).toLowerCase() === SEARCH_REQUEST)
  }
  if (!isSearch)
    throw ScimError.of(
      'invalidSyntax',
      'The body names urn:ietf:params:scim:api:messages:2.0:SearchRequest in "schemas".',
    )
  return parameters
}

function textIn(name: string, value: Json): string {
  const isList = name.toLowerCase().endsWith('attributes')
  if (isList && Array.isArray(value) && value.every((each: Json) => typeof each === 'string'))
    return value.join(',')
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw ScimError.of(
    'invalidValue',
    `"${name}" is ${isList ? 'a list of names' : 'one value'} in a SearchRequest.`,
  )
}

function queryOf(
  { reading, baseUrl }: Call,
  types: readonly ResourceType[],
  projections: readonly (Projection | undefined)[],
  given: URLSearchParams,
): ListQuery {
  const filter = textOfParameter(given, 'filter')
  const names = {
    together: types,
    takesUnqualified: () => reading.undoes('entra.unqualified-extension-attribute'),
  }
  const sortBy = textOfParameter(given, 'sortBy')
  const sorts = types.map((type) => (sortBy === undefined ? undefined : sortByOf(type, sortBy)))
  if (sortBy !== undefined && sorts.every((each) => each === undefined))
    throw ScimError.of(
      'invalidValue',
      `There is no attribute "${sortBy.slice(0, 100)}" to sort by.`,
    )
  const cursor = given.get('cursor')
  return {
    sought: types.map((type, index) => ({
      type,
      filter:
        filter === undefined ? undefined : belowBase(parseFilter(type, filter, names), baseUrl),
      sortBy: sorts[index],
      wants: wantsOf(type, projections[index]),
    })),
    order: sortBy === undefined ? undefined : orderIn(given),
    ...(cursor === null ? indexIn(given) : cursorIn(given, cursor)),
  }
}

/** Our own addresses are kept without the BaseUrl, which depends on where we are reached. */
function belowBase(filter: Filter, baseUrl: string, inside?: string): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, of: filter.of.map((each) => belowBase(each, baseUrl, inside)) }
    case 'not':
      return { ...filter, of: belowBase(filter.of, baseUrl, inside) }
    case 'some':
      return { ...filter, where: belowBase(filter.where, baseUrl, filter.path.attribute) }
    case 'present':
      return filter
    case 'compare': {
      const { path, value } = filter
      const names = inside === undefined ? path : { attribute: inside, sub: path.attribute }
      const isOurs = OUR_ADDRESSES.includes(`${names.attribute}.${names.sub}`)
      if (!isOurs || typeof value !== 'string' || !value.startsWith(baseUrl)) return filter
      return { ...filter, value: value.slice(baseUrl.length) }
    }
  }
}
const OUR_ADDRESSES = ['meta.location', 'members.$ref', 'groups.$ref']

function indexIn(given: URLSearchParams): Pick<ListQuery, 'from' | 'count'> {
  const startIndex = wholeNumber(given, 'startIndex', 'invalidValue') ?? 1
  const count = wholeNumber(given, 'count', 'invalidValue') ?? LIMITS.pageSize
  return {
    from: { startIndex: Math.max(1, startIndex) },
    count: Math.min(LIMITS.pageCap, Math.max(0, count)),
  }
}

/** RFC 9865 section 2. */
function cursorIn(given: URLSearchParams, cursor: string): Pick<ListQuery, 'from' | 'count'> {
  if (given.has('startIndex'))
    throw ScimError.of(
      'invalidValue',
      'Ask for pages by "startIndex" or by "cursor", not by both at once.',
    )
  const count = wholeNumber(given, 'count', 'invalidCount') ?? LIMITS.pageSize
  if (count < 1)
    throw ScimError.of('invalidCount', `With a cursor "count" is 1 to ${LIMITS.pageCap}.`)
  return { from: { cursor }, count: Math.min(LIMITS.pageCap, count) }
}

function orderIn(given: URLSearchParams): 'ascending' | 'descending' {
  const written = textOfParameter(given, 'sortOrder')?.toLowerCase() ?? 'ascending'
  if (written !== 'ascending' && written !== 'descending')
    throw ScimError.of('invalidValue', '"sortOrder" is ascending or descending.')
  return written
}

function textOfParameter(given: URLSearchParams, name: string): string | undefined {
  const text = given.get(name)
  return text === null || text.trim() === '' ? undefined : text
}

/** Never a full dump for what is no whole number. */
function wholeNumber(
  given: URLSearchParams,
  name: string,
  scimType: 'invalidValue' | 'invalidCount',
): number | undefined {
  const text = given.get(name)
  if (text === null || text === '') return undefined
  if (!/^[+-]?\d{1,15}$/.test(text))
    throw ScimError.of(scimType, `"${name}" is "${text.slice(0, 20)}"; it must be a whole number.`)
  return Number(text)
}
