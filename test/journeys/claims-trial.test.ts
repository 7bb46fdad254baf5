/** Before anybody has to sign in: a token is tried out, and a whole connection is looked over. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUser } from '../support/scim-client.ts'
import { rollcall } from '../support/terminal.ts'
import { startWorld } from '../support/world.ts'

test('an operator sees what would become of a token, step by step, and nothing has happened', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant, handover } = world
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
  assert.match(byLogin.verdict.todo, /compared with the userName/)

  const emails = [{ value: 'omar.haddad@acme.example', primary: true }]
  await createUser(handover.scim, { userName: 'omar', externalId: '00uOmar', emails })
  const byEmail = await tryOut({ iss, sub: 'Omar.Haddad@acme.example' })
  assert.equal(byEmail.verdict.code, 'user_not_found')
  assert.match(byEmail.verdict.because, /; omar has it in another place, such as an e-mail address/)
  assert.match(byEmail.verdict.todo, /let provisioning send it as their externalId/)

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

test('before it goes live, whom a mapping will not let in is counted and named', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, app, tenant, handover } = world
  const jane = await world.hire('Jane', 'Roe')
  const post = (userName: string, externalId?: string) =>
    createUser(handover.scim, { userName, externalId, active: userName !== 'gone' })
  await post('nobody-knows-me')
  await post('twin-1', '00uTwin')
  await post('twin-2', '00uTwin')
  await post('gone', '00uGone')
  await world.settle()
  const [mapping] = (await admin.listClaimTypeMappings({ tenant: tenant.id })).items
  const at = { tenant: tenant.id, mapping: mapping?.id ?? 'ctm_' }

  const first = await admin.checkClaimTypeMapping({ ...at, limit: 2 })
  const rest = await admin.checkClaimTypeMapping({ ...at, after: first.next ?? '' })

  assert.deepEqual([first.active, first.without, first.sharing, rest.next], [4, 1, 2, null])
  const refused = [...first.items, ...rest.items].map(({ fqn, value, code }) =>
    [fqn, value, code].join(' '),
  )
  assert.deepEqual(refused.toSorted(), [
    'Acme:nobody-knows-me  user_not_found',
    'Acme:twin-1 00uTwin identity_ambiguous',
    'Acme:twin-2 00uTwin identity_ambiguous',
  ])

  await admin.pauseSync({ tenant: tenant.id, reason: 'maintenance' })
  await post('waits', '00uWaits')
  const values = [jane.id, '00uGone', '00uwaits', '00uWaits', '00uTwin']
  assert.deepEqual(await admin.checkClaimValues({ ...at, values }), {
    asked: 5,
    items: [
      { value: '00uGone', code: 'identity_inactive' },
      { value: '00uwaits', code: 'user_not_found' },
      { value: '00uTwin', code: 'identity_ambiguous' },
    ],
  })

  const run = (words: string[], stdin = '') =>
    rollcall(app, ['claim-type-mapping', 'check', tenant.id, ...words], { stdin })
  const said = await run(['--limit', '1'])
  assert.match(said.out, /^Of 4 active people 1 have nothing to be found by, 2 share it\.\nFQN /)
  assert.match(said.err, /^More: add --after idn_/)
  assert.equal((await run(['--values', '-'], `${jane.id}\n`)).out, 'All 1 would be let in.\n')
  const { tenant: globex } = await app.onboard('Globex') // SEC I-8
  await assert.rejects(
    admin.checkClaimTypeMapping({ ...at, tenant: globex.id }),
    /no claim type mapping/,
  )
})

test('a mapping that compares an e-mail address with what is none says so when it is made', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, app, tenant, handover } = world
  await createUser(handover.scim, { userName: 'jane@acme.example', externalId: '00uJane' })
  await createUser(handover.scim, { userName: 'lea', externalId: 'lea@acme.example' })
  await world.settle()
  const make = (issuer: string, ...more: string[]) =>
    rollcall(app, [
      ...['claim-type-mapping', 'create', tenant.id, '--issuer', `https://${issuer}.example`],
      ...['--claim-type', 'email', '--json', ...more],
    ])

  const [wrong, byName] = [await make('one'), await make('two', '--matches', 'userName')]

  assert.deepEqual([wrong.code, byName.code], [0, 0])
  assert.match(wrong.err, /^"email" may be changed, and given to somebody else: /)
  assert.match(wrong.err, /^1 of 2 active people have no e-mail address as externalId/m)
  assert.match(byName.err, /^1 of 2 active people have no e-mail address as userName/m)
  const { id: mapping } = JSON.parse(wrong.out) as { id: `ctm_${string}` }
  const found = await admin.checkClaimTypeMapping({ tenant: tenant.id, mapping })
  assert.deepEqual([found.active, found.without, found.sharing, found.unlike], [2, 0, 0, 1])
  assert.deepEqual(
    found.items.map(({ value, code }) => [value, code]),
    [['00uJane', 'user_not_found']],
  )
  const said = await rollcall(app, ['claim-type-mapping', 'check', tenant.id, mapping])
  assert.match(said.out, /0 share it, 1 have no e-mail address there\.\n/)
})

test('a mapping of a claim that tokens do not have is not said to let anybody in, once one was seen', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, app, tenant, okta } = world
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  const map = async (claimType: string) => {
    const { items } = await admin.listClaimTypeMappings({ tenant: tenant.id })
    for (const { id } of items)
      await admin.removeClaimTypeMapping({ tenant: tenant.id, mapping: id })
    return rollcall(app, [
      ...['claim-type-mapping', 'create', tenant.id, '--issuer', okta.issuer],
      ...['--claim-type', claimType],
    ])
  }
  const check = async () => (await rollcall(app, ['claim-type-mapping', 'check', tenant.id])).out
  const [unseen, before] = [await map('emial'), await check()]
  assert.equal((await world.signIn(jane)).code, 'claim_type_mapping_not_found')

  const [seen, after] = [await map('emial'), await check()]

  assert.equal(unseen.err, '')
  assert.match(before, /\nEach has something of their own\.\nWhether the tokens of .* is not known/)
  assert.match(seen.err, /^The latest token of .* no claim "emial" .* It has .*\bsub\b/)
  assert.match(after, /\nEach has something of their own\.\nThe latest token of .* is refused\./)
  await map('sub')
  assert.match(await check(), /\nAll would be let in\.\n$/)
})
