/** Which of our languages a browser asks for. */
import { type Texts, TEXTS } from './texts.ts'

/** More than a browser sends; the rest is not read. */
const MOST_RANGES = 20

/**
 * The texts in the best of our languages by `Accept-Language` (RFC 9110 section 12.5.4): the highest
 * weight wins, among equals the first; a region or script is taken for its language. English otherwise.
 */
export function textsFor(acceptLanguage: string | undefined): Texts {
  const wanted = (acceptLanguage ?? '')
    .split(',', MOST_RANGES)
    .map(parseRange)
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
  for (const { language } of wanted) {
    const texts = BY_LANGUAGE.get(language)
    if (texts !== undefined) return texts
  }
  return TEXTS.en
}

/** The texts in the first of these that we speak (BCP 47, by spaces: OpenID Connect Core section 3.1.2.1). */
export function textsIn(locales: unknown): Texts | undefined {
  if (typeof locales !== 'string') return undefined
  return locales
    .split(' ', MOST_RANGES)
    .map((locale) => BY_LANGUAGE.get(parseRange(locale).language))
    .find((texts) => texts !== undefined)
}

const BY_LANGUAGE: ReadonlyMap<string, Texts> = new Map(Object.entries(TEXTS))

function parseRange(text: string): { readonly language: string; readonly weight: number } {
  const [range = '', ...parameters] = text.split(';')
  const weight = parameters.map((each) => /^\s*q=([\d.]+)\s*$/i.exec(each)?.[1]).find(Boolean)
  const [language = ''] = range.trim().toLowerCase().split('-')
  return { language, weight: Number(weight ?? 1) }
}
