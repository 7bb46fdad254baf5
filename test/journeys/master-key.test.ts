/** Another master key takes over while people sign in, from the first value to the last (SEC K-2). */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { belongTo, nextSealed } from '../../src/db/index.ts'
import {
  createKeyRing,
  systemClock,
  systemRandom,
  unseal,
  type WrappingKey,
  wrappingKey,
} from '../../src/lib/index.ts'
import { SEALED_COLUMNS } from '../../src/sealed-columns.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { createBalancer } from '../support/balancer.ts'
import { connectTo, createTestDatabase } from '../support/database.ts'
import { becomeOperator, codeNow, createVisitor, PASSWORD } from '../support/visitor.ts'
import { passOkta, startWorld, type World } from '../support/world.ts'

const [OLD, NEW, NONE] = [7, 8, 9].map((each) => wrappingKey(Buffer.alloc(32, each))) as [
  WrappingKey,
  WrappingKey,
  WrappingKey,
]

/** A node behind an address that leads to it until it leads to another. */
async function startFirst(t: TestContext) {
  const balancer = await createBalancer()
  const database = await createTestDatabase()
  await belongTo(database.ownerPool, createKeyRing([OLD]), systemRandom)
  const config = { ROLLCALL_PUBLIC_URL: balancer.url }
  let inFile = [OLD]
  const keysInFile = async () => inFile
  const first = await startApp(t, { database, config, masterKeys: inFile, keysInFile })
  balancer.lead([new URL(first.url).port])
  t.after(async () => {
    await balancer.close()
    await database.close()
  })
  return {
    first,
    visitor: () => createVisitor(balancer),
    put: (...keys: WrappingKey[]) => void (inFile = keys),
    /** One that has the new key alone, in its place. */
    async replace(): Promise<TestApp> {
      await first.close()
      const connected = await connectTo(database.url)
      const next = await startApp(t, { database: connected, config, masterKeys: [NEW] })
      t.after(connected.close)
      balancer.lead([new URL(next.url).port])
      return next
    },
  }
}

/** Every value that is sealed, for which place, and where it is kept. */
async function everyValue({ database, admin }: TestApp) {
  const tenants = (await admin.listTenants({ limit: 500 })).items.map(({ id }) => id)
  const given = { after: undefined, limit: 1_000 }
  const found = SEALED_COLUMNS.flatMap((column) =>
    (column.isOfTenants ? tenants : [null]).map(async (of) => {
      const rows = await nextSealed(database.db, column, of, createKeyRing([NONE]), given)
      return rows.map((row) => ({ ...row, kept: `${column.table}.${column.column}` }))
    }),
  )
  return (await Promise.all(found)).flat()
}

/** What is neither a person's nor of a sign-in. */
async function keepTheRest({ admin, tenant, connection }: World, issuer: string): Promise<void> {
  const at = { tenant: tenant.id }
  await admin.changeWarningSettings({ ...at, webhookUrl: 'https://hooks.example/x' })
  const other = await admin.addConnection({ ...at, name: 'Second', label: 'Second' })
  await admin.changeConnection({
    ...{ ...at, connection: other.connection.id },
    oidcApplication: { issuer, clientId: '0oa1', authentication: 'private_key_jwt' },
  })
  assert.notEqual(other.connection.id, connection.id)
}

// SEC K-2
test('people, administrators and Okta go on where they were after another key has taken over and the former is gone', async (t) => {
  const { first, put, replace, visitor } = await startFirst(t)
  const world = await startWorld(t, { kind: 'oin', auth: 'oauth', on: first })
  await world.consent(world.itAdmin)
  const [nadia, tomasz] = [await world.hire('Nadia', 'Osei'), await world.hire('Tomasz', 'Bąk')]
  await world.settle()
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
  const onTheWay = world.browserOf(tomasz)
  await onTheWay.open(world.site.url)
  await onTheWay.follow('Sign in')
  await keepTheRest(world, world.okta.url)
  const ada = await becomeOperator(first, systemClock, visitor())
  const invited = await ada.api.inviteAdministrator({
    ...{ name: 'Bea', email: 'bea@platform.example', role: 'operator' },
  })
  const begun = await visitor().api.acceptInvitation({
    ...{ code: invited.url.split('#')[1] ?? '', password: PASSWORD },
  })
  await first.app.sweeper.sweepAll()
  const before = await everyValue(first)
  const audited = await first.admin.listAuditKeys({})
  assert.equal(audited.items.length, 1)

  put(OLD, NEW)
  await first.app.masterKeys.look()
  await first.app.masterKeys.look()
  await first.app.masterKeys.rewrap()
  await first.database.ownerPool.query(
    `update master_key set seals_from = seals_from - interval '2 hours'`,
  )
  await first.admin.retireMasterKey({ key: OLD.id })
  const next = await replace()

  assert.deepEqual(
    new Set(before.map(({ kept }) => kept)),
    new Set(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`)),
    'there was a value of every kind',
  )
  for (const { place, sealed } of await everyValue(next))
    assert.doesNotThrow(() => unseal(createKeyRing([NEW]), place, sealed), place)
  assert.deepEqual(await next.admin.listAuditKeys({}), audited)
  const again = await world.signIn(nadia)
  assert.equal(again.outcome, 'signed-in', 'by her session, without a question')
  await passOkta(onTheWay, tomasz)
  assert.equal(world.attemptOf(tomasz).outcome, 'signed-in', 'who was at Okta meanwhile')
  await world.provisioning.refreshOauth()
  assert.equal(world.provisioning.oauth.refreshes, 1)
  await visitor().api.signIn({
    ...{ email: ada.email, password: PASSWORD, totp: codeNow(ada.secret, systemClock, 1) },
  })
  const { enrolment, totp } = begun
  const done = await visitor().api.completeEnrolment({
    ...{ enrolment, totp: codeNow(totp.secret, systemClock) },
  })
  assert.equal(done.administrator.name, 'Bea')
})
