/** A token is tried out before anybody has to sign in with it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rollcall } from '../support/terminal.ts'
import { startWorld } from '../support/world.ts'

test('an operator sees what would become of a token, step by step, and nothing has happened', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant } = world
  const iss = (await admin.listConnections({ tenant: tenant.id })).items[0]?.issuer
  const tryOut = (claims: Record<string, unknown>) => admin.tryClaims({ tenant: tenant.id, claims })
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()

  const found = await tryOut({ iss, sub: jane.id })
  assert.deepEqual([found.verdict.canSignIn, found.value], [true, jane.id])
  assert.equal(found.people[0]?.identity?.fqn, `Acme:${jane.login}`)

  const byLogin = await tryOut({ iss, sub: jane.login })
  assert.equal(byLogin.verdict.code, 'user_not_found')
  assert.match(byLogin.verdict.because, /it is the userName of Acme:jane\.roe/)
  assert.match(byLogin.verdict.todo, /--matches userName/)

  const elsewhere = await tryOut({ iss: 'https://else.example', sub: jane.id })
  assert.deepEqual([elsewhere.verdict.code, elsewhere.mapping], ['token_refused', null])

  const without = await tryOut({ iss, email: jane.email })
  assert.equal(without.verdict.code, 'claim_type_mapping_not_found')
  assert.match(without.verdict.because, /has no claim "sub" .* it has iss, email/)

  await assert.rejects(tryOut({ sub: jane.id }), /hold no "iss"/)
  assert.deepEqual((await admin.listSignIns({ tenant: tenant.id })).items, [])
})

test('somebody who waits behind a pause is found, explained, and not loaded by the trial', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant } = world
  const [connection] = (await admin.listConnections({ tenant: tenant.id })).items
  await admin.pauseSync({ tenant: tenant.id, reason: 'maintenance' })
  const jane = await world.hire('Jane', 'Roe')

  const { verdict, people } = await admin.tryClaims({
    tenant: tenant.id,
    claims: { iss: connection?.issuer, sub: jane.id },
  })

  assert.equal(verdict.code, 'fqn_not_found', verdict.because)
  assert.deepEqual([people[0]?.identity, people[0]?.staged?.userName], [null, jane.login])
  assert.deepEqual((await admin.listIdentities({ tenant: tenant.id })).items, [])
})

test('a token in a file is tried out by its claims; what is none is said to be none', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, app, tenant } = world
  const [connection] = (await admin.listConnections({ tenant: tenant.id })).items
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ alg: 'none' })}.${part({ iss: connection?.issuer, sub: jane.id })}.c2lnbmVk`
  const run = (stdin: string) =>
    rollcall(app, ['claim-type-mapping', 'try', tenant.id, '--claims', '-'], { stdin })

  const tried = await run(`${token}\n`)
  const wrong = await run('[]')

  assert.equal(tried.code, 0, tried.err)
  assert.match(tried.out, /Can sign in +yes\n/)
  assert.match(tried.out, new RegExp(`Looked up +${jane.id}\n`))
  assert.match(tried.out, /Identity +Acme:jane\.roe/)
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /neither an ID token nor its claims/)
})

test('another customer’s people answer to no token', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' }) // SEC I-8
  const { admin, app, tenant } = world
  const [connection] = (await admin.listConnections({ tenant: tenant.id })).items
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  const globex = await app.onboard('Globex')

  await assert.rejects(
    admin.tryClaims({
      tenant: globex.tenant.id,
      connectionId: connection?.id,
      claims: { iss: connection?.issuer, sub: jane.id },
    }),
    /no connection/,
  )
})
