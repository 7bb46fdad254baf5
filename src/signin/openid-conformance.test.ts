/**
 * What OpenID's conformance suite asks of a provider in its Basic plan and no other test of ours plays, each named for its
 * module; docs/reference/openid-conformance.md lists all of them. The library that certified sites use is the counterpart.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as openid from 'openid-client'
import type { Browser } from '../../simulator/index.ts'
import { startWorld, type World } from '../../test/support/world.ts'

const REDIRECT_URI = 'https://site.example/back'
const VERIFIER = openid.randomPKCECodeVerifier()
const ends: (() => Promise<void>)[] = []
let world: World
let browser: Browser
let site: openid.Configuration
let challenge: string

before(async () => {
  world = await startWorld({ after: (end) => void ends.push(end) }, { kind: 'oin', auth: 'bearer' })
  challenge = await openid.calculatePKCECodeChallenge(VERIFIER)
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  const { id, clientSecret } = await world.admin.createSite({
    tenant: world.tenant.id,
    name: 'By library',
    redirectUris: [REDIRECT_URI],
  })
  const execute = [openid.allowInsecureRequests]
  const authority = new URL(world.tenant.authority)
  site = await openid.discovery(authority, id, clientSecret ?? '', undefined, { execute })
  assert.equal((await world.signIn(jane)).outcome, 'signed-in')
  browser = world.browserOf(jane)
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})

type Asked = Readonly<Record<string, string>>

interface Way {
  /** Whether the browser has a session. */
  readonly isKnown?: boolean
  readonly method?: 'GET' | 'POST'
}

/** Where the Authority sends the browser. */
async function ask(asked: Asked = {}, way: Way = {}): Promise<URL> {
  const answer = await answerTo(asked, way)
  assert.equal(answer.status, 303)
  return new URL(answer.headers.get('location') ?? '', world.app.url)
}

async function answerTo(asked: Asked, { isKnown = true, method = 'GET' }: Way): Promise<Response> {
  const url = openid.buildAuthorizationUrl(site, {
    ...{ redirect_uri: REDIRECT_URI, scope: 'openid', state: 'st' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256', ...asked },
  })
  const cookies = browser.cookiesAt(world.app.url).map(({ name, value }) => `${name}=${value}`)
  const headers = { accept: 'text/html', ...(isKnown && { cookie: cookies.join('; ') }) }
  const posted = { method, body: url.searchParams, redirect: 'manual' } as const
  // A form of another site is sent without cookies.
  const answered = method === 'POST' && (await fetch(url.origin + url.pathname, posted))
  const to = answered ? (answered.headers.get('location') ?? '') : url
  return fetch(to, { redirect: 'manual', headers })
}

/** A form that a page of ours submits by itself: where it goes, and what it holds. */
async function submissionOf(
  answer: Response,
): Promise<{ action: string; fields: URLSearchParams }> {
  // SEC W-4
  const policy = answer.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none';.*script-src 'self'$/)
  const body = await answer.text()
  const scripts = [...body.matchAll(/<script([^>]*)>([^<]*)/g)]
  assert.deepEqual(
    scripts.map(([, attributes, content]) => [attributes, content]),
    [[' src="/t/submit.js"', '']],
  )
  const inputs = body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)
  const fields = new URLSearchParams()
  for (const [, name = '', value = ''] of inputs) fields.append(name, value)
  const action = /<form method="post" action="([^"]*)"/.exec(body)?.[1] ?? ''
  assert.ok(policy.includes(`form-action 'self' ${new URL(action).protocol};`), policy)
  return { action, fields }
}

/** What the site gets for the code that it was sent. */
function redeem(returned: URL, checks: openid.AuthorizationCodeGrantChecks = {}) {
  const more = { pkceCodeVerifier: VERIFIER, expectedState: 'st', idTokenExpected: true, ...checks }
  return openid.authorizationCodeGrant(site, returned, more)
}

