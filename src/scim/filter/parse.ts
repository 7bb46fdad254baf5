/**
 * Filters: text to tree (RFC 7644 section 3.4.2.2, figure 1).
 *
 * A tokenizer and a recursive parser that counts its depth (SEC P-5): nothing here is a pattern
 * over the whole text, and what is not understood is refused, never skipped. Names are resolved
 * and literals brought to the attribute's type while parsing.
 *
 * Beyond the grammar: `"True"` and its like compare as booleans (Entra), and a complex attribute
 * without a sub-attribute means its `value` (`members eq "id"`, `manager eq "id"`).
 */
import { ScimError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { resolveName, toAttributePath, type Resolved } from '../path.ts'
import type { Known, ResourceType } from '../resource-types.ts'
import type { Attribute } from '../schemas/attribute.ts'
import { instantOf } from './instant.ts'
import { matches } from './match.ts'
import { tokenize, type Token } from './tokenize.ts'
import type { AttributePath, Filter, Operator } from './tree.ts'

const OPERATORS: ReadonlySet<string> = new Set([
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'ge',
  'lt',
  'le',
])

/** They look for a text in another. */
const PART_OPERATORS: ReadonlySet<string> = new Set(['co', 'sw', 'ew'])

/** Which names mean something here: those of a type, or of one attribute inside brackets. */
type Names = (written: string) => Named | undefined

interface Named extends Resolved {
  readonly isElsewhere?: boolean
}

interface Reader {
  readonly tokens: readonly Token[]
  readonly names: Names
  at: number
  depth: number
  comparisons: number
}

/** Which names mean something beside those of the type. */
export interface OtherNames {
  /**
   * The types that are looked through together: what only another of them has is an attribute
   * without a value here (RFC 7644 section 3.4.2.1).
   */
  readonly together?: readonly ResourceType[]
  /** Whether an extension's attribute may stand without the URN; asked when one does. */
  readonly takesUnqualified?: () => boolean
}

/** @throws ScimError `invalidFilter`, saying what was not understood and where */
export function parseFilter(
  type: ResourceType,
  text: string,
  { together = [], takesUnqualified = () => false }: OtherNames = {},
): Filter {
  return parseAll(text, (written) => {
    const find = (among: readonly ResourceType[], nameOf: typeof attributeNamed) =>
      among.flatMap((each) => nameOf(each, written) ?? [])[0]
    const own = find([type], attributeNamed)
    const other = own ?? find(together, attributeNamed)
    if (other !== undefined) return own ?? { ...other, isElsewhere: true }
    const unqualified = find([type, ...together], attributeOfExtension)
    if (unqualified === undefined || !takesUnqualified()) return undefined
    const isElsewhere = find([type], attributeOfExtension) === undefined
    return { ...unqualified, isElsewhere }
  })
}

/** Of the first extension that has it. */
function attributeOfExtension(type: ResourceType, written: string): Resolved | undefined {
  const name = written.split('.')[0]?.toLowerCase() ?? ''
  const extension = [...type.extensions.values()].find(({ attributes }) => attributes.has(name))
  return extension && attributeNamed(type, `${extension.schema.id}:${written}`)
}

function attributeNamed(type: ResourceType, written: string): Resolved | undefined {
  const resolved = resolveName(type, written)
  return resolved === undefined || 'extension' in resolved ? undefined : resolved
}

/** What stands in the brackets of a value path: names are sub-attributes of that attribute. */
export function parseValueFilter(known: Known, text: string): Filter {
  return parseAll(text, inBrackets(known))
}

function parseAll(text: string, names: Names): Filter {
  if (text.length > LIMITS.filterLength)
    throw invalid(`The filter is longer than ${LIMITS.filterLength} characters.`)
  const reader: Reader = { tokens: tokenize(text), names, at: 0, depth: 0, comparisons: 0 }
  const filter = parseOr(reader)
  const rest = reader.tokens[reader.at]
  if (rest !== undefined) throw invalid(`Nothing was expected at ${show(rest)}.`)
  return filter
}

function inBrackets(known: Known): Names {
  return (written) => {
    const sub = known.subs.get(written.toLowerCase())
    if (sub !== undefined) return { schema: undefined, known: sub, sub: undefined }
    if (known.subs.size > 0 || written.toLowerCase() !== 'value') return undefined
    // A simple multi-valued attribute has no sub-attributes; its elements are called value.
    const attribute = { ...known.attribute, name: 'value', multiValued: false }
    return { schema: undefined, known: { ...known, attribute }, sub: undefined }
  }
}

function parseOr(reader: Reader): Filter {
  return parseList(reader, 'or', () => parseList(reader, 'and', () => parseTerm(reader)))
}

function parseList(reader: Reader, kind: 'and' | 'or', parseOne: () => Filter): Filter {
  const first = parseOne()
  if (!isWord(reader, kind)) return first
  const of = [first]
  while (isWord(reader, kind)) {
    reader.at += 1
    of.push(parseOne())
  }
  return { kind, of }
}

function parseTerm(reader: Reader): Filter {
  if (isSign(reader, '(')) return parseGroup(reader)
  if (isWord(reader, 'not')) {
    reader.at += 1
    if (!isSign(reader, '(')) throw invalid('After "not" a filter in parentheses was expected.')
    return { kind: 'not', of: parseGroup(reader) }
  }
  return parseAttribute(reader)
}

function parseGroup(reader: Reader): Filter {
  reader.depth += 1
  if (reader.depth > LIMITS.filterDepth)
    throw invalid(`The filter has more than ${LIMITS.filterDepth} levels of parentheses.`)
  reader.at += 1
  const inner = parseOr(reader)
  expectSign(reader, ')')
  reader.depth -= 1
  return inner
}

function parseAttribute(reader: Reader): Filter {
  const written = takeWord(reader, 'the name of an attribute')
  const resolved = reader.names(written)
  if (resolved === undefined)
    throw invalid(`There is no attribute "${written.slice(0, 100)}" that can be filtered by.`)
  const filter = isSign(reader, '[')
    ? parseBrackets(reader, resolved)
    : parseComparison(reader, resolved)
  if (resolved.isElsewhere !== true) return filter
  return { kind: matches(filter, {}) ? 'and' : 'or', of: [] }
}

/** `emails[type eq "work" and value co "x"]`, and Entra's `emails[type eq "work"].value eq "x"`. */
function parseBrackets(reader: Reader, resolved: Resolved): Filter {
  const { multiValued, name } = resolved.known.attribute
  if (resolved.sub !== undefined || (!multiValued && resolved.known.subs.size === 0))
    throw invalid(`"${name}" has no parts that brackets could hold a filter on.`)
  reader.at += 1
  const inner: Reader = { ...reader, names: inBrackets(resolved.known) }
  let where = parseOr(inner)
  reader.at = inner.at
  reader.comparisons = inner.comparisons
  expectSign(reader, ']')
  const next = reader.tokens[reader.at]
  if (next?.kind === 'word' && next.text.startsWith('.')) {
    reader.at += 1
    const sub = inner.names(next.text.slice(1))
    if (sub === undefined) throw invalid(`There is no sub-attribute "${next.text.slice(1, 100)}".`)
    where = { kind: 'and', of: [where, parseComparison(reader, sub)] }
  }
  return { kind: 'some', path: toAttributePath(resolved), where }
}

function parseComparison(reader: Reader, resolved: Resolved): Filter {
  reader.comparisons += 1
  if (reader.comparisons > LIMITS.filterComparisons)
    throw invalid(`The filter has more than ${LIMITS.filterComparisons} comparisons.`)
  const operator = takeWord(reader, 'an operator').toLowerCase()
  refuseSecret(resolved)
  if (operator === 'pr') return { kind: 'present', path: toAttributePath(resolved) }
  if (!isOperator(operator))
    throw invalid(
      `"${operator.slice(0, 20)}" is no operator. Use eq, ne, co, sw, ew, gt, ge, lt, le or pr.`,
    )
  const { path, attribute } = comparable(resolved)
  const value = literal(takeLiteral(reader), attribute, operator)
  return {
    kind: 'compare',
    path,
    operator,
    value,
    caseExact: attribute.caseExact,
    isInstant: attribute.type === 'dateTime',
  }
}

function comparable(resolved: Resolved): { path: AttributePath; attribute: Attribute } {
  const target = resolved.sub ?? resolved.known
  if (target.attribute.type !== 'complex')
    return { path: toAttributePath(resolved), attribute: target.attribute }
  const value = resolved.known.subs.get('value')
  if (value === undefined || resolved.sub !== undefined)
    throw invalid(
      `"${target.attribute.name}" has parts; compare one of them, such as "${target.attribute.name}.${target.attribute.subAttributes?.[0]?.name ?? 'value'}".`,
    )
  return { path: toAttributePath({ ...resolved, sub: value }), attribute: value.attribute }
}

function refuseSecret({ known, sub }: Resolved): void {
  for (const { attribute } of sub === undefined ? [known] : [known, sub])
    if (attribute.returned === 'never')
      throw invalid(`"${attribute.name}" is never told, so it cannot be filtered by.`)
}

/** Brings a literal to the type of the attribute, or says why it cannot be compared with it. */
function literal(
  value: string | number | boolean | null,
  { name, type }: Attribute,
  operator: Operator,
): string | number | boolean | null {
  if (value === null) {
    if (operator !== 'eq' && operator !== 'ne')
      throw invalid(`"${operator}" cannot compare "${name}" with null.`)
    return null
  }
  if (type === 'boolean') return booleanLiteral(value, name, operator)
  if (type === 'integer' || type === 'decimal') {
    if (typeof value !== 'number') throw invalid(`"${name}" is a number; compare it with one.`)
    if (PART_OPERATORS.has(operator))
      throw invalid(`"${name}" is a number and has no parts: "${operator}" does not apply.`)
    return value
  }
  if (type === 'binary' && ['gt', 'ge', 'lt', 'le'].includes(operator))
    throw invalid(`"${name}" is binary and has no order: "${operator}" does not apply.`)
  if (typeof value !== 'string')
    throw invalid(`"${name}" is text; write what it is compared with in double quotes.`)
  if (type === 'dateTime' && Number.isNaN(instantOf(value)) && !PART_OPERATORS.has(operator))
    throw invalid(
      `"${name}" is an instant; "${value.slice(0, 40)}" is none (2026-11-02T09:14:05Z is).`,
    )
  return value
}

function booleanLiteral(
  value: string | number | boolean,
  name: string,
  operator: Operator,
): boolean {
  if (operator !== 'eq' && operator !== 'ne')
    throw invalid(`"${name}" is true or false: "${operator}" does not apply, use eq or ne.`)
  const text = String(value).toLowerCase()
  if (text !== 'true' && text !== 'false')
    throw invalid(`"${name}" is true or false; compare it with one of them.`)
  return text === 'true'
}

function isOperator(text: string): text is Operator {
  return OPERATORS.has(text)
}

function isWord(reader: Reader, text: string): boolean {
  const token = reader.tokens[reader.at]
  return token?.kind === 'word' && token.text.toLowerCase() === text
}

function isSign(reader: Reader, text: string): boolean {
  const token = reader.tokens[reader.at]
  return token?.kind === 'sign' && token.text === text
}

function expectSign(reader: Reader, text: string): void {
  if (!isSign(reader, text))
    throw invalid(`"${text}" was expected at ${show(reader.tokens[reader.at])}.`)
  reader.at += 1
}

function takeWord(reader: Reader, what: string): string {
  const token = reader.tokens[reader.at]
  if (token?.kind !== 'word') throw invalid(`At ${show(token)} ${what} was expected.`)
  reader.at += 1
  return token.text
}

function takeLiteral(reader: Reader): string | number | boolean | null {
  const token = reader.tokens[reader.at]
  reader.at += 1
  if (token?.kind === 'text') return token.value
  if (token?.kind === 'word') {
    const word = token.text
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    if (NUMBER.test(word) && Number.isFinite(Number(word))) return Number(word)
  }
  throw invalid(`At ${show(token)} a value was expected; write text in double quotes.`)
}

/** JSON's. */
const NUMBER = /^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?$/

function show(token: Token | undefined): string {
  return token === undefined
    ? 'the end'
    : `"${token.text.slice(0, 40)}" (character ${token.from + 1})`
}

function invalid(detail: string): ScimError {
  return ScimError.of('invalidFilter', detail)
}
