import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBrowser } from '../../simulator/index.ts'
import { startHostileIdp } from '../support/hostile-idp.ts'
import { createUser } from '../support/scim-client.ts'
import { attemptAt, done, startWorld } from '../support/world.ts'
import { rollcall } from '../support/terminal.ts'

test('whoever asks why somebody cannot sign in gets the answer in one command', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant, okta, app } = world
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  const explain = (person: string) => admin.explain({ tenant: tenant.id, person })

  const never = await explain('nobody@acme.example')
  assert.deepEqual([never.people, never.verdict.code], [[], 'user_not_found'])

  assert.equal((await world.signIn(jane)).outcome, 'signed-in')
  const { identityId } = await explain(jane.login)
  for (const name of [
    jane.login.toUpperCase(),
    `Acme:${jane.login}`,
    jane.email,
    jane.id,
    identityId ?? '',
    world.provisioning.scimIdOf(jane) ?? '',
  ]) {
    const found = await explain(name)
    assert.deepEqual(
      [name, found.people.length, found.verdict.canSignIn, found.identityId],
      [name, 1, true, identityId],
    )
    assert.equal(found.people[0]?.signIns[0]?.outcome, 'signed-in')
    assert.equal(found.people[0]?.events[0]?.kind, 'person.created')
  }

  await createUser(world.handover.scim, {
    userName: 'omar',
    active: true,
    emails: [{ value: 'Omar.Haddad@acme.example', primary: true }],
  })
  const byEmail = await explain('omar.haddad@acme.example')
  assert.deepEqual([byEmail.people.length, byEmail.people[0]?.staged?.userName], [1, 'omar'])

  const oldName = `Acme:${jane.login}`
  await okta.rename(jane, { login: 'jane.doe@acme.example' })
  await world.settle()
  assert.equal((await explain(oldName)).identityId, identityId)

  await world.provisioning.unassign(jane)
  await world.settle()
  const refused = await world.signIn(jane)
  const byReference = await explain(refused.reference ?? '')
  assert.deepEqual(
    [byReference.verdict.code, byReference.identityId, byReference.signIn?.id],
    ['identity_inactive', identityId, refused.reference],
  )
  assert.match(byReference.verdict.todo, /reactivate/)

  const said = await rollcall(app, ['explain', tenant.id, jane.login])
  assert.equal(said.code, 0, said.err)
  assert.match(said.out, /Can sign in +no\n/)
  assert.match(said.out, /identity_inactive/)
  assert.match(said.out, /person\.deactivated/)
})

test('a reference, and a person, of another tenant are not known', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' }) // SEC I-8
  const { admin, app } = world
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  await world.signIn(jane)
  const [signIn] = (await admin.listSignIns({ tenant: world.tenant.id })).items
  const { tenant: globex } = await app.onboard('Globex')

  await assert.rejects(admin.explain({ tenant: globex.id, person: signIn?.id ?? '' }), /reference/)
  assert.deepEqual((await admin.explain({ tenant: globex.id, person: jane.login })).people, [])
})

test('somebody who waits behind a pause is explained so', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant } = world
  await admin.pauseSync({ tenant: tenant.id, reason: 'maintenance' })
  const jane = await world.hire('Jane', 'Roe')

  const { verdict, people } = await admin.explain({ tenant: tenant.id, person: jane.login })

  assert.equal(verdict.code, 'fqn_not_found')
  assert.match(verdict.because, /maintenance/)
  assert.deepEqual([people[0]?.identity, people[0]?.progress?.waiting], [null, 1])
})

