/** Pages that say of each thing which test shows it: what they name must be there. */
import { existsSync } from 'node:fs'
import { read } from './files.ts'

export interface Named {
  /** `path.test.ts`, and behind a colon words of one of its titles. */
  readonly tests: readonly string[]
  /** Ids of checks of the conformance suite. */
  readonly checks: readonly string[]
  /** Of all these, what is not there. */
  readonly missing: readonly string[]
}

/** The page of the suite, which is made from it, has them all. */
const CHECKS = new Set(
  [
    ...read('docs/reference/conformance.md').matchAll(
      /^\| (?:MUST|SHOULD|MAY) \|.* \| `([\w.-]+)` \|/gm,
    ),
  ].map(([, id = '']) => id),
)
const GROUPS = [...new Set([...CHECKS].map((id) => id.split('.')[0]))]
const CHECK = new RegExp(`\`((?:${GROUPS.join('|')})\\.[a-z\\d-]+)\``, 'g')

export function namedIn(text: string): Named {
  const tests = [...text.matchAll(/`([\w./-]+\.test\.ts)`(?:: ([^`|]+?)(?= `|\. `| \|))?/g)]
  const checks = [...text.matchAll(CHECK)].map(([, id = '']) => id)
  return {
    tests: tests.map(([whole]) => whole),
    checks,
    missing: [
      ...tests.filter((each) => !isTest(each[1], each[2])).map(([whole]) => whole),
      ...checks.filter((id) => !CHECKS.has(id)),
    ],
  }
}

function isTest(file = '', words = ''): boolean {
  if (!existsSync(file)) return false
  return withoutQuotes(read(file)).includes(withoutQuotes(words.replace(/\.$/, '')))
}

/** Quotes within a text may be escaped where it stands in a source. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/[\\'"’]/g, '')
}