test('a request without a nonce, in any order of scopes, with parameters that nobody knows, by GET or POST, is answered', async () => {
  // oidcc-ensure-request-without-nonce-succeeds-for-code-flow, oidcc-ensure-other-scope-order-succeeds,
  // oidcc-ensure-request-with-unknown-parameter-succeeds, oidcc-ensure-post-request-succeeds
  const asked = {
    scope: 'email profile openid',
    extra: 'foobar',
    claims_locales: 'se',
    display: 'popup',
  }

  for (const method of ['GET', 'POST'] as const) {
    const claims = (await redeem(await ask(asked, { method }))).claims()
    assert.deepEqual([claims?.nonce, claims?.aud], [undefined, site.clientMetadata().client_id])
  }
  const { nonce } =
    (await redeem(await ask({ nonce: 'n-1' }), { expectedNonce: 'n-1' })).claims() ?? {}
  assert.equal(nonce, 'n-1')
})

test('without a page whoever is known gets a code, and whoever is not login_required', async () => {
  // oidcc-prompt-none-logged-in, oidcc-prompt-none-not-logged-in
  const known = await ask({ prompt: 'none' })
  const stranger = await ask({ prompt: 'none' }, { isKnown: false })

  assert.ok(known.searchParams.has('code'))
  assert.equal(known.searchParams.get('iss'), world.tenant.authority)
  assert.equal(`${stranger.origin}${stranger.pathname}`, REDIRECT_URI)
  assert.equal(stranger.searchParams.get('error'), 'login_required')
})

test('a site that asks for the answer by POST gets it so, be it a code or an error (OAuth 2.0 Form Post Response Mode)', async () => {
  const byPost = { response_mode: 'form_post' }

  const known = await submissionOf(await answerTo(byPost, {}))
  const stranger = await submissionOf(
    await answerTo({ ...byPost, prompt: 'none' }, { isKnown: false }),
  )

  const returned = new Request(known.action, { method: 'POST', body: known.fields })
  const more = { pkceCodeVerifier: VERIFIER, expectedState: 'st', idTokenExpected: true }
  const tokens = await openid.authorizationCodeGrant(site, returned, more)
  assert.equal(tokens.claims()?.iss, world.tenant.authority)
  assert.equal(stranger.action, REDIRECT_URI)
  const { error, state, iss } = Object.fromEntries(stranger.fields)
  assert.deepEqual([error, state, iss], ['login_required', 'st', world.tenant.authority])
  const script = await fetch(`${world.app.url}/t/submit.js`)
  assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/)
})

test('a page that signs out whoever is not signed in has no script in it either', async () => {
  const answer = await fetch(site.serverMetadata().end_session_endpoint ?? '')

  const { action, fields } = await submissionOf(answer)

  assert.equal(new URL(action).origin, new URL(world.app.url).origin)
  assert.equal(fields.get('logout'), 'yes')
})

test('who must sign in anew is sent to the identity provider, who need not be is not', async () => {
  // oidcc-prompt-login, oidcc-max-age-10000, oidcc-id-token-hint, oidcc-login-hint
  const anew = await ask({ prompt: 'login', login_hint: 'jane.roe@acme.example' })
  const recent = await redeem(await ask({ max_age: '10000' }), { maxAge: 10_000 })
  const hint = await ask({ prompt: 'none', id_token_hint: recent.id_token ?? '' })

  assert.equal(anew.origin, new URL(world.okta.url).origin)
  assert.equal(anew.searchParams.get('login_hint'), 'jane.roe@acme.example')
  assert.equal(typeof recent.claims()?.auth_time, 'number')
  assert.ok(hint.searchParams.has('code'))
})

test('userinfo is read by GET and by POST, the token in the head or the body, and is of the same person', async () => {
  // oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body, oidcc-scope-profile, oidcc-scope-email
  const tokens = await redeem(await ask({ scope: 'openid profile email' }))
  const { sub = '' } = tokens.claims() ?? {}
  const url = site.serverMetadata().userinfo_endpoint ?? ''
  const bearer = { authorization: `Bearer ${tokens.access_token}` }
  const body = new URLSearchParams({ access_token: tokens.access_token })

  const byLibrary = await openid.fetchUserInfo(site, tokens.access_token, sub)
  const byHead = await fetch(url, { method: 'POST', headers: bearer })
  const byBody = await fetch(url, { method: 'POST', body })

  assert.deepEqual([byLibrary.name, byLibrary.email], ['Jane Roe', 'jane.roe@acme.example'])
  for (const answer of [byHead, byBody]) assert.deepEqual(await answer.json(), byLibrary)
})
