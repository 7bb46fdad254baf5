/** What a request says to a route of the contract: its path, query or body, checked by the route's schema. */
import type { z } from 'zod'
import { pathNames, type ParsedInputOf, type Route } from '../contract/index.ts'
import { Refusal } from '../lib/index.ts'
import { type Exchange, HttpRefusal } from './area.ts'
import { InvalidInput } from './errors.ts'
import { wordsOf } from './problem-words.ts'

/** @throws InvalidInput with every problem; Refusal `not_found` when a name in the path cannot be one */
export function inputOf(route: Route, exchange: Exchange, body: string | undefined): object {
  const rest =
    route.method === 'POST' || route.method === 'PATCH' ? bodyOf(exchange, body) : queryOf(exchange)
  const inPath = pathNames(route.path)
  const given = { ...rest, ...exchange.params }
  const clash = inPath.filter((name) => Object.hasOwn(rest, name))
  if (clash.length > 0)
    throw new InvalidInput(clash.map((at) => ({ at, message: 'stands in the path already' })))
  const unkept = unkeptTexts(given)
  if (unkept.some((at) => inPath.includes(at))) throw nothingThere()
  if (unkept.length > 0) throw new InvalidInput(unkept.map((at) => ({ at, message: UNKEPT })))
  const read = route.input.safeParse(given, { error: wordsOf })
  if (read.success) return read.data satisfies ParsedInputOf<Route>
  if (read.error.issues.some(({ path }) => inPath.includes(String(path[0])))) throw nothingThere()
  throw new InvalidInput(read.error.issues.map(problemOf))
}

function nothingThere(): Refusal {
  return new Refusal('not_found', 'There is nothing of that id here.')
}

const UNKEPT = 'holds a NUL character or half of a surrogate pair, which cannot be stored'

/** Where texts stand, or names of members, that no database keeps (SEC P-4). Without recursion (SEC P-3). */
function unkeptTexts(input: object): string[] {
  const found: string[] = []
  const left: [at: string, value: unknown][] = Object.entries(input)
  for (const [at, value] of left)
    if (typeof value === 'string') {
      if (value.includes('\0') || !value.isWellFormed()) found.push(at)
    } else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value))
        left.push([`${at}.${name}`, each], [at, name])
  return found
}

function problemOf(issue: z.core.$ZodIssue): { at: string; message: string } {
  return { at: issue.path.map(String).join('.') || 'input', message: issue.message }
}

function bodyOf({ headers }: Exchange, body: string | undefined): Record<string, unknown> {
  if (body === undefined || body === '') return {}
  if (!/^application\/json\s*(;|$)/i.test(String(headers['content-type'])))
    throw new HttpRefusal(415, 'Send the body as application/json.')
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (cause) {
    throw new Refusal('invalid_input', 'The body is not JSON.', { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new Refusal('invalid_input', 'The body must be a JSON object.')
}

function queryOf({ query }: Exchange): Record<string, string> {
  const pairs = [...new URLSearchParams(query)]
  const names = pairs.map(([name]) => name)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  if (twice.length > 0)
    throw new InvalidInput(twice.map((at) => ({ at, message: 'is there more than once' })))
  return Object.fromEntries(pairs)
}
