/** A filter's text as tokens: signs, texts in double quotes (JSON's rules), and words between them. */
import { ScimError } from '../errors.ts'

export type Token =
  | { readonly kind: 'sign' | 'word'; readonly text: string; readonly from: number }
  | { readonly kind: 'text'; readonly text: string; readonly value: string; readonly from: number }

const SIGNS = '()[]'

export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    if (isSpace(character)) at += 1
    else if (SIGNS.includes(character)) {
      tokens.push({ kind: 'sign', text: character, from: at })
      at += 1
    } else {
      const end = character === '"' ? endOfText(text, at) : endOfWord(text, at)
      const written = text.slice(at, end)
      tokens.push(
        character === '"'
          ? { kind: 'text', text: written, value: unquote(written, at), from: at }
          : { kind: 'word', text: written, from: at },
      )
      at = end
    }
  }
  return tokens
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r'
}

function endOfWord(text: string, from: number): number {
  let at = from
  while (at < text.length && !isSpace(text.charAt(at)) && !`${SIGNS}"`.includes(text.charAt(at)))
    at += 1
  return at
}

function endOfText(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1
    else if (text.charAt(at) === '"') return at + 1
  }
  throw ScimError.of('invalidFilter', `The double quote at character ${from + 1} is not closed.`)
}

function unquote(written: string, from: number): string {
  try {
    const value: unknown = JSON.parse(written)
    if (typeof value === 'string' && !value.includes('\0') && value.isWellFormed()) return value
  } catch {
    // Said below, with the place.
  }
  throw ScimError.of(
    'invalidFilter',
    `The text in double quotes at character ${from + 1} is not a valid JSON string.`,
  )
}
