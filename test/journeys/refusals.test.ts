/**
 * Each way in which somebody cannot sign in: the page that the person sees, and what the operator
 * finds under the reference that the page shows.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Person } from '../../simulator/index.ts'
import { type RefusalCode, REFUSALS } from '../../src/lib/index.ts'
import { isRefused } from '../support/refused.ts'
import { rollcall } from '../support/terminal.ts'
import { type Attempt, done, startWorld, until, type World } from '../support/world.ts'

const BEARER = { kind: 'oin', auth: 'bearer' } as const

/**
 * Holds that the attempt ended with that code, on a page with heading, code and reference that says
 * nothing of the person, and in the sign-in log. Returns what the log has.
 */
async function assertRefused(world: World, attempt: Attempt, code: RefusalCode) {
  const { page } = attempt
  assert.deepEqual([attempt.outcome, attempt.code], ['refused', code], page.text) // SEC N-4
  assert.equal(page.status, REFUSALS[code].status)
  assert.ok(page.heading.length > 10)
  assert.doesNotMatch(page.text, /@acme\.example|\b00u\w+|\bidn_/)
  const entry = await world.readSignIn(attempt)
  assert.deepEqual(
    [entry.tenantId, entry.connectionId, entry.outcome, entry.code],
    [world.tenant.id, world.connection.id, 'refused', code],
  )
  assert.notEqual(entry.endedAt, null)
  const last = entry.steps.at(-1) ?? {}
  assert.deepEqual([last['step'], last['code']], ['refused', code])
  assert.ok(String(last['message']).length > 10)
  return { entry, last, steps: entry.steps.map(({ step }) => step) }
}

/** The site was told, and ended the session that it had. */
function signedOut(world: World, person: Person) {
  return until('the site ended the session', async () =>
    (await world.sessionOf(person)).signedIn ? undefined : true,
  )
}

test('whoever was never assigned is refused, and gets in once they are', async (t) => {
  const world = await startWorld(t, BEARER)
  const nadia = world.okta.hire({ givenName: 'Nadia', familyName: 'Osei' })

  const attempt = await world.signIn(nadia)

  const { steps, last } = await assertRefused(world, attempt, 'user_not_found')
  assert.match(attempt.page.text, /IT department to assign you/)
  assert.deepEqual(steps, ['started', 'sent-to-idp', 'token-verified', 'refused'])
  assert.deepEqual(
    [last['issuer'], last['claimType'], last['value']],
    [world.okta.issuer, 'sub', nadia.id],
  )
  assert.equal((await world.sessionOf(nadia)).signedIn, false)
  await done(world.provisioning.assign(nadia))
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in', 'loaded on demand, if need be')
})

test('whoever is refused goes back to the site, which hears why; once, and never elsewhere', async (t) => {
  const world = await startWorld(t, BEARER) // SEC O-2, W-3
  const { admin, tenant, connection, site } = world
  const nadia = world.okta.hire({ givenName: 'Nadia', familyName: 'Osei' })
  const browser = world.browserOf(nadia)
  const goBack = async () => {
    const { reference, code, page } = await world.signIn(nadia)
    const told = `${code} (reference ${reference})`
    return { told, page, back: await browser.submit({}, { button: `Back to ${site.name}` }) }
  }

  const unknown = await goBack()

  const { origin, pathname } = new URL(unknown.back.url)
  assert.deepEqual([origin, pathname], [site.url, '/callback'])
  assert.ok(unknown.back.text.includes(unknown.told), unknown.back.text)
  assert.match(unknown.back.text, /access_denied/)
  const again = await post(unknown.page.forms[0]?.action ?? '', world.app.url)
  assert.deepEqual([again.status, again.headers.get('location')], [400, null], 'it has ended')
  const disabled = { tenant: tenant.id, connection: connection.id, disabled: true }
  await admin.changeConnection(disabled)
  const closed = await goBack()
  assert.ok(closed.back.text.includes(closed.told), closed.back.text)
  assert.match(closed.back.text, /temporarily_unavailable/)
})

