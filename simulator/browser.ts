/**
 * A browser without a screen: it goes from page to page over HTTP as a person's browser would.
 *
 * It keeps cookies, follows redirects over any number of parties, fills in forms, follows links,
 * waits for a refresh, and sends what browsers send by themselves (Origin, Sec-Fetch-*). It holds
 * to Content-Security-Policy and Referrer-Policy where they decide whether a sign-in gets through.
 * Of scripts it knows one: a page that submits its own form.
 *
 * It refuses what a person could not do: fill in a field that is not there, follow a link that is
 * not on the page. The error says what is there instead.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { createCookieJar } from './browser/cookies.ts'
import {
  type Going,
  missing,
  pickForm,
  submission,
  type VisitedPage,
  where,
} from './browser/page.ts'
import { visit } from './browser/visit.ts'

export type { VisitedPage } from './browser/page.ts'

export interface Browser {
  /** Where the browser is. Throws before the first `open`. */
  readonly page: VisitedPage
  /** The cookies held for an address. */
  readonly cookiesAt: (url: string) => readonly { name: string; value: string }[]
  /** Goes to an address as if typed in; a relative one counts from the present page. */
  readonly open: (url: string) => Promise<VisitedPage>
  /**
   * Fills in fields and submits, leaving the other fields as they are.
   * The form is the one of that index, or the one that has the button of that text, or the first.
   */
  readonly submit: (
    fields?: Readonly<Record<string, string>>,
    choice?: { readonly form?: number; readonly button?: string },
  ) => Promise<VisitedPage>
  /** Follows the link of that text; of several, the first whose text is exactly that. */
  readonly follow: (linkText: string) => Promise<VisitedPage>
  /** Waits as long as the page's refresh says, and goes where it says. */
  readonly refresh: () => Promise<VisitedPage>
}

/** @param sleep  waits for a refresh, in milliseconds; tests may shorten it */
export function createBrowser({
  sleep = (ms) => wait(ms),
}: { sleep?: (ms: number) => Promise<void> } = {}): Browser {
  const jar = createCookieJar()
  let page: VisitedPage | undefined

  const present = () => {
    if (!page) throw new Error('The browser shows no page yet: open one first.')
    return page
  }
  const go = async (going: Going) => {
    page = await visit(jar, going)
    return page
  }

  return {
    get page() {
      return present()
    },
    cookiesAt: (url) => jar.at(new URL(url)).map(({ name, value }) => ({ name, value })),
    open: (url) => go({ url: new URL(url, page?.url), method: 'GET' }),
    submit: async (fields = {}, choice = {}) => {
      const from = present()
      return go(submission(from, pickForm(from, choice), fields, choice.button))
    },
    follow: async (linkText) => {
      const from = present()
      const link =
        from.links.find(({ text }) => text === linkText) ??
        from.links.find(({ text }) => text.toLowerCase().includes(linkText.toLowerCase()))
      if (!link) throw missing(from, 'link', linkText, from.links)
      return go({ url: new URL(link.href), method: 'GET', from })
    },
    refresh: async () => {
      const from = present()
      if (!from.refresh) throw new Error(`${where(from)} asks for no refresh.`)
      await sleep(from.refresh.seconds * 1000)
      return go({ url: new URL(from.refresh.url), method: 'GET', from })
    },
  }
}
