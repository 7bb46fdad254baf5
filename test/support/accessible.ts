/** What axe finds against WCAG 2.2 AA and its own best practices in the page that a browser shows. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * One line for each finding; empty for a page that everybody can use. What axe cannot decide counts, too.
 * The page must have been opened with `bypassCSP`: ours let no script in.
 */
export async function barriersIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(async (tags) => {
    const { violations, incomplete } = await (
      globalThis as unknown as { readonly axe: typeof axe }
    ).axe.run({ runOnly: tags })
    return [...violations, ...incomplete].flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })),
    )
  }, RULES)
  return found.map(({ id, html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`)
}
