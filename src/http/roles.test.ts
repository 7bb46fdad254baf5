/** What each role may, by the contract; and how somebody gets a role, and loses it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startApp, type TestApp } from '../../test/support/app.ts'
import { createTestClock, DAY, MINUTE } from '../../test/support/clock.ts'
import { NOBODY } from '../../test/support/nobody.ts'
import {
  acceptInvitation,
  becomeOperator,
  codeNow,
  createVisitor,
  PASSWORD,
} from '../../test/support/visitor.ts'
import {
  type AdminClient,
  ApiError,
  createClient,
  isOfTenant,
  ROLES,
  type Route,
  rolesFor,
  routes,
} from '../contract/index.ts'

type Role = (typeof ROLES)[number]

const clock = createTestClock()
const ends: (() => Promise<void>)[] = []
let app: TestApp
let ada: Awaited<ReturnType<typeof becomeOperator>>
const keys = new Map<Role, string>()
before(async () => {
  app = await startApp({ after: (end) => void ends.push(end) }, { clock })
  ada = await becomeOperator(app, clock)
  for (const name of ['Acme', 'Birch']) await app.onboard(name)
  for (const role of ROLES) {
    const made = await app.admin.createKey({
      ...{ role, name: role },
      ...(isOfTenant(role) ? { tenant: 'Acme' } : {}),
    })
    keys.set(role, made.key)
  }
})
after(async () => {
  for (const end of ends) await end()
})

const refused =
  (code: string, words = /./) =>
  (error: unknown) =>
    error instanceof ApiError && error.code === code && words.test(error.message)

const clientOf = (role: Role) => createClient({ url: app.url, token: keys.get(role) ?? '' })

/** Somebody who was invited and has accepted. */
async function invited(role: Role, email: string, tenant?: string) {
  const { url } = await app.admin.inviteAdministrator({ role, email, name: 'Grace', tenant })
  return { ...(await acceptInvitation(app, clock, url)), email }
}

test('each route lets in the roles that the contract names, and no other', async () => {
  // SEC C-2, T-7
  const asking = Object.entries<Route>(routes).filter(
    ([, { needs }]) => !['anyone', 'signed-in', 'setup-link'].includes(needs),
  )

  for (const [name, { method, path, needs, streams }] of asking)
    for (const role of ROLES) {
      const address = path.replace('{tenant}', 'Acme').replaceAll(/\{\w+\}/g, 'none')
      const answer = await fetch(app.url + address, {
        method,
        headers: {
          authorization: `Bearer ${keys.get(role)}`,
          ...(method === 'GET' || method === 'DELETE'
            ? {}
            : { 'content-type': 'application/json' }),
        },
        // No route takes it, so that nothing happens.
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{"none":"of this"}' }),
      })
      if (streams === true) await answer.body?.cancel()
      else await answer.arrayBuffer()
      const may = rolesFor(needs).includes(role)
      assert.equal(answer.status === 403, !may, `${name} as ${role}: ${answer.status}`)
      assert.notEqual(answer.status, 401)
    }
})

test('whoever is bound to a tenant does not find another, by whatever route', async () => {
  const of = Object.entries<Route>(routes).filter(
    ([, { needs, method }]) => needs.startsWith('tenant-') && method === 'GET',
  ) // SEC I-1, I-8

  for (const [name, { path }] of of) {
    const isInPath = path.includes('{tenant}')
    const read = async (tenant: string) => {
      const names: Readonly<Record<string, string>> = { ...NOBODY, tenant }
      const address = path.replaceAll(/\{(\w+)\}/g, (_, each: string) => names[each] ?? each)
      const asked = name === 'explain' ? '?person=nobody' : ''
      const query = isInPath ? asked : `?tenant=${tenant}`
      const answer = await fetch(app.url + address + query, {
        headers: { authorization: `Bearer ${keys.get('tenant-admin')}` },
      })
      return { status: answer.status, said: (await answer.text()).replace(/req_\w+/, '') }
    }
    const [other, nobody] = [await read('Birch'), await read('Cedar')]
    assert.equal(other.status, 404, name)
    assert.equal(other.said.replaceAll('Birch', 'Cedar'), nobody.said, name)
  }
})

