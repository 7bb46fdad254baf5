/**
 * What an operator waits for in the console: a real browser at the real server. The overview of many tenants,
 * the people of a large one, and what happens at a small one until it is seen on a screen that is open.
 */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { firstOperatorFile } from '../src/config.ts'
import { systemClock, type TenantId } from '../src/lib/index.ts'
import { launchChromium } from '../test/support/chromium.ts'
import { createTestTenants } from '../test/support/tenants.ts'
import { becomeOperatorBy, createVisitor } from '../test/support/visitor.ts'
import { buildConsole } from '../tools/build-console.ts'
import { findNeeds } from '../tools/test-needs.ts'
import { bench, type Given } from './bench.ts'
import type { BenchDatabase } from './database.ts'
import { median, ms, timed } from './figures.ts'
import { createSend, expectStatus } from './http.ts'
import { oktaUser } from './okta-user.ts'
import { fillPeople, newScope } from './people.ts'
import { type ServerProcess, withServer } from './server.ts'

const LARGE = 'large'
const SMALL = 'small'
const AT_ONCE = 50_000

export const consoleBench = bench({
  measures:
    'the console in a browser: the overview, a list of people, and what happens until it is seen',
  sizes: {
    tenants: { means: 'of the platform', full: 1_000, quick: 20 },
    people: { means: 'of the large tenant', full: 1_000_000, quick: 2_000 },
    rounds: { means: 'of each page', full: 9, quick: 2 },
    events: { means: 'that are waited for', full: 40, quick: 4 },
  },
  budgets: [
    { figure: 'overview', atMost: 1_500 },
    { figure: 'people', atMost: 1_000 },
    { figure: 'requestSeen', atMost: 1_000 },
    { figure: 'loadedSeen', atMost: 1_000 },
  ],
  async run({ server, say }, { tenants, people, rounds, events }) {
    await buildConsole()
    const database = await server.createDatabase()
    await fillPlatform(database, { tenants, people }, say)
    return withServer(database, async (rollcall) => {
      const browser = await launchChromium(chromiumHere())
      try {
        const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
        await context.addCookies(await cookiesOf(rollcall))
        const page = await context.newPage()
        page.setDefaultTimeout(60_000)
        const pages = await measurePages(page, rollcall, { tenants, rounds })
        say('the pages are measured')
        return { figures: { ...pages, ...(await measureEvents(page, rollcall, events)) } }
      } finally {
        await browser.close()
      }
    })
  },
})

/** @throws Error naming what to install */
function chromiumHere(): string {
  const found = findNeeds({ install: false }).settings.ROLLCALL_TEST_CHROMIUM
  if (found === undefined)
    throw new Error('There is no Chromium here. Install one: apt-get install chromium')
  return found
}

/** Signed in as the first operator, as the API does it. */
async function cookiesOf({ url, dataDir }: ServerProcess) {
  const code = (await readFile(firstOperatorFile({ ROLLCALL_DATA_DIR: dataDir }), 'utf8')).trim()
  // Its pages are those of the public URL, wherever it listens.
  const visitor = createVisitor({ url, origin: url.replace('127.0.0.1', 'localhost') })
  const { cookies } = await becomeOperatorBy(code, systemClock, visitor)
  return Array.from(cookies, ([name, value]) => ({ name, value, url, httpOnly: true }))
}

/** Once to warm up, then so often; p50 each, from the address entered until the page is of use. */
async function measurePages(
  page: Page,
  { url }: ServerProcess,
  { tenants, rounds }: { tenants: number; rounds: number },
) {
  const until = async (path: string, shown: () => Promise<unknown>) => {
    const took: number[] = []
    for (let round = 0; round <= rounds; round += 1) {
      await page.goto('about:blank')
      took.push(
        await timed(async () => {
          await page.goto(url + path, { waitUntil: 'commit' })
          await shown()
          await answers(page)
        }),
      )
    }
    return { first: took[0] ?? 0, p50: median(took.slice(1)) }
  }
  const overview = await until('/console/', async () => {
    await isShown(page, 'table[aria-label="Tenants"] a')
    await isShown(page, 'main *', (tenants + 1).toLocaleString('en'))
  })
  const people = await until(`/console/tenants/${LARGE}/people`, () =>
    isShown(page, 'table[aria-label="People"] a'),
  )
  const search = await until(`/console/tenants/${LARGE}/people?q=zenobia`, () =>
    isShown(page, 'table[aria-label="People"] a', 'Zenobia Last'),
  )
  return {
    overview: ms(overview.p50, 'p50 of the overview, until a tenant can be chosen'),
    overviewFirst: ms(overview.first, 'the first time, with nothing kept by the browser'),
    people: ms(people.p50, 'p50 of the list of people'),
    search: ms(search.p50, 'p50 of a search for the one who is last of all'),
  }
}

/** As much of a page's own world as is looked at here. */
interface World {
  readonly document: {
    querySelectorAll(css: string): Iterable<{ readonly textContent: string }>
  }
  readonly requestAnimationFrame: (act: () => void) => void
}

/** Looked at before each frame is drawn: a locator looks more and more seldom. */
async function isShown(page: Page, css: string, text?: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const { document } = globalThis as unknown as World
      return [...document.querySelectorAll(wanted.css)].some(
        ({ textContent }) => wanted.text === undefined || textContent === wanted.text,
      )
    },
    { css, text },
    { polling: 'raf' },
  )
}