test('whoever asks by the reference of a refusal gets the verdict of that sign-in, whatever it was refused for', async (t) => {
  const idp = await startHostileIdp(t)
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, app, tenant, connection, site } = world
  const at = { tenant: tenant.id, connection: connection.id }
  const { issuer, clientId, clientSecret } = idp
  await admin.changeConnection({ ...at, oidcApplication: { issuer, clientId, clientSecret } })
  const made = await admin.createClaimTypeMapping({ tenant: tenant.id, issuer, claimType: 'emial' })
  const open = async (url: string) =>
    attemptAt(site, app.url, await createBrowser().open(url)).reference ?? ''
  const notAssigned = { error: 'access_denied', error_description: 'User is not assigned.' }
  const authorize = new URL(`${world.handover.client.authority}/connect/authorize`)
  const [registered] = (await admin.listSites({ tenant: tenant.id })).items
  authorize.search = new URLSearchParams({
    ...{ client_id: registered?.id ?? '', response_type: 'code', scope: 'openid' },
    redirect_uri: 'https://else.example/callback',
  }).toString()
  const ways: [string, RegExp, RegExp, string | null, () => Promise<string> | string][] = [
    [
      'claim_type_mapping_not_found',
      /no claim "emial" .* The token has iss, aud, sub/,
      /operator: add a mapping/,
      'claim-type-mapping create',
      () => open(`${site.url}/login`),
    ],
    [
      'idp_error',
      /with an error\. It said "access_denied: User is not assigned\."/,
      /customer's administrator: .* assign them/,
      null,
      () => {
        idp.behave({ callback: (asked) => ({ ...notAssigned, state: asked.get('state') ?? '' }) })
        return open(`${site.url}/login`)
      },
    ],
    [
      'token_refused',
      /The check that failed: \w+/,
      /operator: compare issuer and client id/,
      null,
      () => {
        idp.behave({ token: (nonce) => idp.idToken(nonce, { key: idp.strangerKey }) })
        return open(`${site.url}/login`)
      },
    ],
    [
      'request_refused',
      /redirect_uri .*"https:\/\/else\.example\/callback"/,
      /developer of the site/,
      null,
      () => open(authorize.href),
    ],
    [
      'connection_not_ready',
      /No connection of this tenant is enabled/,
      /operator: enable/,
      'connection set-oidc',
      async () => {
        await admin.changeConnection({ ...at, disabled: true })
        return open(`${site.url}/login`)
      },
    ],
  ]

  for (const [code, because, todo, act, attempted] of ways) {
    const reference = await attempted()
    const { verdict, ...explained } = await admin.explain({ tenant: tenant.id, person: reference })

    assert.deepEqual(
      [verdict.canSignIn, verdict.code, verdict.act, explained.asked, explained.people],
      [false, code, act, reference, []],
    )
    assert.match(verdict.because, because)
    assert.match(verdict.todo, todo)
    const said = await rollcall(app, ['explain', tenant.id, reference])
    assert.match(said.out, new RegExp(`^That sign-in +was refused\n(.*\n)?Code +${code}$`, 'm'))
  }
  assert.equal(made.claimType, 'emial')
})

test('what a refused sign-in was refused for is told apart from how it is now', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, app, tenant, okta } = world
  const nadia = okta.hire({ givenName: 'Nadia', familyName: 'Osei' })
  const { reference = '' } = await world.signIn(nadia)
  const explain = async () =>
    (await admin.explain({ tenant: tenant.id, person: reference })).verdict

  const before = await explain()
  await done(world.provisioning.assign(nadia))
  await world.settle()
  const after = await explain()

  assert.deepEqual(
    [before.code, after.code, after.canSignIn],
    ['user_not_found', before.code, false],
  )
  assert.match(before.because, new RegExp(`The claim "sub" was "${nadia.id}", .* externalId`))
  assert.match(before.todo, /press "Provision User"[^.]*\.$/)
  assert.match(after.todo, /^Nothing any more: Acme:nadia\.osei.* is active .* sign in again\.$/)
  const said = await rollcall(app, ['explain', tenant.id, reference])
  assert.match(said.out, /^That sign-in +was refused\n/m)
  assert.match(said.out, /^Can sign in +yes\n/m)
})

test('a sign-in that nobody came back from is said to be under way, and where it stands', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, app, tenant, site } = world
  await createBrowser().open(`${site.url}/login`)
  const [attempt] = (await admin.listSignIns({ tenant: tenant.id })).items
  const reference = attempt?.id ?? ''

  const { verdict, asked } = await admin.explain({ tenant: tenant.id, person: reference })

  assert.deepEqual([verdict.canSignIn, verdict.code, asked], [false, null, reference])
  assert.match(verdict.because, /have not come back/)
  assert.match(verdict.todo, /compare the sign-in redirect URI/)
  const said = await rollcall(app, ['explain', tenant.id, reference])
  assert.match(said.out, /^That sign-in +has not ended\n/m)
})
