/** Passkeys through HTTP, with a device that answers as WebAuthn says. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startApp, type TestApp } from '../../test/support/app.ts'
import { createAuthenticator } from '../../test/support/authenticator.ts'
import { createTestClock, MINUTE } from '../../test/support/clock.ts'
import { becomeOperator, createVisitor } from '../../test/support/visitor.ts'
import { ApiError } from '../contract/index.ts'

const ORIGIN = 'https://id.example.com'
const clock = createTestClock()
const device = createAuthenticator(ORIGIN)
const ends: (() => Promise<void>)[] = []
let app: TestApp
let ada: Awaited<ReturnType<typeof becomeOperator>>
/** As a browser behind the proxy sees it: our pages have the public address. */
const visitor = () => createVisitor({ url: app.url, origin: ORIGIN })
before(async () => {
  const t = { after: (end: () => Promise<void>) => void ends.push(end) }
  app = await startApp(t, { clock, config: { ROLLCALL_PUBLIC_URL: ORIGIN } })
  ada = await becomeOperator(app, clock, visitor())
  const { options } = await ada.api.askForPasskey({})
  await ada.api.addPasskey({ name: 'laptop', answer: device.create(options) })
})
after(async () => {
  for (const end of ends) await end()
})

const refused = (code: string) => (error: unknown) =>
  error instanceof ApiError && error.code === code

test('a registered passkey signs in, without a password and without a name', async () => {
  const { api, cookies } = visitor() // SEC C-1, W-1
  const { options } = await api.askWithPasskey({})

  const session = await api.signInWithPasskey({ answer: device.get(options) })

  assert.equal(session.administrator.email, ada.email)
  assert.match(cookies.get('__Host-rollcall_console') ?? '', /^[\w-]{43}$/)
  assert.equal(options['allowCredentials'], undefined)
  const [passkey] = (await api.listPasskeys({})).items
  assert.deepEqual([passkey?.name, passkey?.lastUsedAt === null], ['laptop', false])
})

test('an answer lets in once, within ten minutes, and only to the page that asked', async () => {
  const { api } = visitor() // SEC T-8
  const ask = async () => (await api.askWithPasskey({})).options
  const answer = device.get(await ask())
  await api.signInWithPasskey({ answer })

  await assert.rejects(api.signInWithPasskey({ answer }), refused('flow_expired'))
  const foreign = device.get(await ask(), 'https://evil.example')
  await assert.rejects(api.signInWithPasskey({ answer: foreign }), refused('not_authenticated'))
  const forged = createAuthenticator(ORIGIN).get(await ask())
  await assert.rejects(api.signInWithPasskey({ answer: forged }), refused('not_authenticated'))
  const { response, ...own } = device.get(await ask())
  const broken = { ...own, response: { ...response, signature: forged.response.signature } }
  await assert.rejects(api.signInWithPasskey({ answer: broken }), refused('not_authenticated'))
  for (const nothing of [{}, { response: { clientDataJSON: 'x' } }])
    await assert.rejects(api.signInWithPasskey({ answer: nothing }), refused('invalid_input'))
  const late = device.get(await ask())
  clock.turn(10 * MINUTE)
  await assert.rejects(api.signInWithPasskey({ answer: late }), refused('flow_expired'))
})

test('what was asked to sign in registers nothing, and the other way round', async () => {
  const { api } = visitor()
  const { options: toSignIn } = await api.askWithPasskey({})
  await api.signInWithPasskey({ answer: device.get(toSignIn) })
  const other = createAuthenticator(ORIGIN)
  const { options: asked } = await api.askWithPasskey({})
  const { options: toRegister } = await api.askForPasskey({})

  const crossed = { name: 'other', answer: other.create(asked) }
  await assert.rejects(api.addPasskey(crossed), refused('invalid_input'))
  const answer = device.get(toRegister)
  await assert.rejects(api.signInWithPasskey({ answer }), refused('not_authenticated'))
})

test('a passkey that was removed lets nobody in', async () => {
  const { api } = visitor()
  const { options } = await api.askWithPasskey({})
  await api.signInWithPasskey({ answer: device.get(options) })
  const [passkey] = (await api.listPasskeys({})).items

  await api.removePasskey({ passkey: passkey?.id ?? '' })

  const again = visitor()
  const { options: asked } = await again.api.askWithPasskey({})
  const answer = device.get(asked)
  await assert.rejects(again.api.signInWithPasskey({ answer }), refused('not_authenticated'))
  const { items } = await app.admin.listPlatformAudit({ limit: 100 })
  const acts = items.map(({ act }) => act)
  assert.ok(acts.includes('operators.passkey.added') && acts.includes('operators.passkey.removed'))
})
