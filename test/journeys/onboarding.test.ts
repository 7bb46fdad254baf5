/** An operator onboards a customer on the command line, and what is handed over works as it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBrowser, createOkta, createSite } from '../../simulator/index.ts'
import { startApp } from '../support/app.ts'
import { rollcall } from '../support/terminal.ts'
import { attemptAt, done, passOkta, settle, startWorld } from '../support/world.ts'

test('from one command on the way is open: provisioned, loaded, signed in, looked up', async (t) => {
  const app = await startApp(t)
  const okta = await createOkta({ seed: 'acme', domain: 'acme.example' })
  const site = await createSite({ name: 'Field Notes' })
  t.after(async () => {
    await Promise.all([okta.close(), site.close()])
  })
  const run = async (words: string, stdin?: string) => {
    const { code, out, err } = await rollcall(app, words.split(' '), stdin ? { stdin } : {})
    assert.equal(code, 0, err)
    return JSON.parse(out)
  }

  const { client, scim } = await run('tenant onboard acme --json')
  const { items } = await run('connection list acme --json')
  const { issuer, clientId, clientSecret } = okta.registerOidcApp({
    redirectUris: [items[0].callbackUrl],
  })
  const oidc = `--issuer ${issuer} --client-id ${clientId} --client-secret-file -`
  await run(`connection set-oidc acme ${oidc} --json`, `${clientSecret}\n`)
  await run(`claim-type-mapping create acme --issuer ${issuer} --json`)
  const registered = await run(
    `site create acme --name Notes --redirect-uri ${site.redirectUri} --json`,
  )

  const { baseUrl, token } = scim
  const auth = { mode: 'header', token } as const
  const provisioning = okta.addApp({ name: 'rollcall', kind: 'oin', baseUrl, auth, pace: 'full' })
  await done(provisioning.test())
  const nadia = okta.hire({ givenName: 'Nadia', familyName: 'Osei' })
  await done(provisioning.assign(nadia))
  await settle(app.admin, 'acme')
  site.configure({
    authority: client.authority,
    clientId: registered.id,
    clientSecret: registered.clientSecret,
  })
  const browser = createBrowser()
  await browser.open(`${site.url}/login`)
  const { outcome } = attemptAt(site, app.url, await passOkta(browser, nadia))
  assert.equal(outcome, 'signed-in', browser.page.text)
  const seen = await run(`person show acme acme:${nadia.login} --json`)
  assert.deepEqual([seen.fqn, seen.externalId], [`acme:${nadia.login}`, nadia.id])
  const { items: attempts } = await run('sign-in list acme --json')
  assert.deepEqual(
    attempts.map((attempt: { outcome: string; identityId: string }) => [
      attempt.outcome,
      attempt.identityId,
    ]),
    [['signed-in', seen.id]],
  )
  const hers = await run(
    `sign-in list acme --identity acme:${nadia.login} --site ${registered.id} --json`,
  )
  assert.deepEqual(hers.items, attempts)
})

test('what was entered wrongly at Okta is told to its administrator in words to act on', async (t) => {
  const { okta, handover, app } = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { baseUrl, token } = handover.scim
  const wrong = [
    ['mistyped', baseUrl, `${token.slice(0, -3)}abc`, 401, /base URL and the token.*again/],
    ['cut-short', `${app.url}/scim/v2`, token, 401, /base URL and the token.*again/],
    ['too-long', `${baseUrl}/Users`, token, 404, /Under the BaseUrl are \/Users/],
  ] as const

  for (const [name, address, secret, status, words] of wrong) {
    const auth = { mode: 'header', token: secret } as const
    const outcome = await okta
      .addApp({ name, kind: 'aiw', baseUrl: address, auth, pace: 'full' })
      .test()

    assert.ok(!outcome.done, name)
    assert.equal(outcome.task.status, status, name)
    assert.match(outcome.task.detail ?? '', words, name)
  }
})
