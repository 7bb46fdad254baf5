import assert from 'node:assert/strict'
import { test } from 'node:test'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants, OPERATOR, REDIRECT } from '../../test/support/tenants.ts'
import { hashSecret, Refusal, sameHash } from '../lib/index.ts'
import type { SiteChange } from './sites.ts'

const notFound = (error: unknown) => error instanceof Refusal && error.code === 'not_found'
const told = (error: unknown) =>
  error instanceof Refusal && error.message.startsWith('Somebody else')
const ISSUER = 'https://acme.okta.example'
const SITE = {
  name: 'Intranet',
  redirectUris: ['https://intranet.example/cb'],
  postLogoutRedirectUris: [],
  backchannelLogoutUri: null,
  initiateLoginUri: null,
  jwks: null,
  refreshTokens: false,
  jwksUri: null,
  parRequired: false,
  directoryAccess: false,
  gatewayOrigin: null,
}

test('a tenant is found by id and by name in any letter case; lists go page by page', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants, onboard, clock } = createTestTenants(db)
  const made = []
  for (const name of ['Acme', 'Birch_1', 'Cedar']) {
    made.push((await onboard(name)).tenant)
    clock.turn(1)
  }

  assert.equal((await tenants.findTenant('aCmE')).tenantId, made[0]?.tenantId)
  assert.equal((await tenants.findTenant(made[1]?.tenantId ?? '')).name, 'Birch_1')
  await assert.rejects(tenants.findTenant('nobody'), notFound)
  const first = await tenants.listTenants({ limit: 2 })
  const rest = await tenants.listTenants({ limit: 2, after: first.at(-1)?.tenantId })
  assert.deepEqual(
    [...first, ...rest].map(({ name }) => name),
    ['Acme', 'Birch_1', 'Cedar'],
  )
  const search = async (q: string) =>
    (await tenants.listTenants({ limit: 9, q })).map(({ name }) => name)
  assert.deepEqual(await search('IRCH'), ['Birch_1'])
  assert.deepEqual(await search('_'), ['Birch_1'], 'a wildcard sign is a letter (SEC P-6)')
})

test("another tenant's connection, site, mapping and client are not there", async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC I-8
  const { tenants, onboard } = createTestTenants(db)
  const acme = await onboard('Acme')
  const birch = (await onboard('Birch')).tenant.tenantId
  const { tenantId } = acme.tenant
  const { connectionId } = acme.connection
  const site = await tenants.createSite(OPERATOR, tenantId, SITE)
  const mapping = await tenants.createMapping(OPERATOR, tenantId, {
    connectionId,
    issuer: ISSUER,
    claimType: 'sub',
    matches: 'externalId',
  })

  await assert.rejects(tenants.readConnection(birch, connectionId), notFound)
  await assert.rejects(tenants.readSite(birch, site.siteId), notFound)
  await assert.rejects(tenants.removeSite(OPERATOR, birch, site.siteId), notFound)
  await assert.rejects(tenants.removeMapping(OPERATOR, birch, mapping.mappingId), notFound)
  await assert.rejects(
    tenants.mintToken(OPERATOR, birch, connectionId, { overlapHours: 1 }),
    notFound,
  )
  await assert.rejects(tenants.addAdmin(OPERATOR, birch, connectionId, 'it@acme.example'), notFound)
  assert.equal(await tenants.readClient(birch, site.siteId), undefined)
  assert.equal(await tenants.readClient(birch, acme.handover.client.clientId), undefined)
  assert.equal(await tenants.findMappings(birch, connectionId, ISSUER), undefined)
  assert.deepEqual(await tenants.listTokens(birch, connectionId), [])
  assert.equal((await tenants.readSite(tenantId, site.siteId)).name, 'Intranet')
})

test("a connection's client secret is sealed, and opens at its own place only", async (t) => {
  const { db, ownerPool } = await borrowTestDatabase(t) // SEC K-1
  const { tenants, onboard } = createTestTenants(db)
  const acme = await onboard('Acme')
  const birch = await onboard('Birch')
  const at = [acme.tenant.tenantId, acme.connection.connectionId] as const
  const application = { issuer: ISSUER, clientId: '0oa1', clientSecret: 'canary-client-secret' }
  assert.equal(await tenants.readConnectionSecret(...at), undefined)

  const shown = await tenants.setOidcApplication(OPERATOR, ...at, application)

  assert.equal(shown.hasClientSecret, true)
  assert.ok(!JSON.stringify(shown).includes('canary'))
  assert.equal(await tenants.readConnectionSecret(...at), 'canary-client-secret')
  const stored = await ownerPool.query('select * from connection')
  assert.ok(!JSON.stringify(stored.rows).includes('canary'))
  await ownerPool.query(
    `update connection set client_secret_sealed = (select client_secret_sealed from connection
       where tenant_id = $1) where tenant_id = $2`,
    [acme.tenant.tenantId, birch.tenant.tenantId],
  )
  await assert.rejects(
    tenants.readConnectionSecret(birch.tenant.tenantId, birch.connection.connectionId),
  )
})

