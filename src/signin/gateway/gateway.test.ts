import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { createBrowser, type Person } from '../../../simulator/index.ts'
import { startApp } from '../../../test/support/app.ts'
import { createTestClock } from '../../../test/support/clock.ts'
import { passOkta, startWorld, until, type World } from '../../../test/support/world.ts'
import { placeOf } from './sign-in.ts'

/** A site behind the gateway at whose origin nobody listens: the test is the proxy, by hand. */
interface Behind {
  readonly id: string
  readonly origin: string
}

let world: World
let jane: Person
let [wiki, shop]: Behind[] = []
const ends: (() => Promise<void>)[] = []

before(async () => {
  world = await startWorld({ after: (end) => void ends.push(end) }, { kind: 'oin', auth: 'bearer' })
  wiki = await addSite('http://127.0.0.1:9')
  shop = await addSite('http://127.0.0.1:19')
  jane = await world.hire('Jane', 'Roe')
  await world.settle()
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})

async function addSite(gatewayOrigin: string): Promise<Behind> {
  const { id } = await world.admin.createSite({
    tenant: world.tenant.id,
    name: gatewayOrigin,
    gatewayOrigin,
  })
  return { id, origin: gatewayOrigin }
}

interface Answer {
  readonly status: number | undefined
  readonly location: string
  /** Of each cookie that it sets: name and value, as a browser sends them. */
  readonly cookie: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** As a browser that looks at a page asks; `fetch` would say of itself that it is a script. */
async function knock(
  site: Behind | undefined,
  door: string,
  headers: Record<string, string> = {},
  authority = world.tenant.authority,
): Promise<Answer> {
  const asked = request(`${authority}/gateway/${site?.id}/${door}`, {
    headers: { accept: 'text/html', ...headers },
  }).end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return {
    status: answer.statusCode,
    location: answer.headers.location ?? '',
    cookie: (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; '),
    headers: answer.headers,
    text: await text(answer),
  }
}

/** From `start` through Okta to where the browser would come back, with the cookie it would bring. */
async function goRound(site: Behind | undefined, headers: Record<string, string> = {}) {
  const started = await knock(site, 'start', headers)
  const browser = createBrowser()
  await browser.open(started.location)
  const stopped = await passOkta(browser, jane).then(
    () => '',
    (error: unknown) => String(error),
  )
  const [, query] = /\/\.rollcall\/callback(\?[^\s"']+)/.exec(stopped) ?? []
  assert.ok(query !== undefined, stopped)
  return { query, cookie: started.cookie, browser }
}

/** A cookie that lets in. */
async function enter(site: Behind | undefined): Promise<string> {
  const { query, cookie } = await goRound(site)
  const returned = await knock(site, `callback${query}`, { cookie })
  assert.equal(returned.status, 303)
  return returned.cookie
}

// SEC W-1
test('cookies are handles bound to the host of the site', async () => {
  const site = await addSite('https://wiki.acme.example')

  const [cookie = ''] = (await knock(site, 'start')).headers['set-cookie'] ?? []

  assert.match(
    cookie,
    /^__Host-rollcall_flow_\w{16}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
})

// SEC W-1
test('a cookie lets in at its own site, and nowhere when it was changed', async () => {
  const cookie = await enter(wiki)
  const renamed = cookie.replaceAll(wiki?.id.slice(4) ?? '', shop?.id.slice(4) ?? '')
  const changed = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))

  const statuses = []
  for (const [site, value] of [
    [wiki, cookie],
    [shop, cookie],
    [shop, renamed],
    [wiki, changed],
    [wiki, cookie.replace(/=.*/, '=%')],
    [wiki, ''],
  ] as const)
    statuses.push((await knock(site, 'check', { cookie: value })).status)

  assert.deepEqual(statuses, [200, 401, 401, 401, 401, 401])
})

test('forward lets in or sends to sign in; a script of a stranger is told 401', async () => {
  const cookie = await enter(wiki)

  const known = await knock(wiki, 'forward', { cookie })
  const stranger = await knock(wiki, 'forward')
  const script = await knock(wiki, 'forward', { 'sec-fetch-mode': 'cors' })

  assert.deepEqual([known.status, known.headers['x-rollcall-name']], [200, 'Jane Roe'])
  assert.equal(stranger.status, 303)
  assert.match(stranger.location, /\/connect\/authorize\?client_id=sit_/)
  assert.equal(script.status, 401)
})

// SEC R-2, T-8
test('a return is good once, in the browser that began it, at the site that it began for', async () => {
  const [first, second] = [await goRound(wiki), await goRound(wiki)]

  const stranger = await knock(wiki, `callback${first.query}`)
  const mixed = await knock(wiki, `callback${first.query}`, { cookie: second.cookie })
  const elsewhere = await knock(shop, `callback${first.query}`, { cookie: first.cookie })
  const swapped = first.query.replace(/state=[\w-]+/, /state=[\w-]+/.exec(second.query)?.[0] ?? '')
  const injected = await knock(wiki, `callback${swapped}`, { cookie: second.cookie })
  const good = await Promise.all(
    Array.from({ length: 8 }, () =>
      knock(wiki, `callback${first.query}`, { cookie: first.cookie }),
    ),
  )

  const refused = [stranger, mixed, elsewhere, injected]
  assert.deepEqual(
    refused.map(({ status }) => status),
    [400, 400, 400, 400],
  )
  for (const answer of refused) assert.match(answer.text, /<code>flow_expired<\/code>/)
  assert.equal(good.filter(({ status }) => status === 303).length, 1)
  assert.equal(good.filter(({ status }) => status === 400).length, 7)
})

// SEC R-10
test('the browser comes back to a path of the site, whatever address was asked for', async () => {
  const { query, cookie } = await goRound(wiki, { 'x-forwarded-uri': '//evil.example/x' })

  const returned = await knock(wiki, `callback${query}`, { cookie })

  assert.equal(returned.location, `${wiki?.origin}/`)
  for (const [wanted, place] of [
    ['/a/b?c=%20d&e', '/a/b?c=%20d&e'],
    ['/\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/a\r\nset-cookie: b', '/'],
    ['/\t/evil.example', '/'],
    ['/.rollcall/start', '/'],
    [`/${'x'.repeat(2048)}`, '/'],
    [undefined, '/'],
  ] as const)
    assert.equal(placeOf(wanted), place, wanted)
})

// SEC R-11
test('an error in the address is shown by its code and in no words of its own', async () => {
  const say = async (description: string) => {
    const started = await knock(wiki, 'start')
    const state = new URL(started.location).searchParams.get('state') ?? ''
    const query = new URLSearchParams({
      error: 'access_denied',
      error_description: description,
      state,
    })
    return (await knock(wiki, `callback?${query}`, { cookie: started.cookie })).text
  }
  const reference = `sgn_${'0'.repeat(26)}`

  const refused = await say(`user_not_found (reference ${reference})`)
  const forged = await say('constructor (reference call 555)')

  assert.match(refused, /<code>user_not_found<\/code>/)
  assert.match(refused, /<link rel="stylesheet" href="\/.rollcall\/style.css" \/>/)
  assert.match((await knock(wiki, 'style.css')).text, /^\s*:root/)
  assert.match(refused, new RegExp(`<code>${reference}</code>`))
  assert.match(forged, /<code>request_refused<\/code>/)
  assert.doesNotMatch(forged, /555|constructor/)
})

// SEC I-8
test('a site that is disabled, not behind the gateway or of another tenant lets nobody in', async () => {
  const { admin, tenant, app } = world
  const site = await addSite('http://127.0.0.1:29')
  const cookie = await enter(site)
  const other = await app.onboard('Globex')
  const plain = await admin.createSite({
    tenant: tenant.id,
    name: 'Plain',
    redirectUris: ['http://127.0.0.1:9/cb'],
  })
  await admin.changeSite({ tenant: tenant.id, site: site.id as `sit_${string}`, disabled: true })

  for (const answer of [
    await knock(site, 'check', { cookie }),
    await knock({ id: plain.id, origin: '' }, 'start'),
    await knock(wiki, 'check', { cookie }, other.tenant.authority),
  ])
    assert.equal(answer.status, 403)
})

// SEC I-11
test('a suspended tenant lets nobody in, and whoever was in is out when it is resumed', async () => {
  const { admin, tenant } = world
  const entered = await enter(wiki)
  await admin.suspendTenant({ tenant: tenant.id })
  assert.equal((await knock(wiki, 'check', { cookie: entered })).status, 403)
  await admin.resumeTenant({ tenant: tenant.id })

  await until(
    'the session of before the suspension is over',
    async () => (await knock(wiki, 'check', { cookie: entered })).status === 401,
  )
})

// SEC L-1, L-2
test('sign-ins begun at the gateway from one address are limited, and what asks whether somebody is in is not', async (t) => {
  const config = { ROLLCALL_RATE_LIMITS: true }
  const app = await startApp(t, { config, clock: createTestClock() })
  const { tenant } = await app.onboard('Acme')
  const { authority } = tenant
  const gatewayOrigin = 'http://127.0.0.1:39'
  const { id } = await app.admin.createSite({ tenant: tenant.id, name: 'Wiki', gatewayOrigin })
  const behind = { id, origin: gatewayOrigin }
  const many = (door: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => knock(behind, door, {}, authority)))

  const started = [...(await many('start', 60)), ...(await many('forward', 55))]

  const refused = started.filter(({ status }) => status === 429)
  assert.equal(refused.length, 5)
  for (const { headers, text: page } of refused) {
    assert.match(headers['retry-after'] ?? '', /^\d+$/)
    assert.match(page, /<code>too_many_requests<\/code>/)
  }
  assert.equal((await knock(behind, 'callback?state=x&code=y', {}, authority)).status, 429)
  assert.ok((await many('check', 8)).every(({ status }) => status === 401))
  const script = { 'sec-fetch-mode': 'cors' }
  assert.equal((await knock(behind, 'forward', script, authority)).status, 401)
})