test('whoever looks after a tenant reads its sign-ins and SCIM requests by their ids, and of no other tenant', async () => {
  const viewer = clientOf('tenant-viewer') // SEC I-1, I-8
  const entriesOf = async (tenant: string) => {
    const { items } = await app.admin.listConnections({ tenant })
    const connection = items[0]?.id ?? assert.fail('no connection')
    const { reference } = await app.admin.testConnection({ tenant, connection })
    const { token } = await app.admin.mintToken({ tenant, connection })
    const answer = await fetch(`${app.url}/scim/v2/${connection}/Users`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return { reference, requestId: answer.headers.get('x-request-id') as `req_${string}` }
  }
  const ours = await entriesOf('Acme')
  const theirs = await entriesOf('Birch')
  await app.app.provisioningLog.flush()

  const read = async (
    by: typeof viewer,
    { reference, requestId }: typeof ours,
    tenant?: string,
  ) => {
    const within = tenant === undefined ? {} : { tenant }
    const both = [
      by.readSignIn({ ...within, reference }).then(({ id }) => id === reference),
      by
        .readProvisioningLogEntry({ ...within, requestId })
        .then((entry) => entry.requestId === requestId),
    ]
    return (await Promise.allSettled(both)).map((each) =>
      each.status === 'fulfilled' ? each.value : (each.reason as ApiError).code,
    )
  }
  assert.deepEqual(await read(viewer, ours), [true, true])
  assert.deepEqual(await read(viewer, theirs), ['not_found', 'not_found'])
  assert.deepEqual(await read(app.admin, theirs), [true, true])
  assert.deepEqual(await read(app.admin, theirs, 'Acme'), ['not_found', 'not_found'])
})

test('a route that somebody bound to a tenant may use says of which tenant', () => {
  const vague = Object.entries<Route>(routes).filter(
    ([, { needs, path, input }]) =>
      needs.startsWith('tenant-') && !path.includes('{tenant}') && !('tenant' in input.shape),
  ) // SEC I-9

  assert.deepEqual(vague, [])
})

test('an invited administrator has the role they were invited to, in their tenant alone', async () => {
  const grace = await invited('tenant-admin', 'grace@acme.example', 'Acme') // SEC C-2, T-8

  const { administrator } = await grace.api.readSession({})
  assert.deepEqual([administrator.role, administrator.tenant?.name], ['tenant-admin', 'Acme'])
  assert.equal(grace.page, `${app.url}/console/invitation`)
  assert.equal((await grace.api.readTenant({ tenant: 'Acme' })).name, 'Acme')
  await assert.rejects(grace.api.readTenant({ tenant: 'Birch' }), refused('not_found'))
  await assert.rejects(grace.api.listTenants({}), refused('not_permitted', /operator-read/))
  const again = { code: grace.code, password: PASSWORD }
  await assert.rejects(createVisitor(app).api.acceptInvitation(again), refused('not_permitted'))
  const { items } = await grace.api.listAdministrators({})
  assert.deepEqual(
    items.map(({ email }) => email),
    ['grace@acme.example'],
  )
  const acts = (await grace.api.listAudit({ tenant: 'Acme', limit: 500 })).items
  assert.ok(acts.some(({ act }) => act === 'operators.administrator.enrolled'))
})

test('administrators of a tenant register sites where an operator permits it, and no reader of the directory', async () => {
  const tenant = 'Acme' // SEC O-2, C-2
  const site = { tenant, name: 'Own', redirectUris: ['https://own.example/cb'] }
  const admin = clientOf('tenant-admin')

  await assert.rejects(admin.createSite(site), refused('not_permitted', /set up by the operator/))
  await app.admin.changeTenant({ tenant, sitesByAdministrators: true })
  const { id, directoryAccess } = await admin.createSite(site)
  assert.equal(directoryAccess, false)
  for (const act of [
    () => admin.createSite({ ...site, directoryAccess: true }),
    () => admin.changeSite({ tenant, site: id, directoryAccess: true }),
  ])
    await assert.rejects(act(), refused('not_permitted', /for the operator to say/))
  await assert.rejects(admin.createSite({ ...site, tenant: 'Birch' }), refused('not_found'))
  await app.admin.changeTenant({ tenant, sitesByAdministrators: false })
  await assert.rejects(admin.removeSite({ tenant, site: id }), refused('not_permitted'))
  assert.equal((await clientOf('tenant-viewer').readSite({ tenant, site: id })).name, 'Own')
})

test('nobody invites above their own place, and an invitation taken back is dead', async () => {
  const api = clientOf('tenant-admin') // SEC C-2
  const whom = { name: 'Mallory', email: 'mallory@acme.example' }

  for (const role of ['operator', 'operator-read'] as const) {
    await assert.rejects(api.inviteAdministrator({ ...whom, role }), refused('invalid_input'))
    await assert.rejects(api.createKey({ name: 'up', role }), refused('invalid_input'))
  }
  const elsewhere = { ...whom, role: 'tenant-admin', tenant: 'Birch' } as const
  await assert.rejects(api.inviteAdministrator(elsewhere), refused('not_found'))
  const made = await api.inviteAdministrator({ ...whom, role: 'tenant-viewer' })
  const { state } = await api.revokeInvitation({ invitation: made.id })
  assert.equal(state, 'revoked')
  const [, code = ''] = made.url.split('#')
  await assert.rejects(
    createVisitor(app).api.acceptInvitation({ code, password: PASSWORD }),
    refused('not_permitted'),
  )
})

test('nobody changes their own rights; who is demoted or disabled is out at once', async () => {
  const oona = await invited('operator-read', 'oona@platform.example') // SEC C-2, W-2
  const { administrator: me } = await ada.api.readSession({})
  const { administrator: her } = await oona.api.readSession({})
  const down = { administrator: me.id, role: 'operator-read' } as const

  await assert.rejects(ada.api.changeAdministrator(down), refused('not_permitted', /own rights/))
  await app.admin.changeAdministrator({ administrator: her.id, role: 'operator' })
  await assert.rejects(oona.api.readSession({}), refused('not_authenticated'))
  clock.turn(MINUTE)
  const again = () => ({
    email: oona.email,
    password: PASSWORD,
    totp: codeNow(oona.secret, clock),
  })
  assert.equal((await oona.api.signIn(again())).administrator.role, 'operator')
  const { key } = await oona.api.createKey({ name: 'hers', role: 'operator', days: 9 })
  const program = createClient({ url: app.url, token: key })
  await program.listTenants({})
  await app.admin.changeAdministrator({ administrator: her.id, disabled: true })
  await assert.rejects(oona.api.readSession({}), refused('not_authenticated'))
  await assert.rejects(program.listTenants({}), refused('not_authenticated'))
  clock.turn(MINUTE)
  await assert.rejects(oona.api.signIn(again()), refused('not_authenticated'))
  const foreign = { administrator: her.id, disabled: false }
  await assert.rejects(clientOf('tenant-admin').changeAdministrator(foreign), refused('not_found'))
  await app.admin.removeAdministrator({ administrator: her.id })
  await assert.rejects(program.listTenants({}), refused('not_authenticated'))
})

test('whoever lost what they sign in with is reset: nothing of it lets in, and by the link they begin again', async () => {
  const oona = await invited('operator-read', 'oona.reed@platform.example') // SEC C-1, C-2, T-8
  const { administrator: her } = await oona.api.readSession({})
  const at = { administrator: her.id }
  const again = (secret: string) => ({
    ...{ email: oona.email, password: PASSWORD },
    totp: codeNow(secret, clock),
  })
  const { administrator: me } = await ada.api.readSession({})
  await assert.rejects(
    ada.api.resetAdministrator({ administrator: me.id }),
    refused('not_permitted', /no reset/),
  )

  const first = await app.admin.resetAdministrator(at)
  const second = await app.admin.resetAdministrator(at)
  await assert.rejects(oona.api.readSession({}), refused('not_authenticated'))
  clock.turn(MINUTE)
  await assert.rejects(oona.api.signIn(again(oona.secret)), refused('not_authenticated'))

  const accept = (url: string) => {
    const { api } = createVisitor(app)
    return api.acceptInvitation({ code: url.split('#')[1] ?? '', password: PASSWORD })
  }
  await assert.rejects(accept(first.url), refused('not_permitted'))
  assert.deepEqual([second.renews, second.role], [her.id, 'operator-read'])
  const { enrolment, totp } = await accept(second.url)
  const begun = createVisitor(app)
  const codes = { enrolment, totp: codeNow(totp.secret, clock) }
  assert.equal((await begun.api.completeEnrolment(codes)).administrator.id, her.id)
  await assert.rejects(accept(second.url), refused('not_permitted'))
  clock.turn(MINUTE)
  assert.equal((await begun.api.signIn(again(totp.secret))).administrator.id, her.id)
  const acts = (await app.admin.listPlatformAudit({})).items.filter(
    ({ object }) => object === her.id,
  )
  assert.deepEqual(
    acts.map(({ act }) => act).filter((act) => /reset|renewed/.test(act)),
    ['renewed', 'reset', 'reset'].map((act) => `operators.administrator.${act}`),
  )

  const late = await app.admin.resetAdministrator(at)
  await app.admin.removeAdministrator(at)
  await assert.rejects(accept(late.url), refused('not_permitted'))
  await assert.rejects(app.admin.removeAdministrator(at), refused('not_found'))
  await invited('operator-read', oona.email)
})

test('who did something is named in the log while they are there, those of the platform to nobody of a tenant', async () => {
  const oona = await invited('operator', 'oona.lind@platform.example') // SEC C-4, I-8
  const terry = await invited('tenant-admin', 'terry@acme.example', 'Acme')
  const { administrator: her } = await oona.api.readSession({})
  const claim = ({ addDomain }: Pick<AdminClient, 'addDomain'>, domain: string) => {
    clock.turn(1_000)
    return addDomain({ tenant: 'Acme', domain })
  }
  await claim(oona.api, 'one.example')
  await claim(terry.api, 'two.example')
  await claim(clientOf('tenant-admin'), 'three.example')
  await claim(app.admin, 'four.example')
  const named = async ({ listAudit }: Pick<AdminClient, 'listAudit'>) => {
    const { items } = await listAudit({ tenant: 'Acme', limit: 4 })
    return items.map(({ actorName }) => actorName)
  }

  const [toPlatform, toTenant] = [await named(app.admin), await named(terry.api)]
  await app.admin.removeAdministrator({ administrator: her.id })
  const later = await named(app.admin)

  assert.deepEqual(toPlatform, ['test', 'tenant-admin', 'Grace', 'Grace'])
  assert.deepEqual(toTenant, [null, 'tenant-admin', 'Grace', null])
  assert.deepEqual(later, ['test', 'tenant-admin', 'Grace', null])
})

test('a key ends by its date and when it is revoked, and says when it was used', async () => {
  const made = await app.admin.createKey({ name: 'report', role: 'operator-read', days: 1 }) // SEC C-4
  const api = createClient({ url: app.url, token: made.key })
  const stateOf = async () => (await app.admin.listKeys({})).items.find(({ id }) => id === made.id)

  assert.deepEqual([(await stateOf())?.state, (await stateOf())?.lastUsedAt], ['live', null])
  await api.listTenants({})
  assert.notEqual((await stateOf())?.lastUsedAt, null)
  assert.ok(!JSON.stringify(await app.admin.listKeys({})).includes(made.key))
  clock.turn(DAY)
  await assert.rejects(api.listTenants({}), refused('not_authenticated'))
  assert.equal((await stateOf())?.state, 'expired')

  const other = await app.admin.createKey({ name: 'other', role: 'operator' })
  await app.admin.revokeKey({ key: other.id })
  const gone = createClient({ url: app.url, token: other.key })
  await assert.rejects(gone.listTenants({}), refused('not_authenticated'))
})

test('somebody sees their sessions, ends one, and a new password ends all others', async () => {
  clock.turn(MINUTE) // SEC W-2
  const signIn = async () => {
    clock.turn(MINUTE)
    const visitor = createVisitor(app)
    const totp = codeNow(ada.secret, clock)
    await visitor.api.signIn({ email: ada.email, password: PASSWORD, totp })
    return visitor
  }
  const [one, two, three] = [await signIn(), await signIn(), await signIn()]

  const { items } = await one.api.listSessions({})
  const ids = items.filter(({ isThis }) => !isThis).map(({ id }) => id)
  assert.equal(ids.length, 2)
  await one.api.endSession({ session: ids[0] ?? '' })
  await assert.rejects(three.api.readSession({}), refused('not_authenticated'))
  await assert.rejects(one.api.changePassword({ password: 'short' }), refused('invalid_input'))
  await one.api.changePassword({ password: 'nine loud herons in a reed' })
  await assert.rejects(two.api.readSession({}), refused('not_authenticated'))
  assert.ok(await one.api.readSession({}))
  const { recoveryCodes } = await one.api.renewRecoveryCodes({})
  clock.turn(MINUTE)
  const [recoveryCode] = recoveryCodes
  const session = await createVisitor(app).api.signIn({
    ...{ email: ada.email, password: 'nine loud herons in a reed', recoveryCode },
  })
  assert.equal(session.administrator.email, ada.email)
})

test('the tenant of somebody who is bound to it is suspended: they are refused, and told why', async () => {
  await app.admin.suspendTenant({ tenant: 'Acme' }) // SEC I-11

  await assert.rejects(
    clientOf('tenant-admin').readTenant({ tenant: 'Acme' }),
    refused('tenant_suspended'),
  )
})