test('nobody is sent back by another page, nor before they are refused', async (t) => {
  const world = await startWorld(t, BEARER) // SEC W-3
  const { site } = world
  const nadia = world.okta.hire({ givenName: 'Nadia', familyName: 'Osei' })
  const browser = world.browserOf(nadia)
  const { reference, page } = await world.signIn(nadia)
  const action = page.forms[0]?.action ?? ''
  const cookie = browser
    .cookiesAt(action)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')

  const forged = await post(action, site.url, cookie)

  assert.deepEqual([forged.status, forged.headers.get('location')], [400, null])
  const entry = await world.admin.readSignIn({ reference: reference as `sgn_${string}` })
  assert.equal(entry.steps.at(-1)?.['step'], 'refused')
  const meant = await post(action, world.app.url, cookie)
  assert.equal(meant.status, 200)
  assert.match(meant.headers.get('refresh') ?? '', /^0; url=http/)
})

function post(url: string, origin: string, cookie = '') {
  return fetch(url, { method: 'POST', headers: { origin, cookie }, redirect: 'manual' })
}

test('an issuer without a mapping is refused and named, and its people get in with one', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant, connection, okta } = world
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  const other = okta.createAuthorizationServer('partners')
  const oidcApplication = other.registerOidcApp({ redirectUris: [connection.callbackUrl] })
  await admin.changeConnection({ tenant: tenant.id, connection: connection.id, oidcApplication })

  const attempt = await world.signIn(nadia)

  const { last } = await assertRefused(world, attempt, 'claim_type_mapping_not_found')
  assert.equal(last['issuer'], other.issuer)
  assert.ok(String(last['message']).includes(other.issuer))
  assert.ok((last['claims'] as string[]).includes('preferred_username'), 'what could be mapped')
  await admin.createClaimTypeMapping({ tenant: tenant.id, issuer: other.issuer })
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
})

test('a mapping of a claim that does not come is refused, and says which claims come', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant, okta } = world
  const nadia = await world.hire('Nadia', 'Osei')
  const { items } = await admin.listClaimTypeMappings({ tenant: tenant.id })
  for (const { id } of items) await admin.removeClaimTypeMapping({ tenant: tenant.id, mapping: id })
  const mapping = { tenant: tenant.id, issuer: okta.issuer, claimType: 'employee_number' }
  await admin.createClaimTypeMapping(mapping)

  const theo = await world.hire('Theo', 'Okafor')
  await world.settle()
  const explained = async () =>
    (await admin.explain({ tenant: tenant.id, person: theo.login })).verdict.because
  const before = await explained()

  const attempt = await world.signIn(nadia)

  const { last } = await assertRefused(world, attempt, 'claim_type_mapping_not_found')
  assert.match(String(last['message']), /no claim "employee_number"/)
  assert.match(before, /is active and found by the mapping of \S+$/)
  assert.match(await explained(), /The latest token .* has no claim "employee_number"/)
})

