/**
 * Going somewhere: one request and the redirects that follow it, with the headers that a browser
 * sends by itself, until there is a page to look at.
 */
import type { CookieJar } from './cookies.ts'
import { exchange } from './http.ts'
import { type Going, pageOf, submission, type VisitedPage, where } from './page.ts'
import { mayLeadTo, mayLoad, mayRun } from './policy.ts'

const MOST_HOPS = 25

/** Goes there, follows redirects and pages that go on at once, and submits pages that submit themselves. */
export async function visit(jar: CookieJar, going: Going): Promise<VisitedPage> {
  let next = going
  // Since the last page, that is; one that goes on by itself is one.
  let hops: URL[] = []
  for (let requests = 0; requests < MOST_HOPS; requests += 1) {
    const { url, from } = next
    if (next.byForm && from && !mayLeadTo(policyOf(from), new URL(from.url), url))
      throw new Error(
        `${where(from)} forbids its form to lead to ${url.origin}${url.pathname} ` +
          `(Content-Security-Policy: ${policyOf(from)}). A browser stops here.`,
      )
    hops.push(url)
    const answer = await exchange(url, {
      method: next.method,
      headers: headersOf(jar, next, hops),
      body: next.body,
    })
    jar.keep(url, answer.setCookies)

    const location = answer.headers['location']
    if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
      next = redirected(next, answer.status, new URL(location, url))
      continue
    }
    const page = pageOf(url, answer)
    hops = []
    if (page.refresh?.seconds === 0) {
      next = { url: new URL(page.refresh.url), method: 'GET', from: page }
      continue
    }
    const form = page.forms[0]
    if (!form || !(await scriptsOf(page)).some((script) => script.includes('.submit()')))
      return page
    next = submission(page, form, {}, undefined)
  }
  throw new Error(`More than ${MOST_HOPS} redirects, the last to ${next.url.href}.`)
}

/** Those that its policy lets run. */
async function scriptsOf(page: VisitedPage): Promise<string[]> {
  const at = new URL(page.url)
  const inline = page.scripts.filter((script) => mayRun(policyOf(page), script))
  const files = page.scriptFiles
    .map((file) => new URL(file, at))
    .filter((file) => mayLoad(policyOf(page), at, file))
  const asked = { method: 'GET', headers: { 'sec-fetch-dest': 'script' }, body: undefined }
  const fetched = await Promise.all(files.map((file) => exchange(file, asked)))
  return [...inline, ...fetched.map(({ body }) => body)]
}

/** 303, and by custom 301 and 302, turn a POST into a GET (RFC 9110 §15.4). */
function redirected(going: Going, status: number, target: URL): Going {
  if (status === 307 || status === 308) return { ...going, url: target }
  const { from, byForm } = going
  return { url: target, method: 'GET', ...(from && { from }), ...(byForm && { byForm }) }
}

function headersOf(jar: CookieJar, { url, method, body, from }: Going, hops: readonly URL[]) {
  const origin = from && new URL(from.url)
  const cookie = jar.headerFor({ url, method, from: origin })
  return {
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'accept-language': 'en',
    'user-agent': 'Mozilla/5.0 (simulated)',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': siteOf(origin, hops),
    'sec-fetch-user': '?1',
    ...(cookie !== undefined && { cookie }),
    ...(method === 'POST' && {
      origin: originOf(from, hops),
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body ?? '')),
    }),
  }
}

/** Fetch Metadata §2.3: the farthest that any hop lay from the page where it began. */
function siteOf(origin: URL | undefined, hops: readonly URL[]): string {
  if (!origin) return 'none'
  if (hops.every((hop) => hop.origin === origin.origin)) return 'same-origin'
  return hops.every((hop) => hop.hostname === origin.hostname) ? 'same-site' : 'cross-site'
}

/** Fetch §3.1: a page that sends no referrer, or a redirect to elsewhere, makes it `null`. */
function originOf(from: VisitedPage | undefined, hops: readonly URL[]): string {
  const origin = new URL(from?.url ?? 'about:blank').origin
  const silent = from?.headers['referrer-policy'] === 'no-referrer'
  const [first] = hops
  return silent || hops.some((hop) => hop.origin !== first?.origin) ? 'null' : origin
}

function policyOf({ headers }: VisitedPage): string | undefined {
  return headers['content-security-policy']
}
