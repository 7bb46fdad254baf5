/** Administrators who sign in at an identity provider: linked by themselves, with a second factor stated. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createBrowser, type Person } from '../../simulator/index.ts'
import { ApiError, createClient } from '../../src/contract/index.ts'
import { createTestClock, MINUTE } from '../support/clock.ts'
import {
  becomeOperator,
  codeNow,
  createVisitor,
  PASSWORD,
  type Visitor,
} from '../support/visitor.ts'
import { done, passOkta, startWorld, type World } from '../support/world.ts'

const clock = createTestClock(Date.now())
const ends: (() => Promise<void>)[] = []
let world: World
let ada: Awaited<ReturnType<typeof becomeOperator>>
let connection: `con_${string}`
/** Ada, as Okta knows her. */
let person: Person
/** A person of the tenant who administers it. */
let grace: Person
before(async () => {
  const t = { after: (end: () => Promise<void>) => void ends.push(end) }
  world = await startWorld(t, { kind: 'oin', auth: 'bearer', overrides: { clock } })
  ada = await becomeOperator(world.app, clock)
  connection = world.connection.id
  person = world.itAdmin
  person.secondFactor = true
  const redirectUris = [world.connection.callbackUrl, `${world.app.url}/console/sign-in/return`]
  const oidcApplication = world.okta.registerOidcApp({ redirectUris })
  await world.admin.changeConnection({ tenant: world.tenant.id, connection, oidcApplication })
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})

const refused =
  (code: string, words = /./) =>
  (error: unknown) =>
    error instanceof ApiError && error.code === code && words.test(error.message)

/** Where Okta sends that person's browser back to. */
async function atOkta(redirectTo: string, who = person): Promise<string> {
  const browser = createBrowser({ sleep: async () => {} })
  await browser.open(redirectTo)
  return (await passOkta(browser, who)).url
}

async function signIn({ api }: Pick<Visitor, 'api'>, who = person) {
  const { redirectTo, flow } = await api.sendToProvider({ connection })
  return api.returnFromProvider({ flow, address: await atOkta(redirectTo, who) })
}

/** Links whoever is signed in as that person. */
async function link({ api }: Pick<Visitor, 'api'>, who = person) {
  const { redirectTo, flow } = await api.sendToLink({ connection })
  return api.returnFromProvider({ flow, address: await atOkta(redirectTo, who) })
}

test('an operator links themselves where an operator named the connection, and signs in by it from then on', async () => {
  // SEC C-1, R-1
  await assert.rejects(link(ada), refused('not_permitted', /may name it/))
  const named = { tenant: world.tenant.id, connection, name: 'Staff' }
  await world.admin.nameSignInProvider(named)
  await assert.rejects(signIn(createVisitor(world.app)), refused('not_authenticated', /link/))

  await link(ada)

  const visitor = createVisitor(world.app)
  const { providers } = await visitor.api.readSignInWays({})
  assert.deepEqual(providers, [{ connection, name: 'Staff' }])
  assert.equal((await signIn(visitor)).administrator.email, ada.email)
  assert.equal((await visitor.api.listSessions({})).items[0]?.method, 'oidc')
})

test('whoever the identity provider asked for one factor alone does not get in', async () => {
  const visitor = createVisitor(world.app) // SEC C-1
  person.secondFactor = false

  await assert.rejects(signIn(visitor), refused('not_permitted', /second factor/))

  person.secondFactor = true
  assert.equal(visitor.cookies.size, 0)
})

test('another person of the same identity provider is nobody, whatever their e-mail address', async () => {
  const other = world.okta.hire({ givenName: 'Eve', familyName: 'Ada', login: ada.email }) // SEC R-1
  other.secondFactor = true

  await assert.rejects(signIn(createVisitor(world.app), other), refused('not_authenticated'))
})

test('a way back is used once, and with what was begun for it', async () => {
  const { api } = createVisitor(world.app) // SEC R-2, T-8
  const one = await api.sendToProvider({ connection })
  const other = await api.sendToProvider({ connection })
  const address = await atOkta(one.redirectTo)
  const elsewhere = address.replace('/console/', '/consoles/')

  await assert.rejects(
    api.returnFromProvider({ flow: one.flow, address: elsewhere }),
    refused('invalid_input'),
  )
  await assert.rejects(api.returnFromProvider({ flow: other.flow, address }), ApiError)
  await api.returnFromProvider({ flow: one.flow, address })
  await assert.rejects(api.returnFromProvider({ flow: one.flow, address }), refused('flow_expired'))
})