test('changing the OIDC application without a secret keeps the secret', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants, onboard } = createTestTenants(db)
  const { tenant, connection } = await onboard('Acme')
  const at = [tenant.tenantId, connection.connectionId] as const
  const application = { issuer: ISSUER, clientId: '0oa1', clientSecret: 'word' }
  await tenants.setOidcApplication(OPERATOR, ...at, application)

  await tenants.setOidcApplication(OPERATOR, ...at, { issuer: ISSUER, clientId: '0oa2' })

  assert.equal((await tenants.readConnection(...at)).clientId, '0oa2')
  assert.equal(await tenants.readConnectionSecret(...at), 'word')
})

// SEC K-1
test('a client secret is sent to no issuer but the one that it was given for', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants, onboard } = createTestTenants(db)
  const { tenant, connection } = await onboard('Acme')
  const at = [tenant.tenantId, connection.connectionId] as const
  const elsewhere = { issuer: 'https://else.example', clientId: '0oa1' }
  const application = { issuer: ISSUER, clientId: '0oa1', clientSecret: 'word' }
  await tenants.setOidcApplication(OPERATOR, ...at, application)

  const moved = tenants.setOidcApplication(OPERATOR, ...at, elsewhere)
  await assert.rejects(moved, { code: 'invalid_input', message: /belongs to .*Give the one of/ })
  assert.equal((await tenants.readConnection(...at)).issuer, ISSUER)
  const byKey = { ...elsewhere, authentication: 'private_key_jwt' } as const
  await tenants.setOidcApplication(OPERATOR, ...at, byKey)

  assert.equal(await tenants.readConnectionSecret(...at), undefined)
})

test('a client is a site or a provisioning client; a disabled site is none', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants, onboard } = createTestTenants(db)
  const { tenant, connection, handover } = await onboard('Acme')
  const { tenantId } = tenant
  const site = await tenants.createSite(OPERATOR, tenantId, SITE)

  const asSite = await tenants.readClient(tenantId, site.siteId)
  const asClient = await tenants.readClient(tenantId, handover.client.clientId)

  assert.equal(asSite?.kind, 'site')
  assert.ok(sameHash(hashSecret(site.clientSecret ?? ''), asSite.secretHashes[0]))
  assert.equal(asClient?.kind, 'provisioning')
  assert.ok(sameHash(hashSecret(handover.client.clientSecret), asClient.secretHashes[0]))
  await tenants.updateSite(OPERATOR, tenantId, site.siteId, { disabled: true })
  assert.equal(await tenants.readClient(tenantId, site.siteId), undefined)
  const rotated = await tenants.rotateProvisioningSecret(
    OPERATOR,
    tenantId,
    connection.connectionId,
  )
  const after = await tenants.readClient(tenantId, handover.client.clientId)
  assert.ok(after && sameHash(hashSecret(rotated.clientSecret), after.secretHashes[0]))
  assert.ok(!sameHash(hashSecret(handover.client.clientSecret), after.secretHashes[0]))
})

test('a change of a site changes what is given and leaves the rest', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants, audit, onboard, clock } = createTestTenants(db)
  const { tenantId } = (await onboard('Acme')).tenant
  const site = await tenants.createSite(OPERATOR, tenantId, SITE)
  clock.turn(1)

  const changed = await tenants.updateSite(OPERATOR, tenantId, site.siteId, { name: 'Portal' })

  assert.deepEqual(
    [changed.name, changed.redirectUris, changed.disabledAt],
    ['Portal', SITE.redirectUris, null],
  )
  const [entry] = await audit.list(tenantId, { limit: 1 })
  assert.equal(entry?.act, 'tenants.site.changed')
})