/** Whatever the page still does, whoever clicks is answered. */
async function answers(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { requestAnimationFrame: frame } = globalThis as unknown as World
    await new Promise<void>((resolve) => frame(() => frame(resolve)))
  })
}

/** From the answer that a write was given until it is seen; of 20 the slowest is let go. */
async function measureEvents(page: Page, { url, onboard }: ServerProcess, events: number) {
  const { baseUrl, token, tenantId } = await onboard(SMALL)
  const send = createSend(baseUrl, token, 1)
  let number = 0
  const hire = () => {
    number += 1
    return send('POST', '/Users', oktaUser(`event${number}@acme.example`, `event${number}`))
  }
  expectStatus(await hire(), 201)

  const measure = async (path: string, seen: (requestId: string) => Promise<unknown>) => {
    await page.goto(url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const took: number[] = []
    for (let event = 0; event < events; event += 1) {
      // At any moment between two looks.
      await page.waitForTimeout((event * 370) % 1_000)
      const { requestId } = expectStatus(await hire(), 201)
      took.push(await timed(() => seen(requestId)))
    }
    return took
  }
  const requests = await measure(`/console/tenants/${tenantId}/provisioning`, (requestId) =>
    isShown(page, `a[href*="${requestId}"]`),
  )
  // What is known to sites stands behind the second arrow.
  const loaded = await measure(`/console/tenants/${tenantId}/sync`, () =>
    isShown(page, 'main svg ~ svg + div strong', number.toLocaleString('en')),
  )
  const worst = (took: readonly number[]) =>
    took.toSorted((a, b) => b - a)[Math.floor(took.length / 20)] ?? 0
  return {
    requestSeen: ms(worst(requests), 'p95 from an acknowledged request until the log shows it'),
    requestSeenP50: ms(median(requests), 'p50 of those'),
    loadedSeen: ms(worst(loaded), 'p95 from acknowledged until the pipeline shows it as loaded'),
    loadedSeenP50: ms(median(loaded), 'p50 of those'),
  }
}

async function fillPlatform(
  database: BenchDatabase,
  { tenants, people }: { tenants: number; people: number },
  say: Given['say'],
): Promise<void> {
  const large = await newScope(database, LARGE)
  await fillPeople(database, large, { from: 1, to: people, pending: false }, say)
  await fillIdentities(database, large.tenantId, people)
  say(`${people} people are there`)
  const { onboard } = createTestTenants(database.db)
  for (let number = 1; number <= tenants; number += 1) {
    const { tenant } = await onboard(`Tenant ${number}`)
    await liveThrough(database, tenant.tenantId, number)
  }
  await database.ownerPool.query('vacuum (analyze)')
  say(`${tenants} tenants are there`)
}

/** A tenant's last days; of some, a token ends soon, and of some, loading is paused. */
async function liveThrough({ db }: BenchDatabase, tenantId: TenantId, number: number) {
  const texts = [
    DAYS,
    SIGN_INS,
    ...(number % 20 === 0 ? [ENDING] : []),
    ...(number % 20 === 1 ? [PAUSED, WAITING] : []),
  ]
  await db.inTenantAtOnce(
    tenantId,
    texts.map((text) => ({ name: `bench-${text.slice(0, 40)}`, text, values: [tenantId] })),
  )
}

const DAYS = `
  insert into day_tally
  select $1, current_date - day, 900 + day, day, 0, 80, day % 3, 0,
         array[500, 300, 50, 10, 2, 0, 0, 0, 0, 0, 0, 0], array[5, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
         array[5, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    from generate_series(0, 13) day`

const SIGN_INS = `
  insert into sign_in (tenant_id, sign_in_id, client_id, outcome, steps, started_at, ended_at)
  select $1, 'sgn_' || lpad(n::text, 26, '0'), 'site', 'signed-in', '[]', now(), now()
    from generate_series(1, 20) n`

const ENDING = `update scim_token set expires_at = now() + interval '10 days' where tenant_id = $1`

const PAUSED = `update loader set paused_at = now(), paused_reason = 'bench' where tenant_id = $1`

const WAITING = `
  insert into pending (tenant_id, pending_id, connection_id, resource_id, request_id, written_at, not_before)
  select $1, gen_random_uuid(), 'con_1', 'usr_' || n, 'req_bench', now(), now() from generate_series(1, 5) n`

/** As the loader would have made them of the people that are there. */
async function fillIdentities({ db }: BenchDatabase, tenantId: TenantId, people: number) {
  for (let first = 1; first <= people; first += AT_ONCE)
    await db.inTenantOnce(tenantId, 'bench-identities', IDENTITIES, [
      tenantId,
      first,
      Math.min(people, first + AT_ONCE - 1),
      people,
    ])
}

const IDENTITIES = `
  insert into identity (tenant_id, identity_id, connection_id, resource_id, kind, state, label, name,
                        name_folded, external_id, display_name, email, properties, created_at, changed_at)
  select $1, 'idn_' || substr(resource_id, 5), connection_id, resource_id, 'person', 'active', 'large',
         unique_key, unique_key, external_id,
         case when n = $4 then 'Zenobia Last' else 'Given' || n || ' Family' || n end, unique_key, '{}', now(), now()
    from generate_series($2::int, $3::int) n
    join resource on tenant_id = $1 and resource_id = 'usr_' || lpad(to_hex(n), 26, '0')`