test("a tenant's administrator links at the tenant's own connection, and at no other tenant's", async () => {
  await world.app.onboard('Birch') // SEC C-2, I-1
  const invited = async (tenant: string, email: string) => {
    const whom = { tenant, email, name: 'Grace', role: 'tenant-admin' } as const
    const { url } = await world.admin.inviteAdministrator(whom)
    const visitor = createVisitor(world.app)
    const code = url.split('#')[1] ?? ''
    const { enrolment, totp } = await visitor.api.acceptInvitation({ code, password: PASSWORD })
    await visitor.api.completeEnrolment({ enrolment, totp: codeNow(totp.secret, clock) })
    return visitor
  }
  grace = world.okta.hire({ givenName: 'Grace', familyName: 'Ho' })
  grace.secondFactor = true

  const stranger = await invited('Birch', 'grace@birch.example')
  await assert.rejects(link(stranger, grace), refused('not_permitted'))
  await link(await invited(world.tenant.id, 'grace@acme.example'), grace)

  const { administrator } = await signIn(createVisitor(world.app), grace)
  assert.deepEqual(
    [administrator.email, administrator.tenant?.id],
    ['grace@acme.example', world.tenant.id],
  )
})

test('an administrator who leaves the tenant is out of the console at once, and gets in no more', async () => {
  const { provisioning, settle } = world // SEC F-13
  await done(provisioning.assign(grace))
  await settle()
  const visitor = createVisitor(world.app)
  await signIn(visitor, grace)
  assert.equal((await visitor.api.readSession({})).administrator.email, 'grace@acme.example')
  const ofTenant = { tenant: world.tenant.id, role: 'tenant-admin', days: 9 } as const
  const own = await visitor.api.createKey({ ...ofTenant, name: 'hers' })
  const client = (token: string) => createClient({ url: world.app.url, token })
  const made = await client(own.key).createKey({ ...ofTenant, name: "her program's" })
  const states = async () => {
    const { items } = await world.admin.listKeys({ tenant: world.tenant.id })
    return items.map(({ state }) => state)
  }
  const sites = (token: string) => client(token).listSites({ tenant: world.tenant.id })
  await sites(made.key)
  assert.deepEqual(await states(), ['live', 'live'])

  await done(provisioning.unassign(grace))
  await settle()

  await assert.rejects(visitor.api.readSession({}), refused('not_authenticated'))
  await assert.rejects(
    signIn(createVisitor(world.app), grace),
    refused('not_authenticated', /left/),
  )
  for (const { key } of [own, made]) await assert.rejects(sites(key), refused('not_authenticated'))
  assert.deepEqual(await states(), ['held', 'held'])

  await done(provisioning.assign(grace))
  await settle()
  await assert.rejects(sites(own.key), refused('not_authenticated'))
  await signIn(createVisitor(world.app), grace)
  await sites(made.key)
})

test('keys of who signs in through a connection are held while it is disabled', async () => {
  const visitor = createVisitor(world.app) // SEC F-13
  await signIn(visitor, grace)
  const tenant = world.tenant.id
  const { key } = await visitor.api.createKey({ tenant, role: 'tenant-admin', name: 'k', days: 9 })
  const program = createClient({ url: world.app.url, token: key })
  const disable = (disabled: boolean) =>
    world.admin.changeConnection({ tenant, connection: world.connection.id, disabled })

  await disable(true)
  await assert.rejects(program.listSites({ tenant }), refused('not_authenticated'))
  await assert.rejects(visitor.api.readSession({}), refused('not_authenticated'))
  await disable(false)

  await program.listSites({ tenant })
  await assert.rejects(visitor.api.readSession({}), refused('not_authenticated'))
})

test('a connection that is no longer named lets no operator in', async () => {
  clock.turn(MINUTE)
  await world.admin.removeSignInProvider({ connection })

  await assert.rejects(signIn(createVisitor(world.app)), refused('not_permitted'))
})
