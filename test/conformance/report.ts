/** A run as text for people. No line ever holds a token. */
import type { Group } from './check.ts'
import type { Exchange } from './client.ts'
import type { Result, Run } from './run.ts'

/** A tick or a cross with the sentence; of what failed, all that one needs to see it again. */
export function lineOf(result: Result): string {
  const { outcome, level, title, section, id } = result
  const mark = { passed: '✓', failed: level === 'MAY' ? '○' : '✗', skipped: '–' }[outcome]
  const head = `  ${mark} ${level.padEnd(6)} ${title}`
  if (outcome === 'passed') return `${head}  (${section})`
  if (outcome === 'skipped') return `${head}  (skipped: ${result.reason})`
  return [
    head,
    said('check', `${id}, ${section}`),
    said('expected', result.expected ?? ''),
    said('seen', result.seen ?? ''),
    ...(result.exchange === undefined ? [] : exchangeLines(result.exchange)),
  ].join('\n')
}

function exchangeLines({ method, path, sent, status, headers, text }: Exchange): string[] {
  const shown = ['content-type', 'etag', 'location'].flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
  )
  return [
    said('request', `${method} ${decoded(path)}`),
    ...(sent === undefined ? [] : [said('', cut(sent, 800))]),
    said('answer', [status, ...shown].join('  ')),
    ...(text === '' ? [] : [said('', cut(text, 800))]),
  ]
}

function said(what: string, text: string): string {
  return `             ${what.padEnd(9)} ${text}`
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}… (${text.length} characters)` : text
}

function decoded(path: string): string {
  try {
    return cut(decodeURIComponent(path), 400)
  } catch {
    return cut(path, 400)
  }
}

/** The closing lines. */
export function summaryOf({ results, requests, leftovers, features }: Run): string {
  const count = (outcome: Result['outcome'], level?: Result['level']) =>
    results.filter((each) => each.outcome === outcome && (level ?? each.level) === each.level)
      .length
  const lines = [
    `conformance: ${results.length} checks, ${count('passed')} passed, ` +
      `${count('failed')} failed (MUST ${count('failed', 'MUST')}, SHOULD ${count('failed', 'SHOULD')}, ` +
      `MAY ${count('failed', 'MAY')}), ${count('skipped')} skipped, in ${requests} requests`,
    `announced: ${features.join(', ') || 'nothing'}`,
  ]
  if (leftovers > 0)
    lines.push(`removed ${leftovers} resources that an earlier run had left behind`)
  return lines.join('\n')
}

export function listOfChecks(groups: readonly Group[]): string {
  return groups
    .map(({ title, checks }) =>
      [
        title,
        ...checks.map(
          ({ id, level, section, title: what }) =>
            `  ${id.padEnd(32)} ${level.padEnd(6)} ${what}  (${section})`,
        ),
      ].join('\n'),
    )
    .join('\n\n')
}
