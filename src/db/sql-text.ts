/** What has semicolons that end nothing: comments, text, names, and the bodies of functions. */
const PARTS = /--.*|\/\*[\s\S]*?\*\/|'[^']*'|"[^"]*"|(\$\w*\$)[\s\S]*?\1|;/g
const COMMENTS = /--.*|\/\*[\s\S]*?\*\//g

/** The statements of a file of SQL, which has no text in the form of `E'…'`. */
export function statementsOf(text: string): string[] {
  const ends = [...text.matchAll(PARTS)].filter(([part]) => part === ';').map(({ index }) => index)
  return [...ends, text.length]
    .map((end, nth) => text.slice(nth === 0 ? 0 : (ends[nth - 1] ?? 0) + 1, end))
    .filter((statement) => statement.replaceAll(COMMENTS, '').trim() !== '')
}
