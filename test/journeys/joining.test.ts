/** Somebody is at two identity providers of a customer, and by a rule one person: with one sign-in at either. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Browser, createBrowser } from '../../simulator/index.ts'
import { startHostileIdp } from '../support/hostile-idp.ts'
import { isRefused } from '../support/refused.ts'
import { GROUP, USER } from '../support/scim.ts'
import { call, type Json, type ScimAddress } from '../support/scim-client.ts'
import { rollcall } from '../support/terminal.ts'
import { passOkta, startWorld, until, type World } from '../support/world.ts'

const BY = 'join(" ", name.givenName, name.familyName)'

test('who is at two identity providers is one person by a rule, in by either, out at one, and two again', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant, site, app } = world
  const at = { tenant: tenant.id }
  const birch = await addBirch(t, world)
  const jane = await world.hire('Jane', 'Roe')
  const { id: janeAtBirch } = await provision(birch.scim)
  const { id: research } = await post(birch.scim, '/Groups', {
    schemas: [GROUP],
    displayName: 'Research',
    members: [{ value: janeAtBirch }],
  })
  const byGroup = { tenant: tenant.id, connection: birch.connectionId }
  await world.settle()
  const { runId } = await admin.applyRules({
    ...byGroup,
    rules: { roles: { researcher: [`idn_${research.slice(4)}`] } },
    replaces: 0,
  })
  await ended(world, runId)
  const first = await world.identityOf(jane)
  const second = await admin.readIdentityByFqn({ ...at, fqn: 'Birch:jane@birch.example' })
  const subOf = async (browser: Browser) => {
    const page = await browser.open(`${site.url}/session`)
    const { claims } = JSON.parse(page.text) as { claims: { sub: string } | null }
    return claims?.sub
  }
  const throughBirch = async () => {
    const browser = createBrowser()
    await browser.open(`${site.url}/login`)
    const page = await browser.follow('Birch Works')
    return { page, sub: await subOf(browser) }
  }
  assert.equal((await throughBirch()).sub, second.id)

  const apply = ['rule', 'apply-joining', 'acme', '--yes', '--json', '--by', BY]
  const applied = JSON.parse((await rollcall(app, apply)).out) as { runId: string }
  await ended(world, applied.runId)

  const together = await admin.readIdentity({ ...at, identity: first.id })
  assert.deepEqual(
    [together.state, together.joinedFrom.map(({ id, state }) => [id, state])],
    ['active', [[second.id, 'active']]],
  )
  assert.deepEqual(
    together.groups.map(({ fqn }) => fqn),
    ['Birch:Research'],
  )
  const other = await admin.readIdentity({ ...at, identity: second.id })
  assert.deepEqual([other.state, other.joinedTo], ['joined', first.id])
  const byFqn = await admin.readIdentityByFqn({ ...at, fqn: second.fqn })
  assert.deepEqual([byFqn.id, byFqn.isOld], [first.id, false])
  const listed = await admin.listIdentities({ ...at, kind: 'person', q: 'jane' })
  assert.deepEqual(
    listed.items.map(({ id }) => id),
    [first.id],
  )
  const byOther = await admin.listIdentities({ ...at, q: 'jane@birch' })
  assert.deepEqual(
    byOther.items.map(({ id }) => id),
    [first.id],
  )
  const roles = await admin.listRoles({ ...at, identity: first.id })
  assert.deepEqual(
    roles.items.map(({ role }) => role),
    ['researcher'],
  )
  await until('the site was told that the other session ended', () => site.logoutsReceived[0])

  assert.equal((await throughBirch()).sub, first.id)
  const browser = world.browserOf(jane)
  assert.equal((await browser.open(`${site.url}/login`)).heading, 'Where do you work?')
  await browser.follow('Okta')
  await passOkta(browser, jane)
  assert.equal(world.attemptOf(jane).outcome, 'signed-in')
  assert.equal((await world.sessionOf(jane)).claims?.sub, first.id)
  const told = site.logoutsReceived.length
  const from = Date.now()
  await activate(birch.scim, janeAtBirch, false)
  const notice = await until('the leaver is signed out', () => site.logoutsReceived[told], 5_000)
  assert.ok(notice.at - from < 5_000)
  // Two sessions end, and a notice of either comes first.
  await until('the site has let her go', async () => !(await world.sessionOf(jane)).signedIn)
  const refused = await world.signIn(jane)
  assert.deepEqual([refused.outcome, refused.code], ['refused', 'identity_inactive'])
  assert.match((await throughBirch()).page.text, /identity_inactive/)
  const explained = (await rollcall(app, ['explain', 'acme', second.fqn])).out
  assert.match(
    explained,
    /Can sign in +no[^]*Birch:jane@birch\.example is deactivated [^]*is one person with them/,
  )
  assert.match(explained, /One person +Acme:\S+ \(idn_\w+\) leads Birch:jane@birch.example\. /)

  await activate(birch.scim, janeAtBirch, true)
  await world.settle()
  const back = createBrowser()
  await back.open(`${site.url}/login`)
  await back.follow('Birch Works')
  assert.equal(await subOf(back), first.id)
  const main = { ...at, connection: world.connection.id }
  const before = site.logoutsReceived.length
  await admin.changeConnection({ ...main, disabled: true })
  await until('no connection of hers goes on unseen', () => site.logoutsReceived[before])
  await back.open(`${site.url}/login`)
  assert.equal(await subOf(back), first.id, 'and the one that is enabled lets her in')
  assert.match(
    (await rollcall(app, ['explain', 'acme', first.fqn])).out,
    /Can sign in +yes[^]*Through Birch: [^]*Not through \S+: The connection con_\w+ is disabled\./,
  )
  await admin.changeConnection({ ...main, disabled: false })
  await assert.rejects(
    admin.applyJoining({ ...at, by: 'emails.value', replaces: 1 }),
    isRefused('invalid_input', /e-mail address by itself/),
  )
  await assert.rejects(
    admin.applyJoining({ ...at, by: BY, replaces: 0 }),
    isRefused('conflict', /0 any more/),
  )

  const removed = JSON.parse(
    (await rollcall(app, 'rule remove-joining acme --yes --json'.split(' '))).out,
  ) as {
    runId: string
  }
  await ended(world, removed.runId)
  assert.equal((await throughBirch()).sub, second.id)
  const members = await admin.listMembers({ ...at, identity: `idn_${research.slice(4)}` })
  assert.deepEqual(
    members.items.map(({ id }) => id),
    [second.id],
  )
  const { out } = await rollcall(app, 'rule list-joining acme'.split(' '))
  assert.match(out, /2 .*Nobody is joined\.\n1 .*whoever has the same join/s)
  assert.match((await rollcall(app, 'rule show-joining acme'.split(' '))).out, /Nobody is joined/)
  await assert.rejects(
    admin.applyJoining({ ...at, by: null, replaces: 2 }),
    isRefused('conflict', /nothing to take back/),
  )
  const audit = await admin.listAudit(at)
  assert.equal(audit.items.filter(({ act }) => act === 'etl.joining.applied').length, 2)
})

async function addBirch(t: Parameters<typeof startHostileIdp>[0], { admin, tenant }: World) {
  const idp = await startHostileIdp(t)
  const { connection, handover } = await admin.addConnection({
    tenant: tenant.id,
    name: 'Birch Works',
    label: 'Birch',
    kind: 'other',
    redirectUris: ['https://birch.example/callback'],
  })
  const { issuer, clientId, clientSecret } = idp
  const at = { tenant: tenant.id, connection: connection.id }
  await admin.changeConnection({ ...at, oidcApplication: { issuer, clientId, clientSecret } })
  await admin.createClaimTypeMapping({ tenant: tenant.id, connectionId: connection.id, issuer })
  return { ...handover, connectionId: connection.id }
}

async function post(scim: ScimAddress, path: string, body: Json): Promise<{ id: string }> {
  const answer = await call(scim, 'POST', path, body)
  assert.equal(answer.status, 201)
  return answer.body as { id: string }
}

/** As the identity provider has them whom everybody is at it. */
function provision(scim: ScimAddress): Promise<{ id: string }> {
  return post(scim, '/Users', {
    schemas: [USER],
    userName: 'jane@birch.example',
    externalId: '00u-of-nobody',
    name: { givenName: 'Jane', familyName: 'Roe' },
    active: true,
  })
}

async function activate(scim: ScimAddress, id: string, active: boolean): Promise<void> {
  const { status } = await call(scim, 'PATCH', `/Users/${id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value: { active } }],
  })
  assert.equal(status, 200)
}

async function ended({ admin, tenant }: World, runId: string): Promise<void> {
  await until('the full run ended', async () => {
    const { items } = await admin.listRuns({ tenant: tenant.id })
    return items.some(({ id, status }) => id === runId && status === 'done')
  })
}