// SEC N-3
test('an issuer that lets others sign people in has a mapping for each of them, and one for the rest', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant, okta, app } = world
  const nadia = await world.hire('Nadia', 'Osei')
  const [theo, omar] = [await world.hire('Theo', 'Okafor'), await world.hire('Omar', 'Haddad')]
  nadia.idp = '0oaBirch'
  await world.settle()
  const [rest] = (await admin.listClaimTypeMappings({ tenant: tenant.id })).items
  assert.ok(rest !== undefined && rest.originalIssuer === null)
  const settings = { tenant: tenant.id, issuer: okta.issuer }
  const ofBirch = { ...settings, originalIssuer: '0oaBirch' }
  const made = await admin.createClaimTypeMapping({
    ...{ ...ofBirch, claimType: 'preferred_username', matches: 'userName' },
  })
  assert.deepEqual([made.originalIssuer, made.originalIssuerClaim], ['0oaBirch', 'idp'])
  const stepsOf = async (person: Person) => {
    assert.equal((await world.signIn(person)).outcome, 'signed-in')
    const [latest] = (await admin.listSignIns({ tenant: tenant.id })).items
    const { originalIssuer, matches } = latest?.steps.at(-1) ?? {}
    return [originalIssuer, matches]
  }

  assert.deepEqual(await stepsOf(nadia), ['0oaBirch', 'userName'])
  assert.deepEqual(await stepsOf(theo), [undefined, 'externalId'])

  await admin.removeClaimTypeMapping({ tenant: tenant.id, mapping: rest.id })
  const attempt = await world.signIn(omar)
  const { last } = await assertRefused(world, attempt, 'claim_type_mapping_not_found')
  assert.match(String(last['message']), /none is for "00o\w+", which its claim "idp" says/)
  const claims = { iss: okta.issuer, sub: theo.id, preferred_username: theo.login }
  const tried = await admin.tryClaims({ tenant: tenant.id, claims: { ...claims, idp: '0oaElm' } })
  assert.equal(tried.verdict.code, 'claim_type_mapping_not_found')
  assert.match(tried.verdict.because, /none is for "0oaElm"/)
  const found = await admin.tryClaims({ tenant: tenant.id, claims: { ...claims, idp: '0oaBirch' } })
  assert.deepEqual([found.verdict.canSignIn, found.value], [true, theo.login])
  for (const [wrong, code] of [
    [ofBirch, 'already_exists'],
    [{ ...ofBirch, originalIssuer: '0OABIRCH/' }, 'already_exists'],
    [{ ...ofBirch, originalIssuer: '0oaElm', originalIssuerClaim: 'org' }, 'conflict'],
    [{ ...settings, originalIssuerClaim: 'idp' }, 'invalid_input'],
    [{ ...ofBirch, originalIssuer: '0oa\n' }, 'invalid_input'],
  ] as const)
    await assert.rejects(admin.createClaimTypeMapping(wrong), isRefused(code, /./))
  const listed = await rollcall(app, ['claim-type-mapping', 'list', tenant.id])
  assert.match(listed.out, /0oaBirch +preferred_username +userName/)
  assert.equal((await admin.listClaimTypeMappings({ tenant: tenant.id })).items.length, 1)
})

test('by userName a person is known as well, whatever the letter case', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant, okta } = world
  const { items } = await admin.listClaimTypeMappings({ tenant: tenant.id })
  for (const { id } of items) await admin.removeClaimTypeMapping({ tenant: tenant.id, mapping: id })
  await admin.createClaimTypeMapping({
    tenant: tenant.id,
    issuer: okta.issuer,
    claimType: 'preferred_username',
    matches: 'userName',
  })
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  nadia.login = 'Nadia.OSEI@acme.example'

  const { outcome, page } = await world.signIn(nadia)

  assert.equal(outcome, 'signed-in', page.text)
})

test('who waits while the loader is paused is told so, and gets in without another click', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant } = world
  await admin.pauseSync({ tenant: tenant.id, reason: 'Looking into something.' })
  const nadia = await world.hire('Nadia', 'Osei')

  const attempt = await world.signIn(nadia)

  const { last } = await assertRefused(world, attempt, 'fqn_not_found')
  const { page } = attempt
  assert.match(
    page.text,
    /loading is paused by an operator.*seconds?.*when somebody has seen to it/,
  )
  assert.equal(last['reason'], 'paused')
  assert.equal(page.refresh?.seconds, 3)
  await world.browserOf(nadia).refresh()
  const again = world.attemptOf(nadia)
  assert.deepEqual([again.code, again.reference], ['fqn_not_found', attempt.reference])
  const { entry, steps } = await assertRefused(world, again, 'fqn_not_found')
  assert.equal(steps.filter((step) => step === 'refused').length, 1, 'the log has it once')
  await admin.resumeSync({ tenant: tenant.id })
  await until('Nadia at the site', async () => {
    await world.browserOf(nadia).refresh()
    return world.attemptOf(nadia).outcome === 'signed-in'
  })
  const ended = await admin.readSignIn({ reference: entry.id as `sgn_${string}` })
  assert.deepEqual([ended.outcome, ended.code], ['signed-in', null])
  assert.equal(ended.identityId, (await world.identityOf(nadia)).id)
})

