/** What axe finds against WCAG 2.2 AA and its own best practices in the page that a browser shows. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Look {
  /** These rules alone. */
  readonly rules?: readonly string[]
  /** What axe cannot decide does not count: text under something that lets it through. */
  readonly decidedOnly?: boolean
}

/**
 * One line for each finding; empty for a page that everybody can use. What axe cannot decide counts, too,
 * unless said. A page without scripts must have been opened with `bypassCSP`: ours let none in.
 */
export async function barriersIn(page: Page, look: Look = {}): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in globalThis)
  if (!isThere) await page.evaluate(axe.source)
  const { rules, decidedOnly = false } = look
  const runOnly = rules === undefined ? RULES : ({ type: 'rule', values: [...rules] } as const)
  const found = await page.evaluate(
    async (asked) => {
      const { violations, incomplete } = await (
        globalThis as unknown as { readonly axe: typeof axe }
      ).axe.run({
        runOnly: asked.runOnly,
        // What it found good is not told, and need not be described: half of its time.
        resultTypes: asked.decidedOnly ? ['violations'] : ['violations', 'incomplete'],
        selectors: false,
        preload: false,
      })
      const counted = asked.decidedOnly ? violations : [...violations, ...incomplete]
      return counted.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })),
      )
    },
    { runOnly, decidedOnly },
  )
  return found.map(({ id, html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`)
}
