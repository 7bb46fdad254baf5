/**
 * How text is compared where case does not matter (SEC P-13): NFKC, then Unicode case folding.
 *
 * Lower-casing is folding for all but the characters whose lower case is not the lower case of
 * their upper case; those that remain after NFKC are listed. Two names that differ only by what
 * folding undoes are the same name.
 */
const REMAINING: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'ss',
  ς: 'σ',
  ſ: 's',
  ᲀ: 'в',
  ᲁ: 'д',
  ᲂ: 'о',
  ᲃ: 'с',
  ᲄ: 'т',
  ᲅ: 'т',
  ᲆ: 'ъ',
  ᲇ: 'ѣ',
  ᲈ: 'ꙋ',
}
const PATTERN = new RegExp(`[${Object.keys(REMAINING).join('')}]`, 'gu')
const PLAIN = /^[\u0020-\u007e]*$/

export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(PATTERN, (character) => REMAINING[character] ?? character)
  return folded.normalize('NFKC')
}