test('somebody deactivated is refused, though Okta still knows them', async (t) => {
  const world = await startWorld(t, BEARER)
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
  const { id } = await world.identityOf(nadia)
  await done(world.provisioning.unassign(nadia))
  await world.settle()

  const attempt = await world.signIn(nadia)

  const { entry } = await assertRefused(world, attempt, 'identity_inactive')
  assert.match(attempt.page.text, /IT department to activate it again/)
  assert.equal(entry.steps.at(-1)?.['identityId'], id)
  const { people } = await world.admin.explain({ tenant: world.tenant.id, person: nadia.login })
  assert.equal(people[0]?.signIns[0]?.id, entry.id, 'it is in the history of theirs')
  await signedOut(world, nadia)
})

// SEC F-13
test('somebody deactivated while loading is paused is refused all the same', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant } = world
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
  await admin.pauseSync({ tenant: tenant.id, reason: 'a change of names' })
  await done(world.provisioning.unassign(nadia))

  const attempt = await world.signIn(nadia)

  assert.equal((await world.identityOf(nadia)).state, 'active', 'as it was before the pause')
  await assertRefused(world, attempt, 'identity_inactive')
})

// SEC R-8
test('a connection that is disabled lets nobody in until it is enabled', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant, connection } = world
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  const set = (disabled: boolean) =>
    admin.changeConnection({ tenant: tenant.id, connection: connection.id, disabled })
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
  await set(true)

  await signedOut(world, nadia)
  const attempt = await world.signIn(nadia)

  assert.deepEqual([attempt.outcome, attempt.code], ['refused', 'connection_not_ready'])
  assert.equal(attempt.page.status, 503)
  const entry = await world.readSignIn(attempt)
  assert.deepEqual([entry.code, entry.tenantId], ['connection_not_ready', tenant.id])
  await set(false)
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
})

// SEC R-8
test('a suspended tenant lets nobody in until it is resumed', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant } = world
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
  await admin.suspendTenant({ tenant: tenant.id })

  await signedOut(world, nadia)
  const attempt = await world.signIn(nadia)

  assert.deepEqual([attempt.outcome, attempt.code], ['refused', 'tenant_suspended'])
  assert.equal(attempt.page.status, 403)
  await admin.resumeTenant({ tenant: tenant.id })
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
})

test('two active people with one id at Okta are both refused until one is gone', async (t) => {
  const world = await startWorld(t, BEARER)
  const nadia = await world.hire('Nadia', 'Osei')
  const { baseUrl, token } = world.handover.scim
  const send = (method: string, path: string, body: object) =>
    fetch(baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(body),
    })
  const twin = {
    schemas: [USER],
    userName: 'twin@acme.example',
    externalId: nadia.id,
    active: true,
  }
  const { id } = (await (await send('POST', '/Users', twin)).json()) as { id: string }
  await world.settle()

  const attempt = await world.signIn(nadia)

  const { last } = await assertRefused(world, attempt, 'identity_ambiguous')
  assert.equal((last['identities'] as string[]).length, 2)
  for (const person of [attempt.reference ?? '', nadia.login, 'twin@acme.example']) {
    const { verdict } = await world.admin.explain({ tenant: world.tenant.id, person })
    assert.deepEqual([verdict.canSignIn, verdict.code], [false, 'identity_ambiguous'], person)
    assert.match(verdict.todo, /deactivate all but one/)
  }
  await send('PUT', `/Users/${id}`, { ...twin, active: false })
  await world.settle()
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
})

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
