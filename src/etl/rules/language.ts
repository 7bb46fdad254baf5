/**
 * The rule language: text to a closed tree, and a tree to text.
 *
 * A rule computes one value from what the identity provider sent of one person or group: literals,
 * attributes by their SCIM names, the functions of `functions.ts`, and conditions written as in a SCIM
 * filter. There are no variables, no loops, no patterns and nothing of the outside, so a rule ends
 * and gives the same for the same attributes (SEC C-8).
 *
 *     value      = comparison, with `and` and `or` between; `and` binds first
 *     comparison = term [ "pr" | ( "eq" | "ne" | "co" | "sw" | "ew" ) term ]
 *     term       = "text" | number | true | false | path | function "(" value, … ")" | "(" value ")"
 *     path       = [ urn ":" ] name [ "[" value "]" ] [ "." name ]
 *
 * What the names mean is `check.ts`'s to say.
 */
import { Refusal } from '../../lib/index.ts'
import { FUNCTIONS, type FunctionName, isFunction, type Value } from './functions.ts'
import { nearest } from './nearest.ts'

export const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew'] as const
export type Operator = (typeof OPERATORS)[number]

/** `at`: the character where it begins, from 0. */
export type Tree = { readonly at: number } & (
  | { readonly kind: 'literal'; readonly value: Value }
  | Path
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Tree[] }
  | {
      readonly kind: 'compare'
      readonly operator: Operator
      readonly left: Tree
      readonly right: Tree
    }
  | { readonly kind: 'present'; readonly of: Tree }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Tree[] }
)

export interface Path {
  readonly kind: 'path'
  /** The extension's URN. */
  readonly schema?: string
  readonly attribute: string
  /** Which elements of a list; its paths are sub-attributes. */
  readonly where?: Tree
  readonly sub?: string
}

export const MOST_RULE = 2_000
const MOST_DEPTH = 16
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/
const NAME = /^(?:[A-Za-z][A-Za-z0-9_-]{0,63}|\$ref)$/
const SIGNS = '()[],'
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'pr', ...OPERATORS])

/** @throws Refusal `invalid_input`, saying what was not understood and where */
export function parse(text: string): Tree {
  if (text.length > MOST_RULE) throw at(0, `A rule has ${MOST_RULE} characters at most.`)
  const reader: Reader = { tokens: tokenize(text), at: 0, depth: 0, end: text.length }
  const tree = parseValue(reader)
  const rest = reader.tokens[reader.at]
  if (rest !== undefined) throw at(rest.from, `Nothing was expected at ${show(rest)}.`)
  return tree
}

/** The text of a tree, in one spelling. */
export function print(tree: Tree): string {
  switch (tree.kind) {
    case 'literal':
      return JSON.stringify(tree.value)
    case 'path': {
      const { schema, attribute, where, sub } = tree
      const list = where === undefined ? '' : `[${print(where)}]`
      return `${schema === undefined ? '' : `${schema}:`}${attribute}${list}${sub === undefined ? '' : `.${sub}`}`
    }
    case 'call':
      return `${tree.name}(${tree.args.map(print).join(', ')})`
    case 'compare':
      return `${printTerm(tree.left)} ${tree.operator} ${printTerm(tree.right)}`
    case 'present':
      return `${printTerm(tree.of)} pr`
    case 'and':
    case 'or':
      return tree.of
        .map((each) =>
          each.kind === 'or' || each.kind === tree.kind ? `(${print(each)})` : print(each),
        )
        .join(` ${tree.kind} `)
  }
}

function printTerm(tree: Tree): string {
  const isTerm = tree.kind === 'literal' || tree.kind === 'path' || tree.kind === 'call'
  return isTerm ? print(tree) : `(${print(tree)})`
}

/** The refusal of a rule, with the place as a reader counts it. */
export function at(from: number, message: string): Refusal {
  return new Refusal('invalid_input', `At character ${from + 1}: ${message}`)
}

interface Token {
  readonly kind: 'sign' | 'word' | 'text'
  /** As written. */
  readonly text: string
  readonly from: number
}

interface Reader {
  readonly tokens: readonly Token[]
  readonly end: number
  at: number
  depth: number
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let from = 0
  while (from < text.length) {
    const character = text.charAt(from)
    if (/\s/.test(character)) {
      from += 1
      continue
    }
    const kind = character === '"' ? 'text' : SIGNS.includes(character) ? 'sign' : 'word'
    const end =
      kind === 'text' ? endOfText(text, from) : kind === 'sign' ? from + 1 : endOfWord(text, from)
    tokens.push({ kind, text: text.slice(from, end), from })
    from = end
  }
  return tokens
}