test('one mapping per connection and issuer; an administrator is known in any letter case', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC N-3
  const { tenants, onboard } = createTestTenants(db)
  const { tenant, connection } = await onboard('Acme')
  const at = [tenant.tenantId, connection.connectionId] as const
  const mapping = {
    connectionId: at[1],
    issuer: ISSUER,
    claimType: 'sub',
    matches: 'externalId',
  } as const
  await tenants.createMapping(OPERATOR, at[0], mapping)

  await assert.rejects(
    tenants.createMapping(OPERATOR, at[0], { ...mapping, matches: 'userName' }),
    (error: unknown) => error instanceof Refusal && error.code === 'already_exists',
  )
  for (const issuer of [`${ISSUER}/`, ISSUER.toUpperCase().replace('HTTPS', 'https')])
    await assert.rejects(
      tenants.createMapping(OPERATOR, at[0], { ...mapping, issuer }),
      (error: unknown) =>
        error instanceof Refusal && /by letter case or a slash/.test(error.message),
    )
  await tenants.addAdmin(OPERATOR, ...at, 'It@Acme.example')
  await tenants.addAdmin(OPERATOR, ...at, 'it@acme.example')
  assert.equal((await tenants.listAdmins(...at)).length, 1)
  assert.equal(await tenants.isTenantAdmin(...at, 'IT@ACME.EXAMPLE'), true)
  await tenants.removeAdmin(OPERATOR, ...at, 'it@ACME.example')
  assert.equal(await tenants.isTenantAdmin(...at, 'it@acme.example'), false)
})

// SEC R-1
test('a claim that is not named is the one that provisioning brings; one that may change is said to', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants } = createTestTenants(db)
  const made: string[][] = []
  for (const kind of ['okta', 'entra', 'other'] as const) {
    const onboarded = await tenants.onboard(OPERATOR, {
      name: kind,
      kind,
      redirectUris: [REDIRECT],
    })
    const { tenantId, connectionId } = onboarded.connection
    const mapping = { connectionId, matches: 'externalId' } as const
    for (const claimType of [undefined, 'oid', 'email', 'preferred_username']) {
      const issuer = `https://${claimType ?? 'usual'}.example`
      const kept = await tenants.createMapping(OPERATOR, tenantId, {
        ...mapping,
        issuer,
        claimType,
      })
      made.push([kind, kept.claimType, kept.caution?.split(' ')[0] ?? ''])
    }
  }

  assert.deepEqual(
    made,
    [['okta', 'sub'] as const, ['entra', 'oid'] as const, ['other', 'sub'] as const].flatMap(
      ([kind, usual]) => [
        [kind, usual, ''],
        [kind, 'oid', ''],
        [kind, 'email', '"email"'],
        [kind, 'preferred_username', '"preferred_username"'],
      ],
    ),
  )
})

test('an act that is refused leaves no entry, an act that is done leaves exactly one', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC G-2
  const { tenants, audit, onboard, clock } = createTestTenants(db)
  const { tenantId } = (await onboard('Acme')).tenant
  clock.turn(1)
  const acts = async () => (await audit.list(tenantId, { limit: 50 })).map(({ act }) => act)

  await tenants.suspendTenant(OPERATOR, tenantId)
  await tenants.suspendTenant(OPERATOR, tenantId)
  await assert.rejects(tenants.removeSite(OPERATOR, tenantId, `sit_${'0'.repeat(26)}`), notFound)

  assert.deepEqual(await acts(), ['tenants.tenant.suspended', 'tenants.tenant.onboarded'])
})

// SEC X-3
test('an address that this server would connect to is refused when it is saved, where it is not of the public internet', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants, onboard } = createTestTenants(db)
  const { tenant, connection } = await onboard('Acme')
  const { tenantId } = tenant
  const setIssuer = (issuer: string) =>
    tenants.setOidcApplication(OPERATOR, tenantId, connection.connectionId, {
      ...{ issuer, clientId: 'client', clientSecret: 'secret' },
    })
  const refused = { code: 'invalid_input', message: /not one of the public internet/ }

  for (const host of ['10.1.2.3', '169.254.169.254', '[fd12::1]', '[::ffff:192.168.0.1]']) {
    await assert.rejects(setIssuer(`https://${host}`), refused, host)
    for (const change of [
      { backchannelLogoutUri: `https://${host}/out` },
      { jwksUri: `https://${host}/jwks` },
    ])
      await assert.rejects(tenants.createSite(OPERATOR, tenantId, { ...SITE, ...change }), refused)
  }
  assert.equal((await setIssuer('https://1.1.1.1')).issuer, 'https://1.1.1.1')
})

