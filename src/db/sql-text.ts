/** What has semicolons that end nothing: comments, text, names, and the bodies of functions. */
const PARTS = /--.*|\/\*[\s\S]*?\*\/|'[^']*'|"[^"]*"|(\$\w*\$)[\s\S]*?\1|;/g
const COMMENTS = /--.*|\/\*[\s\S]*?\*\//g
const ALTER = /^(alter table (?:if exists |only )*\S+)\s+([\s\S]+)$/i
const ADDS_CONSTRAINT = /^add\b[\s\S]*\b(?:constraint|key|unique|check|references)\b/i

/** The statements of a file of SQL, which has no text in the form of `E'…'`. */
export function statementsOf(text: string): string[] {
  const ends = [...text.matchAll(PARTS)].filter(([part]) => part === ';').map(({ index }) => index)
  return [...ends, text.length]
    .map((end, nth) => text.slice(nth === 0 ? 0 : (ends[nth - 1] ?? 0) + 1, end))
    .filter((statement) => statement.replaceAll(COMMENTS, '').trim() !== '')
}

/** What an `alter table` with a new constraint among its changes does, change by change; else the statement as it is. */
export function changesOf(statement: string): string[] {
  const bare = statement.replaceAll(PARTS, (part) => (/^(?:--|\/\*)/.test(part) ? '' : part)).trim()
  const [, table = '', changes = ''] = ALTER.exec(bare) ?? []
  const each = betweenCommas(changes)
  return each.some((change) => ADDS_CONSTRAINT.test(change))
    ? each.map((change) => `${table} ${change}`)
    : [statement]
}

/** A comma in parentheses, a text or a name parts nothing. */
function betweenCommas(text: string): string[] {
  let depth = 0
  let part = ''
  const parts: string[] = []
  for (const [piece] of text.matchAll(/'[^']*'|"[^"]*"|[^'"]/g)) {
    if (piece === '(') depth += 1
    if (piece === ')') depth -= 1
    if (piece === ',' && depth === 0) {
      parts.push(part.trim())
      part = ''
    } else part += piece
  }
  return [...parts, part.trim()]
}
