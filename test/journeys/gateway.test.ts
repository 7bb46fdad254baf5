/** A site that knows nothing of signing in, behind nginx, which asks the gateway about each request. */
import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { after, before, test } from 'node:test'
import type { Person } from '../../simulator/index.ts'
import { freePort } from '../../src/free-port.ts'
import { startNginx, withNginx } from '../support/nginx.ts'
import { done, passOkta, startWorld, until } from '../support/world.ts'

interface Shown {
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

type Behind = Awaited<ReturnType<typeof startBehindNginx>>
let behind: Behind

const ends: (() => Promise<void>)[] = []
const file = { after: (end: () => Promise<void>) => void ends.push(end) }
after(async () => {
  for (const end of ends.toReversed()) await end()
})

before(async () => {
  if (withNginx.skip === false) behind = await startBehindNginx()
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

async function startBehindNginx() {
  const world = await startWorld(file, { kind: 'oin', auth: 'bearer' })
  const origin = `http://127.0.0.1:${await freePort('127.0.0.1')}`
  const wiki = await world.admin.createSite({
    tenant: world.tenant.id,
    name: 'Wiki',
    gatewayOrigin: origin,
  })
  await startNginx(file, {
    origin,
    gatewayUrl: `${world.tenant.authority}/gateway/${wiki.id}`,
    siteUrl: await startPlainSite(),
  })
  return { ...world, origin }
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

// SEC R-10
test(
  'a person comes to a page behind nginx, signs in, and gets that page; the site hears who it is',
  withNginx,
  async () => {
    const { origin, hire, okta, provisioning, settle, browserOf, identityOf } = behind
    const tomasz = await hire('Tomasz', 'Bąk')
    await done(provisioning.pushGroup(okta.createGroup('Ops, EMEA', [tomasz])))
    await settle()

    const { path, headers } = await view(behind, tomasz, '/pages/one?a=1&b=%20two')

    assert.equal(path, '/pages/one?a=1&b=%20two')
    assert.equal(browserOf(tomasz).page.url, `${origin}${path}`)
    const told = Object.entries(headers).filter(([name]) => name.startsWith('x-rollcall-'))
    assert.deepEqual(Object.fromEntries(told), {
      'x-rollcall-identity': (await identityOf(tomasz)).id,
      'x-rollcall-fqn': `Acme:${tomasz.login}`,
      'x-rollcall-name': 'Tomasz B%C4%85k',
      'x-rollcall-email': tomasz.login,
      'x-rollcall-groups': 'Acme:Ops%2C EMEA',
    })
  },
)

test(
  'what a browser sends as if it were the gateway does not reach the site',
  withNginx,
  async () => {
    const nadia = await behind.hire('Nadia', 'Osei')
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

    const { headers } = (await answer.json()) as Shown
    assert.equal(headers['x-rollcall-fqn'], `Acme:${nadia.login}`)
    assert.deepEqual(
      [headers['x-rollcall-roles'], headers['x-rollcall-truncated']],
      [undefined, undefined],
    )
  },
)

test('a script of a stranger is told 401 and not sent to a page', withNginx, async () => {
  const { origin } = behind
  const headers = { 'sec-fetch-mode': 'cors' }

  const answer = await fetch(`${origin}/api`, { redirect: 'manual', headers })

  assert.deepEqual([answer.status, answer.headers.get('location')], [401, null])
})

// SEC F-13
test('who loses the application is shut out behind nginx within seconds', withNginx, async () => {
  const ines = await behind.hire('Inês', 'Prado')
  await behind.settle()
  await view(behind, ines, '/')
  const call = scriptOf(behind, ines)
  assert.equal((await call()).status, 200)

  await done(behind.provisioning.unassign(ines))

  await until('shut out', async () => (await call()).status === 401, 5000)
})

test('who signs out at the Authority is out behind nginx', withNginx, async () => {
  const { origin, hire, settle, browserOf } = behind
  const omar = await hire('Omar', 'Haddad')
  await settle()
  await view(behind, omar, '/')
  const call = scriptOf(behind, omar)
  assert.equal((await call()).status, 200)

  await browserOf(omar).open(`${origin}/.rollcall/sign-out`)
  await browserOf(omar).submit({}, { button: 'Sign out' })

  await until('signed out', async () => (await call()).status === 401, 5000)
})
