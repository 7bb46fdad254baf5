import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as openid from 'openid-client'
import { createBrowser, type Person } from '../../simulator/index.ts'
import { DAY, HOUR } from '../../test/support/clock.ts'
import { passOkta, startWorld, until, type World } from '../../test/support/world.ts'

const REDIRECT_URI = 'http://127.0.0.1:9/cb'

let world: World
let jane: Person
let configuration: openid.Configuration
const ends: (() => Promise<void>)[] = []

before(async () => {
  world = await startWorld({ after: (end) => void ends.push(end) }, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant } = world
  const site = await admin.createSite({
    tenant: tenant.id,
    name: 'By library',
    redirectUris: [REDIRECT_URI],
    postLogoutRedirectUris: [REDIRECT_URI],
  })
  configuration = await openid.discovery(
    new URL(tenant.authority),
    site.id,
    undefined,
    openid.ClientSecretBasic(site.clientSecret ?? ''),
    { execute: [openid.allowInsecureRequests] },
  )
  jane = await world.hire('Jane', 'Roe')
  await world.settle()
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})

/** Signs in in a new browser; the ID token, and the key that it names. */
async function signIn() {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const browser = createBrowser()
  await browser.open(url.href)
  const stopped = await passOkta(browser, jane).then(
    () => browser.page.text,
    (error: unknown) => String(error),
  )
  const [, query] = /127\.0\.0\.1:9\/cb(\?[^\s"']+)/.exec(stopped) ?? []
  assert.ok(query !== undefined, stopped)
  const returned = new URL(REDIRECT_URI + query)
  const { id_token: idToken = '' } = await openid.authorizationCodeGrant(configuration, returned, {
    pkceCodeVerifier,
    idTokenExpected: true,
  })
  return { idToken, kid: decodeProtectedHeader(idToken).kid, browser }
}

async function publishedKids(): Promise<string[]> {
  const answer = await fetch(`${world.tenant.authority}/jwks`)
  const { keys } = (await answer.json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}

/** As if so much time had passed for the keys that there are. */
async function letPass(ms: number): Promise<void> {
  await world.app.database.ownerPool.query(
    `update signing_key set signs_from = signs_from - $1 * interval '1 millisecond'`,
    [ms],
  )
}

const listed = async () =>
  (await world.admin.listSigningKeys({ tenant: world.tenant.id })).items.map(
    ({ id, stage }) => [id, stage] as const,
  )

// SEC O-8
test('a rotation is published a day before it bites, and what the old key signed is good for a day more', async () => {
  const { admin, tenant } = world
  const first = await signIn()

  const { items } = await admin.rotateSigningKey({ tenant: tenant.id })

  const next = items.find(({ stage }) => stage === 'next')?.id
  assert.ok(next !== undefined && next !== first.kid)
  await until('both are published', async () => (await publishedKids()).includes(next))
  assert.deepEqual((await publishedKids()).toSorted(), [first.kid ?? '', next].toSorted())
  assert.equal((await signIn()).kid, first.kid)
  await assert.rejects(admin.rotateSigningKey({ tenant: tenant.id }), /published already/)

  await letPass(DAY + HOUR)

  await until('signed by the new key', async () => (await signIn()).kid === next)
  assert.deepEqual(await listed(), [
    [first.kid, 'published'],
    [next, 'signing'],
  ])
  const jwks = createRemoteJWKSet(new URL(`${tenant.authority}/jwks`))
  await jwtVerify(first.idToken, jwks, { issuer: tenant.authority })
  const leaving = openid.buildEndSessionUrl(configuration, {
    id_token_hint: first.idToken,
    post_logout_redirect_uri: REDIRECT_URI,
  })
  await first.browser.open(leaving.href)
  assert.equal(first.browser.page.heading, 'Sign out?')

  await letPass(DAY)

  await until('only the new one is published', async () => {
    const kids = await publishedKids()
    return kids.length === 1 && kids[0] === next
  })
})

// SEC O-8, K-1
test('a key that leaked is withdrawn at once, on every node, and the audit log has it', async () => {
  const { admin, tenant, app } = world
  const node = await app.startNode()
  const leaked = await signIn()
  const atNode = async () => {
    const answer = await fetch(`${node.url}/t/${tenant.id}/jwks`)
    return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
  }
  assert.deepEqual(await atNode(), [leaked.kid])

  const { items } = await admin.rotateSigningKey({ tenant: tenant.id, atOnce: true })

  const [only, other] = items
  assert.equal(other, undefined)
  assert.notEqual(only?.id, leaked.kid)
  await until('withdrawn on both', async () => {
    const kids = [...(await publishedKids()), ...(await atNode())]
    return kids.every((kid) => kid === only?.id)
  })
  assert.equal((await signIn()).kid, only?.id)
  const acts = (await admin.listAudit({ tenant: tenant.id, limit: 50 })).items
  assert.ok(
    acts.some(({ act, object }) => act === 'signin.signing-key.made' && object === only?.id),
  )
})

// SEC O-8
test('a key that has signed for its days is replaced by itself, once, and one that has ended is taken away', async () => {
  const { sweeper } = world.app.app
  await signIn()
  await sweeper.sweepAll()
  assert.equal((await listed()).length, 1)

  await letPass(90 * DAY + HOUR)
  await Promise.all([sweeper.sweepAll(), sweeper.sweepAll()])

  assert.deepEqual(
    (await listed()).map(([, stage]) => stage),
    ['signing', 'next'],
  )
  await letPass(3 * DAY)
  await sweeper.sweepAll()
  const { rows } = await world.app.database.ownerPool.query(
    'select count(*)::int as kept from signing_key where retired_at is null',
  )
  assert.equal(rows[0].kept, 1)
})
