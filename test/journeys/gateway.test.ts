/** A site that knows nothing of signing in, behind a proxy, which asks the gateway about each request. */
import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { after, before, test } from 'node:test'
import type { Person } from '../../simulator/index.ts'
import { freePort } from '../../src/free-port.ts'
import { having, type Proxy, PROXIES, startProxy } from '../support/proxies.ts'
import { done, passOkta, startWorld, until, type World } from '../support/world.ts'

interface Shown {
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

type Behind = World & { readonly origin: string }
let world: World
/** By the name of the proxy. */
const origins = new Map<string, string>()

const ends: (() => Promise<void>)[] = []
const file = { after: (end: () => Promise<void>) => void ends.push(end) }
after(async () => {
  for (const end of ends.toReversed()) await end()
})

before(async () => {
  const there = PROXIES.filter((proxy) => having(proxy).skip === false)
  if (there.length === 0) return
  world = await startWorld(file, { kind: 'oin', auth: 'bearer' })
  for (const proxy of there) origins.set(proxy.name, await startBehind(proxy))
})

/** What it is asked for is all it shows. */
async function startPlainSite(): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/plain')
    response.end(JSON.stringify({ path: request.url, headers: request.headers }))
  })
  const port = await freePort('127.0.0.1')
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve))
  file.after(async () => void server.close())
  return `http://127.0.0.1:${port}`
}

/** @returns the site's origin */
async function startBehind(proxy: Proxy): Promise<string> {
  const origin = `http://127.0.0.1:${await freePort('127.0.0.1')}`
  const { tenant, admin } = world
  const wiki = await admin.createSite({
    tenant: tenant.id,
    name: `Wiki behind ${proxy.name}`,
    gatewayOrigin: origin,
  })
  await startProxy(file, proxy, {
    origin,
    gatewayUrl: `${tenant.authority}/gateway/${wiki.id}`,
    siteUrl: await startPlainSite(),
  })
  return origin
}

/** Views a page of the site as that person, by way of Okta where it asks. */
async function view({ origin, browserOf }: Behind, person: Person, path: string): Promise<Shown> {
  await browserOf(person).open(`${origin}${path}`)
  const page = await passOkta(browserOf(person), person)
  return JSON.parse(page.text) as Shown
}

/** What a script on the page that this person views now gets, then and later. */
function scriptOf({ origin, browserOf }: Behind, person: Person) {
  const cookie = browserOf(person)
    .cookiesAt(origin)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  return (headers: Record<string, string> = {}) =>
    fetch(`${origin}/api`, {
      redirect: 'manual',
      headers: { 'sec-fetch-mode': 'cors', cookie, ...headers },
    })
}

/** What the site is told of the person; nothing where a header is empty. */
function toldIn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) => name.startsWith('x-rollcall-') && value !== '',
    ),
  )
}

for (const proxy of PROXIES) {
  const enter = (): Behind => ({ ...world, origin: origins.get(proxy.name) ?? '' })
  const here = having(proxy)
  const { name } = proxy

  // SEC R-10
  test(
    `a person comes to a page behind ${name}, signs in, and gets that page; the site hears who it is`,
    here,
    async () => {
      const behind = enter()
      const { origin, hire, okta, provisioning, settle, browserOf, identityOf } = behind
      const tomasz = await hire('Tomasz', `Bąk ${name}`)
      await done(provisioning.pushGroup(okta.createGroup(`Ops, ${name}`, [tomasz])))
      await settle()

      const { path, headers } = await view(behind, tomasz, '/pages/one?a=1&b=%20two')

      assert.equal(path, '/pages/one?a=1&b=%20two')
      assert.equal(browserOf(tomasz).page.url, `${origin}${path}`)
      assert.deepEqual(toldIn(headers), {
        'x-rollcall-identity': (await identityOf(tomasz)).id,
        'x-rollcall-fqn': `Acme:${tomasz.login}`,
        'x-rollcall-name': `Tomasz B%C4%85k ${name}`,
        'x-rollcall-email': tomasz.login,
        'x-rollcall-groups': `Acme:Ops%2C ${name}`,
      })
    },
  )

  test(
    `what a browser sends as if it were the gateway does not reach the site behind ${name}`,
    here,
    async () => {
      const behind = enter()
      const nadia = await behind.hire('Nadia', `Osei ${name}`)
      await behind.settle()
      await view(behind, nadia, '/')

      const answer = await scriptOf(
        behind,
        nadia,
      )({
        'x-rollcall-fqn': 'Acme:root',
        'x-rollcall-roles': 'admin',
        'x-rollcall-truncated': 'roles',
      })

      const told = toldIn(((await answer.json()) as Shown).headers)
      assert.deepEqual(
        ['fqn', 'roles', 'truncated'].map((header) => told[`x-rollcall-${header}`]),
        [`Acme:${nadia.login}`, undefined, undefined],
      )
    },
  )

  test(`a script of a stranger is told 401 by ${name} and not sent to a page`, here, async () => {
    const { origin } = enter()
    const headers = { 'sec-fetch-mode': 'cors' }

    const answer = await fetch(`${origin}/api`, { redirect: 'manual', headers })

    assert.deepEqual([answer.status, answer.headers.get('location')], [401, null])
  })

  // SEC F-13
  test(`who loses the application is shut out behind ${name} within seconds`, here, async () => {
    const behind = enter()
    const ines = await behind.hire('Inês', `Prado ${name}`)
    await behind.settle()
    await view(behind, ines, '/')
    const call = scriptOf(behind, ines)
    assert.equal((await call()).status, 200)

    await done(behind.provisioning.unassign(ines))

    await until('shut out', async () => (await call()).status === 401)
  })

  test(`who signs out at the Authority is out behind ${name}`, here, async () => {
    const behind = enter()
    const { origin, hire, settle, browserOf } = behind
    const omar = await hire('Omar', `Haddad ${name}`)
    await settle()
    await view(behind, omar, '/')
    const call = scriptOf(behind, omar)
    assert.equal((await call()).status, 200)

    await browserOf(omar).open(`${origin}/.rollcall/sign-out`)
    const left = await browserOf(omar).submit({}, { button: 'Sign out' })
    assert.equal(left.heading, 'You have signed out')

    await until('signed out', async () => (await call()).status === 401)
  })
}
