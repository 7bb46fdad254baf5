/** Order as SQL: the same as `sortKey` and `compareKeys` give in memory (invariant 5). */
import {
  SORTED_LENGTH,
  type ListQuery,
  type Position,
  type ResourceType,
  type SortBy,
} from '../scim/index.ts'
import { BODY, instantsOf, jsonPath, resourceColumn, writtenAt, type Bind } from './filter-sql.ts'

/** What a resource is sorted by; all types of a query give a key of the same SQL type. */
export function sortSql(
  { sought }: ListQuery,
  type: ResourceType,
  sortBy: SortBy | undefined,
  bind: Bind,
): string {
  const isText = sought.some((each) => each.sortBy?.as === 'text')
  if (sortBy === undefined || isText !== (sortBy.as === 'text'))
    return `null::${isText ? 'text' : 'float8'}`
  const { path, as, caseExact } = sortBy
  const column = resourceColumn(type, path)
  if (column !== undefined) return textSql(column.text, caseExact || column.isFolded)
  const written = writtenAt(path)
  if (as === 'instant' && written !== undefined) return `${written}::float8`
  const value = firstSql(as === 'instant' ? instantsOf(path) : path, bind)
  switch (as) {
    case 'text':
      return `case when jsonb_typeof(${value}) = 'string' then ${textSql(`(${value} #>> '{}')`, caseExact)} end`
    case 'boolean':
      return `case ${value} when 'true' then 1 when 'false' then 0 end::float8`
    default:
      return `case when jsonb_typeof(${value}) = 'number' then ${value}::float8 end`
  }
}

export function orderSql(order: ListQuery['order'], key: string, id: string): string {
  if (order === undefined) return id
  return order === 'ascending' ? `${key} nulls last, ${id}` : `${key} desc nulls first, ${id} desc`
}

/** Whether a hit, with its `key` and `id`, comes behind that position. */
export function isBehind(order: ListQuery['order'], { key, id }: Position, bind: Bind): string {
  const isDescending = order === 'descending'
  const behindId = `id ${isDescending ? '<' : '>'} ${bind(id)}`
  if (order === undefined) return behindId
  const sameKey = key === null ? 'key is null' : `key = ${bind(key)}`
  const behindKey =
    key === null
      ? String(isDescending && 'key is not null')
      : isDescending
        ? `key < ${bind(key)}`
        : `(key > ${bind(key)} or key is null)`
  return `(${behindKey} or (${sameKey} and ${behindId}))`
}

function textSql(text: string, asItIs: boolean): string {
  return `left(${asItIs ? text : `lower(${text} collate "C")`}, ${SORTED_LENGTH}) collate "C"`
}

/** Of several values the primary one, else the first. */
function firstSql(path: SortBy['path'], bind: Bind): string {
  const { sub, ...attribute } = path
  const behind = sub === undefined ? '' : `.${JSON.stringify(sub)}`
  const first = (which: string) =>
    `jsonb_path_query_first(${BODY}, ${bind(`${jsonPath(attribute)}${which}${behind}`)}::jsonpath)`
  return `coalesce(${first('[*] ? (@."primary" == true)')}, ${first('[0]')})`
}