test('a site behind the gateway is one exact origin, from which its addresses follow', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC O-2
  const { tenants, onboard } = createTestTenants(db)
  const { tenantId } = (await onboard('Acme')).tenant
  const settings = { ...SITE, redirectUris: [] }
  const create = (gatewayOrigin: string, more: Partial<typeof SITE> = {}) =>
    tenants.createSite(OPERATOR, tenantId, { ...settings, ...more, gatewayOrigin })

  const site = await create('https://wiki.acme.example')

  assert.deepEqual(site.redirectUris, ['https://wiki.acme.example/.rollcall/callback'])
  assert.deepEqual(site.postLogoutRedirectUris, ['https://wiki.acme.example/'])
  assert.equal(site.clientSecret, null)
  const change = (what: SiteChange) => tenants.updateSite(OPERATOR, tenantId, site.siteId, what)
  assert.equal((await change({ name: 'Wiki' })).name, 'Wiki')
  for (const [refused, why] of [
    [() => create('https://wiki.acme.example/'), /more than scheme, host and port/],
    [() => create('https://WIKI.acme.example'), /give https:\/\/wiki.acme.example/],
    [() => create('http://wiki.acme.example'), /must begin with https/],
    [() => create('https://a.example', { redirectUris: ['https://b.example/cb'] }), /leave out/],
    [() => change({ redirectUris: ['https://evil.example/cb'] }), /leave out/],
    [() => change({ backchannelLogoutUri: 'https://evil.example/out' }), /leave out/],
    [() => change({ refreshTokens: true }), /leave out/],
    [
      () => tenants.rotateSiteSecret(OPERATOR, tenantId, site.siteId, { overlapHours: 0 }),
      /behind the gateway, and has no secret/,
    ],
    [() => tenants.createSite(OPERATOR, tenantId, settings), /1 to 20 of redirect URI/],
  ] as const)
    await assert.rejects(refused, why)
  assert.equal((await tenants.listSites(tenantId, { limit: 9 })).length, 1)
})

// SEC C-7
test('of two who change a site at a time the second is told, and nothing of theirs is kept', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants, onboard } = createTestTenants(db)
  const { tenantId } = (await onboard('Acme')).tenant
  const seen = await tenants.createSite(OPERATOR, tenantId, SITE)
  const rename = (name: string, replaces?: Date) =>
    tenants.updateSite(OPERATOR, tenantId, seen.siteId, { name, replaces })

  const first = await rename('First', seen.changedAt)

  await assert.rejects(rename('Other', seen.changedAt), told)
  assert.equal((await tenants.readSite(tenantId, seen.siteId)).name, 'First')
  const second = await rename('Second', first.changedAt)
  assert.ok(seen.changedAt < first.changedAt && first.changedAt < second.changedAt)
  assert.equal((await rename('Whatever it is')).name, 'Whatever it is')
})

// SEC C-7
test('of two who change a connection at a time the second is told, whatever either changes', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants, onboard } = createTestTenants(db)
  const { connection } = await onboard('Acme')
  const { tenantId, connectionId } = connection
  const at = [OPERATOR, tenantId, connectionId] as const
  const changes: readonly ((replaces: Date) => Promise<unknown>)[] = [
    (replaces) => tenants.renameConnection(...at, 'North', replaces),
    (replaces) => tenants.setOidcApplication(...at, { issuer: ISSUER, clientId: '0oa' }, replaces),
    (replaces) => tenants.setProvisioningRedirectUris(...at, ['https://idp.example/cb'], replaces),
    (replaces) => tenants.setInternalHosts(...at, ['10.20.0.0/16'], replaces),
    (replaces) => tenants.disableConnection(...at, replaces),
    (replaces) => tenants.enableConnection(...at, replaces),
  ]

  for (const change of changes) {
    const { changedAt } = await tenants.readConnection(tenantId, connectionId)
    await change(changedAt)
    for (const other of changes) await assert.rejects(other(changedAt), told)
  }
  const { disabledAt, name, clientId } = await tenants.readConnection(tenantId, connectionId)
  assert.deepEqual([disabledAt, name, clientId], [null, 'North', '0oa'])

  const dialect = await tenants.readDialect(tenantId, connectionId)
  const beStrict = () => tenants.changeDialect(...at, { strict: true, replaces: dialect })
  await beStrict()
  await assert.rejects(beStrict(), told)
  const client = { clientCredentials: false, jwks: null }
  const byItself = () =>
    tenants.changeProvisioningClient(...at, { clientCredentials: true, replaces: client })
  await byItself()
  await assert.rejects(byItself(), told)
})
