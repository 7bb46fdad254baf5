/**
 * The functions of the rule language, as data: what each takes and gives, what it does in words, and
 * what it does. The checker, the evaluator and the guide read this list; there are no others.
 *
 * Each is total: where something that it needs is absent or of another kind, what it gives is absent.
 * What would be longer than `MOST_TEXT` is refused before it is made (SEC C-8).
 */

/** What an expression gives. Absent is undefined. */
export type Value = string | number | boolean
export type Kind = 'text' | 'number' | 'boolean'
/** `same`: any kind, but one for all that say so, and for what the function gives. */
export type Takes = Kind | 'any' | 'same'

export interface RuleFunction {
  readonly takes: readonly Takes[]
  /** Of those at the end of `takes`, how many may be left out. */
  readonly optional?: number
  /** After `takes` any number of these. */
  readonly rest?: Takes
  readonly gives: Kind | 'same'
  readonly example: string
  /** In words, for the guide. */
  readonly does: string
  readonly apply: (args: readonly (Value | undefined)[]) => Value | undefined
}

/** In characters. */
export const MOST_TEXT = 4_096

/** An expression over somebody's attributes went beyond its bounds. */
export class OutOfBounds extends Error {}

export const FUNCTIONS = {
  lower: onTexts('lower(userName)', 'The text in lower case.', 1, (text) => text.toLowerCase()),
  upper: onTexts('upper(title)', 'The text in upper case.', 1, (text) => text.toUpperCase()),
  trim: onTexts('trim(displayName)', 'The text without white space at its ends.', 1, (text) =>
    text.trim(),
  ),
  before: onTexts(
    'before(userName, "@")',
    'What stands before the first occurrence of the second text; absent where it does not occur.',
    2,
    (text, mark) =>
      mark !== '' && text.includes(mark) ? text.slice(0, text.indexOf(mark)) : undefined,
  ),
  after: onTexts(
    'after(userName, "@")',
    'What stands after the first occurrence of the second text; absent where it does not occur.',
    2,
    (text, mark) =>
      mark !== '' && text.includes(mark) ? text.slice(text.indexOf(mark) + mark.length) : undefined,
  ),
  replace: onTexts(
    'replace(userName, "@old.example", "@new.example")',
    'The text with each occurrence of the second text replaced by the third, letter for letter.',
    3,
    (text, part, by) => (part === '' ? text : joined(text.split(part), by)),
  ),
  substring: {
    takes: ['text', 'number', 'number'],
    optional: 1,
    gives: 'text',
    example: 'substring(userName, 0, 8)',
    does: 'The characters from a place on, counted from 0, up to and without the one at the second place.',
    apply: ([text, from, to]) => {
      if (typeof text !== 'string' || typeof from !== 'number') return undefined
      if (to !== undefined && typeof to !== 'number') return undefined
      // By characters, so that none is cut in half.
      return [...text].slice(Math.max(0, from), to === undefined ? to : Math.max(0, to)).join('')
    },
  },
  concat: {
    takes: ['any'],
    rest: 'any',
    gives: 'text',
    example: 'concat(name.givenName, " ", name.familyName)',
    does: 'All of them one after the other, as text; absent if one of them is.',
    apply: (args) =>
      args.some((each) => each === undefined) ? undefined : joined(args.map(String), ''),
  },
  join: {
    takes: ['text', 'any'],
    rest: 'any',
    gives: 'text',
    example: 'join(" ", name.givenName, name.familyName)',
    does: 'Those that are there, with the first text between them; absent if none is.',
    apply: ([between, ...args]) => {
      const there = args.filter((each) => each !== undefined)
      if (typeof between !== 'string' || there.length === 0) return undefined
      return joined(there.map(String), between)
    },
  },
  first: {
    takes: ['same'],
    rest: 'same',
    gives: 'same',
    example: 'first(emails[type eq "work"].value, emails.value)',
    does: 'The first of them that is there.',
    apply: (args) => args.find((each) => each !== undefined),
  },
  if: {
    takes: ['boolean', 'same', 'same'],
    optional: 1,
    gives: 'same',
    example: 'if(userType eq "Contractor", concat("x-", userName), userName)',
    does: 'The second where the first is true, else the third.',
    apply: ([condition, then, otherwise]) => (condition === true ? then : otherwise),
  },
  not: {
    takes: ['boolean'],
    gives: 'boolean',
    example: 'not (userType eq "Guest")',
    does: 'True where it is not true.',
    apply: ([condition]) => condition !== true,
  },
} as const satisfies Record<string, RuleFunction>

export type FunctionName = keyof typeof FUNCTIONS

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name)
}

type OnTexts = (text: string, second: string, third: string) => string | undefined

function onTexts(example: string, does: string, count: number, apply: OnTexts) {
  const takes: readonly Takes[] = Array.from({ length: count }, () => 'text')
  return {
    takes,
    gives: 'text',
    example,
    does,
    apply: (args: readonly (Value | undefined)[]) => {
      const [text = '', second = '', third = ''] = args.map((each) =>
        typeof each === 'string' ? each : undefined,
      )
      const areTexts = takes.every((_, index) => typeof args[index] === 'string')
      return areTexts ? apply(text, second, third) : undefined
    },
  } as const
}

/** @throws OutOfBounds before it is made */
function joined(parts: readonly string[], between: string): string {
  const length = parts.reduce(
    (sum, part) => sum + part.length,
    between.length * Math.max(0, parts.length - 1),
  )
  if (length > MOST_TEXT)
    throw new OutOfBounds(`It would give a text of more than ${MOST_TEXT} characters.`)
  return parts.join(between)
}
