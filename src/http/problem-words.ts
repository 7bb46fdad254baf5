/** What is wrong with a value, in words for whoever sent it; a schema that has words of its own keeps them. */
import type { z } from 'zod'

type Issue = z.core.$ZodRawIssue

/** @returns behind the name of the value; undefined leaves it to the library's words */
export function wordsOf(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${kindOf(issue.expected)}`
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty'
      return `must ${measureOf(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `must ${measureOf(issue.origin, 'at most', issue.maximum)}`
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'does not have the form that it must have'
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`
    case 'unrecognized_keys':
      return `has what is not known here: ${issue.keys.map((key) => key.slice(0, 60)).join(', ')}`
    case 'invalid_union':
      return 'has none of the forms that it may have'
    default:
      return undefined
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

const FORMATS: Readonly<Record<string, string>> = {
  email: 'is no e-mail address',
  url: 'is no URL',
  datetime: 'is no time such as 2026-11-02T09:14:05Z',
}

function kindOf(expected: string): string {
  return KINDS[expected] ?? expected
}

function measureOf(origin: string, bound: string, size: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${size} characters`
  if (origin === 'array' || origin === 'set') return `hold ${bound} ${size}`
  return `be ${bound} ${size}`
}