function endOfWord(text: string, from: number): number {
  let end = from
  while (end < text.length && !/[\s"()[\],]/.test(text.charAt(end))) end += 1
  return end
}

function endOfText(text: string, from: number): number {
  for (let end = from + 1; end < text.length; end += 1) {
    if (text.charAt(end) === '\\') end += 1
    else if (text.charAt(end) === '"') return end + 1
  }
  throw at(from, 'This double quote is not closed.')
}

function parseValue(reader: Reader): Tree {
  reader.depth += 1
  if (reader.depth > MOST_DEPTH)
    throw at(placeOf(reader), `A rule is nested ${MOST_DEPTH} levels deep at most.`)
  const tree = parseList(reader, 'or', () =>
    parseList(reader, 'and', () => parseComparison(reader)),
  )
  reader.depth -= 1
  return tree
}

function parseList(reader: Reader, kind: 'and' | 'or', parseOne: () => Tree): Tree {
  const one = parseOne()
  const of = [one]
  while (takes(reader, 'word', kind)) of.push(parseOne())
  return of.length === 1 ? one : { kind, of, at: one.at }
}

function parseComparison(reader: Reader): Tree {
  const left = parseTerm(reader)
  if (takes(reader, 'word', 'pr')) return { kind: 'present', of: left, at: left.at }
  const operator = OPERATORS.find((each) => takes(reader, 'word', each))
  if (operator === undefined) return left
  return { kind: 'compare', operator, left, right: parseTerm(reader), at: left.at }
}

function parseTerm(reader: Reader): Tree {
  const token = reader.tokens[reader.at]
  if (token === undefined || WORDS.has(token.text))
    throw at(placeOf(reader), `A value was expected at ${show(token)}.`)
  if (takes(reader, 'sign', '(')) {
    const inner = parseValue(reader)
    expect(reader, ')')
    return inner
  }
  if (token.kind === 'sign') throw at(token.from, `A value was expected at ${show(token)}.`)
  reader.at += 1
  if (token.kind === 'text') return { kind: 'literal', value: unquote(token), at: token.from }
  if (token.text === 'true' || token.text === 'false')
    return { kind: 'literal', value: token.text === 'true', at: token.from }
  // Zero has one spelling.
  if (NUMBER.test(token.text))
    return { kind: 'literal', value: Number(token.text) + 0, at: token.from }
  return takes(reader, 'sign', '(') ? parseCall(reader, token) : parsePath(reader, token)
}

function parseCall(reader: Reader, { text: name, from }: Token): Tree {
  if (!isFunction(name))
    throw at(from, `There is no function "${brief(name)}".${nearest(name, Object.keys(FUNCTIONS))}`)
  const args: Tree[] = []
  if (takes(reader, 'sign', ')')) return { kind: 'call', name, args, at: from }
  do args.push(parseValue(reader))
  while (takes(reader, 'sign', ','))
  expect(reader, ')')
  return { kind: 'call', name, args, at: from }
}

function parsePath(reader: Reader, token: Token): Tree {
  const colon = token.text.lastIndexOf(':')
  const [attribute = '', sub, ...more] = token.text.slice(colon + 1).split('.')
  const schema = colon === -1 ? undefined : token.text.slice(0, colon)
  const isName =
    NAME.test(attribute) &&
    (sub === undefined || NAME.test(sub)) &&
    more.length === 0 &&
    (schema === undefined || schema.toLowerCase().startsWith('urn:'))
  if (!isName)
    throw at(
      token.from,
      `${show(token)} is no value. Write text in double quotes and attributes by their SCIM names.`,
    )
  const path = {
    kind: 'path',
    attribute,
    at: token.from,
    ...(schema === undefined ? {} : { schema }),
  } as const
  if (sub !== undefined) return { ...path, sub }
  if (!takes(reader, 'sign', '[')) return path
  const where = parseValue(reader)
  expect(reader, ']')
  const next = reader.tokens[reader.at]
  if (next?.kind !== 'word' || !next.text.startsWith('.')) return { ...path, where }
  const part = next.text.slice(1)
  if (!NAME.test(part)) throw at(next.from, `${show(next)} names no sub-attribute.`)
  reader.at += 1
  return { ...path, where, sub: part }
}

function takes(reader: Reader, kind: Token['kind'], text: string): boolean {
  const token = reader.tokens[reader.at]
  if (token?.kind !== kind || token.text !== text) return false
  reader.at += 1
  return true
}

function expect(reader: Reader, sign: string): void {
  if (takes(reader, 'sign', sign)) return
  throw at(placeOf(reader), `"${sign}" was expected at ${show(reader.tokens[reader.at])}.`)
}

function unquote({ text, from }: Token): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'string' && !value.includes('\0') && value.isWellFormed()) return value
  } catch {
    // Said below.
  }
  throw at(from, 'This text is not a valid JSON string.')
}

function placeOf(reader: Reader): number {
  return reader.tokens[reader.at]?.from ?? reader.end
}

function show(token: Token | undefined): string {
  return token === undefined
    ? 'the end'
    : token.kind === 'text'
      ? brief(token.text)
      : `"${brief(token.text)}"`
}

function brief(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
