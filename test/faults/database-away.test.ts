/** The database goes away under load and comes back: clients are told to wait, and all goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../support/app.ts'
import { createFlakyDatabase } from '../support/flaky-database.ts'
import { done, startWorld, until } from '../support/world.ts'
import { type Answer, call, createUser } from '../support/scim-client.ts'
import { USER } from '../support/scim.ts'
import { createWriters, readEvents } from './writers.ts'

/** What SCIM clients are told while we cannot serve for a short while (SEC L-2, L-3). */
function assertPostponed({ status, retryAfter, body }: Answer): void {
  assert.equal(status, 429)
  assert.match(retryAfter ?? '', /^\d+$/)
  assert.ok(Number(retryAfter) >= 5)
  assert.deepEqual(body['schemas'], ['urn:ietf:params:scim:api:messages:2.0:Error'])
  assert.equal(body['status'], '429')
  assert.ok(String(body['detail']).length > 10)
}

test('while the database is away every write is put off, and after it nothing is lost', async (t) => {
  const database = await createFlakyDatabase() // SEC F-1, F-7, L-3
  const { admin, onboard, url } = await startApp(t, { database })
  t.after(database.close)
  const { tenant, handover } = await onboard('Acme')
  const writers = await createWriters([handover.scim], 12)
  const writing = writers.run()

  for (let round = 1; round <= 2; round += 1) {
    const before = writers.acknowledged()
    await until('40 writes acknowledged', () => writers.acknowledged() > before + 40)
    const postponed = writers.postponed.length
    await database.shut()
    await until('clients put off', () => writers.postponed.length > postponed + 12)
    assert.equal((await fetch(`${url}/health/live`)).status, 200)
    assert.equal((await fetch(`${url}/health/ready`)).status, 503)
    const { status, headers } = await fetch(`${handover.client.authority}/connect/userinfo`, {
      headers: { authorization: `Bearer ${'x'.repeat(43)}` },
    })
    assert.deepEqual([status, Number(headers.get('retry-after')) >= 5], [503, true])
    await database.open()
  }
  const before = writers.acknowledged()
  await until('writes acknowledged again', () => writers.acknowledged() > before + 40)
  writers.stop()
  await writing

  assert.deepEqual(writers.failures, [])
  for (const answer of writers.postponed) assertPostponed(answer)
  assert.deepEqual(await writers.lost(), [])
  assert.deepEqual(await writers.differences(admin, tenant.id), [])
  const { positions, created } = await readEvents(admin, tenant.id)
  assert.deepEqual(
    positions,
    positions.map((_, index) => index + 1),
  )
  assert.deepEqual([created.length, new Set(created).size], [13, 13])
})

test('when its connections are ended under load, nobody is told of an error and nothing is lost', async (t) => {
  const { admin, onboard, database } = await startApp(t) // SEC F-7
  const { tenant, handover } = await onboard('Acme')
  const writers = await createWriters([handover.scim], 12)
  const writing = writers.run()

  for (let round = 1; round <= 4; round += 1) {
    const before = writers.acknowledged()
    await until('30 writes acknowledged', () => writers.acknowledged() > before + 30)
    await database.ownerPool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    )
  }
  const before = writers.acknowledged()
  await until('writes acknowledged again', () => writers.acknowledged() > before + 30)
  writers.stop()
  await writing

  assert.deepEqual(writers.failures, [])
  for (const answer of writers.postponed) assertPostponed(answer)
  assert.deepEqual(await writers.lost(), [])
  assert.deepEqual(await writers.differences(admin, tenant.id), [])
})

// SEC F-9
test('while the database takes no writes they are put off and what is there is read, and then all goes on by itself', async (t) => {
  const { onboard, database } = await startApp(t)
  const { scim } = (await onboard('Acme')).handover
  const write = (userName: string) => call(scim, 'POST', '/Users', { schemas: [USER], userName })
  const id = await createUser(scim, { userName: 'nadia@acme.example' })
  const takeWrites = async (takes: boolean) => {
    await database.ownerPool.query(
      `begin read write;
       do $$ begin
         execute format('alter database %I set default_transaction_read_only = ${takes ? 'off' : 'on'}',
                        current_database());
       end $$;
       commit`,
    )
    // Whoever is connected keeps what they began with.
    await database.ownerPool.query(
      `select pg_terminate_backend(pid, 30000) from pg_stat_activity
        where datname = current_database() and usename = 'rollcall_app'`,
    )
  }

  await takeWrites(false)
  const putOff = await write('theo@acme.example')
  assertPostponed(putOff)
  assert.equal((await call(scim, 'GET', `/Users/${id}`)).status, 200)
  const found = await call(scim, 'GET', '/Users?filter=userName eq "nadia@acme.example"')
  assert.equal(found.body['totalResults'], 1)

  await takeWrites(true)
  const isTaken = async () => (await write('theo@acme.example')).status === 201
  await until('a write is taken', isTaken)
})

test('Okta waits out the absence of the database by itself and asks nobody for help', async (t) => {
  const database = await createFlakyDatabase() // SEC L-3
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer', overrides: { database } })
  t.after(database.close)
  const nadia = world.okta.hire({ givenName: 'Nadia', familyName: 'Osei' })
  await database.shut()

  const assigning = done(world.provisioning.assign(nadia))
  await until('Okta put off', () =>
    world.provisioning.exchanges.some(({ status }) => status === 429),
  )
  await database.open()
  await assigning
  await world.settle()

  assert.equal((await world.identityOf(nadia)).state, 'active')
  assert.deepEqual(world.provisioning.tasks, [])
})
