import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp, type TestApp } from '../../test/support/app.ts'
import { createTestClock } from '../../test/support/clock.ts'
import { NOBODY } from '../../test/support/nobody.ts'
import { ApiError, requestOf, type Route, routes } from '../contract/index.ts'

const ALL = Object.entries<Route>(routes)
const CREDENTIAL = /r[ac][as]_[0-9a-z]{20}_[A-Za-z0-9_-]{43}/

/** The least body that the schema of a route takes. */
const BODIES: Readonly<Record<string, Record<string, unknown>>> = {
  onboardTenant: { name: 'Another' },
  changeConnection: { disabled: true },
  addConnection: { name: 'Second', label: 'Second' },
  allowInternalHosts: { internalHosts: [] },
  addDomain: { connectionId: `con_${'0'.repeat(26)}`, domain: 'nobody.example' },
  addAdmin: { name: 'it@nobody.example' },
  changeProvisioningLogPolicy: { keepsValues: true },
  explain: { person: 'nobody' },
  tryClaims: { claims: {} },
  checkClaimValues: { values: ['00u1'] },
  declareExtensionSchema: {
    id: 'urn:nobody:User',
    name: 'Nobody',
    attributes: [{ name: 'badge' }],
  },
  previewJoining: { by: 'externalId' },
  applyJoining: { by: 'externalId', replaces: 0 },
  previewRules: { rules: {} },
  applyRules: { rules: {}, replaces: 0 },
  skipQuarantined: { reason: 'A test account' },
  createSite: { name: 'Intranet', redirectUris: ['https://intranet.example/cb'] },
  changeSite: { name: 'Portal' },
  changeTenant: { sitesByAdministrators: true },
  createClaimTypeMapping: { connectionId: NOBODY['connection'], issuer: 'https://idp.example' },
}

async function send(
  { url }: Pick<TestApp, 'url'>,
  [name, route]: readonly [string, Route],
  names: Readonly<Record<string, string>>,
  authorization?: string,
) {
  const inPath = Object.fromEntries(
    Object.entries(names).filter(([key]) => route.path.includes(`{${key}}`)),
  )
  const { address, body } = requestOf(route, { ...BODIES[name], ...inPath })
  const response = await fetch(url + address, {
    method: route.method,
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text }
}

const codeOf = (text: string): string => JSON.parse(text).error.code

test('every route refuses a missing, wrong or other kind of token with the same answer', async (t) => {
  const app = await startApp(t) // SEC T-3, C-4
  const { handover } = await app.onboard('Acme')
  const bad = [
    undefined,
    'Bearer x',
    `Bearer ${handover.scim.token}`,
    `Basic ${app.operatorToken}`,
    app.operatorToken,
    `Bearer ${app.operatorToken.slice(0, -1)}${app.operatorToken.endsWith('x') ? 'y' : 'x'}`,
  ]

  for (const entry of ALL.filter(([, { needs }]) => needs !== 'anyone'))
    for (const authorization of bad) {
      const { status, headers, text } = await send(app, entry, NOBODY, authorization)
      assert.deepEqual([status, codeOf(text)], [401, 'not_authenticated'], entry[0])
      assert.equal(headers.get('www-authenticate'), 'Bearer')
    }
})

test('every route of a tenant answers 404 for a tenant that is not there', async (t) => {
  const app = await startApp(t)

  const ofTenants = ALL.filter(
    ([, { path, needs }]) => path.includes('{') && needs !== 'signed-in' && needs !== 'setup-link',
  )
  for (const entry of ofTenants) {
    const { status, text } = await send(app, entry, NOBODY, `Bearer ${app.operatorToken}`)
    assert.deepEqual([status, codeOf(text)], [404, 'not_found'], entry[0])
  }
})

test("one tenant's things asked for under another are not there, and stay as they are", async (t) => {
  const app = await startApp(t) // SEC I-8
  const { tenant, connection } = await app.onboard('Acme')
  await app.onboard('Birch')
  const site = await app.admin.createSite({
    tenant: tenant.id,
    name: 'Intranet',
    redirectUris: ['https://intranet.example/cb'],
  })
  const mapping = await app.admin.createClaimTypeMapping({
    tenant: tenant.id,
    issuer: 'https://idp.example',
  })
  const [token] = (await app.admin.listTokens({ tenant: tenant.id, connection: connection.id }))
    .items
  const ofAcme = {
    ...NOBODY,
    connection: connection.id,
    site: site.id,
    mapping: mapping.id,
    token: token?.id ?? '',
  }
  const rowsOfAcme = async () => {
    const rows: unknown[] = []
    for (const table of ['connection', 'scim_token', 'site', 'claim_type_mapping', 'tenant_admin'])
      rows.push(
        (
          await app.database.ownerPool.query(`select * from ${table} where tenant_id = $1`, [
            tenant.id,
          ])
        ).rows,
      )
    return JSON.stringify(rows)
  }
  const before = await rowsOfAcme()

  const within = /\{(connection|site|mapping|token)\}/
  // Behind a setup link, what is not its connection's is not there: test/journeys/setup-link.test.ts.
  for (const entry of ALL.filter(
    ([, { path, needs }]) => within.test(path) && needs !== 'setup-link',
  )) {
    const { status } = await send(
      app,
      entry,
      { ...ofAcme, tenant: 'Birch' },
      `Bearer ${app.operatorToken}`,
    )
    assert.equal(status, 404, entry[0])
  }

  assert.equal(await rowsOfAcme(), before)
})

test('an onboarding by the API is there in full, and no reply but its own holds a secret', async (t) => {
  const app = await startApp(t) // SEC T-2
  const { tenant, connection, handover } = await app.onboard('Acme', {
    adminUserName: 'it@acme.example',
  })
  const at = { tenant: 'acme', connection: connection.id }

  const shown = await app.admin.readTenant({ tenant: 'acme' })
  const read = await app.admin.readConnection(at)
  const tokens = await app.admin.listTokens(at)
  const admins = await app.admin.listAdmins(at)
  const audit = await app.admin.listAudit({ tenant: 'acme' })

  assert.deepEqual([shown.id, shown.connections.length], [tenant.id, 1])
  assert.equal(read.provisioningClient.clientId, handover.client.clientId)
  assert.equal(read.callbackUrl, `${tenant.authority}/callback/${connection.id}`)
  assert.deepEqual(
    admins.items.map(({ name }) => name),
    ['it@acme.example'],
  )
  assert.deepEqual(
    tokens.items.map(({ state }) => state),
    ['live'],
  )
  const said = JSON.stringify([shown, read, tokens, admins, audit])
  assert.doesNotMatch(said, CREDENTIAL)
  assert.ok(!said.includes(handover.client.clientSecret))
})

test('what stands in the way is told with every problem at once', async (t) => {
  const app = await startApp(t)
  const refused = app.admin.onboardTenant({
    name: '',
    kind: 'okta',
    label: 'x',
    redirectUris: [''],
  })

  await assert.rejects(refused, (error: unknown) => {
    assert.ok(error instanceof ApiError)
    assert.deepEqual([error.status, error.code], [400, 'invalid_input'])
    assert.deepEqual(
      error.problems.map(({ at }) => at),
      ['name', 'label'],
    )
    assert.match(error.requestId ?? '', /^req_/)
    return true
  })
})

test('a body that is no JSON, no object, too large, of another type, or says a name twice is refused', async (t) => {
  const app = await startApp(t) // SEC P-2
  const post = async (body: string, type = 'application/json', query = '') => {
    const response = await fetch(`${app.url}/admin/v1/tenants${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.operatorToken}`, 'content-type': type },
      body,
    })
    return [response.status, codeOf(await response.text())]
  }

  assert.deepEqual(await post('{'), [400, 'invalid_input'])
  assert.deepEqual(await post('[]'), [400, 'invalid_input'])
  assert.deepEqual(await post('{"name":"Acme","admin":true}'), [400, 'invalid_input'])
  assert.deepEqual(await post('{}', 'text/plain'), [415, 'invalid_input'])
  assert.deepEqual(await post(`"${'x'.repeat(1024 * 1024)}"`), [413, 'invalid_input'])
  const twice = await fetch(`${app.url}/admin/v1/tenants?q=a&q=b`, {
    headers: { authorization: `Bearer ${app.operatorToken}` },
  })
  assert.equal(twice.status, 400)
})

test('SEC P-4: a text that cannot be stored is refused wherever it stands, and nothing breaks', async (t) => {
  const app = await startApp(t)
  await app.onboard('Acme')
  const authorization = `Bearer ${app.operatorToken}`
  const reads = ALL.filter(
    ([, { method, streams, needs }]) =>
      method === 'GET' && streams !== true && needs !== 'signed-in' && needs !== 'setup-link',
  )
  const texts = { after: 'a\0', q: '\0', text: 'a\0b', person: '\0' }

  for (const entry of reads) {
    const [name, { path }] = entry
    const query = new URLSearchParams(texts)
    const asked = requestOf(entry[1], { ...NOBODY, tenant: 'Acme' }).address.replace(/\?.*/, '')
    const inQuery = await fetch(`${app.url}${asked}?${query}`, { headers: { authorization } })
    const inPath = await fetch(`${app.url}${path.replaceAll(/\{\w+\}/g, '%00')}`, {
      headers: { authorization },
    })

    assert.equal(inQuery.status, 400, name)
    assert.match(await inQuery.text(), /NUL character/, name)
    if (path.includes('{')) assert.equal(inPath.status, 404, name)
  }
  for (const name of ['A\0', 'A\ud800'])
    await assert.rejects(app.admin.onboardTenant({ name }), /name: .*NUL character or half of a/)
  const deep = `{"name":"A","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
  const headers = { authorization, 'content-type': 'application/json' }
  const refused = await fetch(`${app.url}/admin/v1/tenants`, {
    method: 'POST',
    headers,
    body: deep,
  })
  assert.equal(refused.status, 400)
})

test('a taken name is 409, a third live token is 409, and both say what to do', async (t) => {
  const app = await startApp(t)
  const { connection } = await app.onboard('Acme')
  const at = { tenant: 'acme', connection: connection.id }
  await app.admin.mintToken(at)

  const conflict = (words: RegExp) => (error: unknown) =>
    error instanceof ApiError && error.status === 409 && words.test(error.message)
  await assert.rejects(app.onboard('ACME'), conflict(/there already/))
  await assert.rejects(app.admin.mintToken(at), conflict(/Revoke the one/))
})

test('lists go page by page to the end, each item once', async (t) => {
  const app = await startApp(t)
  for (let number = 1; number <= 7; number += 1) await app.onboard(`Tenant ${number}`)

  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await app.admin.listTenants({ limit: 3, after })
    seen.push(...page.items.map(({ name }) => name))
    after = page.next ?? undefined
  } while (after !== undefined)

  assert.deepEqual(
    seen.toSorted(),
    Array.from({ length: 7 }, (_, index) => `Tenant ${index + 1}`),
  )
})

test('the description of the API is for operators, and names every route', async (t) => {
  const app = await startApp(t) // SEC D-5

  const document = await app.admin.readOpenApi({})

  assert.equal(document['openapi'], '3.1.0')
  const paths = Object.entries<Record<string, { operationId: string }>>(
    document['paths'] as Record<string, Record<string, { operationId: string }>>,
  )
  const named = paths.flatMap(([, methods]) => Object.values(methods).map((one) => one.operationId))
  assert.deepEqual(named.toSorted(), Object.keys(routes).toSorted())
})

test('too many calls of one operator are sent away for whole seconds', async (t) => {
  // Time stands still, so nothing is refilled. SEC L-1, L-2
  const clock = createTestClock()
  const app = await startApp(t, { clock, config: { ROLLCALL_RATE_LIMITS: true } })
  const call = () =>
    fetch(`${app.url}/admin/v1/tenants`, {
      headers: { authorization: `Bearer ${app.operatorToken}` },
    })

  const answers = await Promise.all(Array.from({ length: 300 }, call))

  const refused = answers.filter(({ status }) => status === 429)
  assert.ok(refused.length > 50, `${refused.length} were refused`)
  for (const { headers } of refused) {
    const seconds = headers.get('retry-after') ?? ''
    assert.match(seconds, /^\d+$/)
    assert.ok(Number(seconds) >= 5)
  }
})

test('no secret reaches the log, whatever is done with it', async (t) => {
  const app = await startApp(t) // SEC G-1
  const { connection, handover } = await app.onboard('Acme')
  const at = { tenant: 'acme', connection: connection.id }
  const oidcApplication = {
    issuer: 'https://idp.example',
    clientId: '0oa1',
    clientSecret: 'canary-of-the-customer',
  }
  await app.admin.changeConnection({ ...at, oidcApplication })
  const { token } = await app.admin.mintToken(at)
  const { clientSecret } = await app.admin.rotateProvisioningSecret(at)
  const site = await app.admin.createSite({
    tenant: 'acme',
    name: 'Intranet',
    redirectUris: ['https://intranet.example/cb'],
  })
  await fetch(`${handover.scim.baseUrl}/Users?access_token=${token}&filter=canary-of-a-query`)
  await fetch(`${app.url}/admin/v1/tenants?canary-of-a-query`, {
    headers: { authorization: `Bearer ${app.operatorToken}x` },
  })
  await app.close()
  const said = app.log.join('')

  assert.ok(app.log.length >= 7)
  const secrets = [
    app.operatorToken,
    handover.scim.token,
    handover.client.clientSecret,
    token,
    clientSecret,
    site.clientSecret ?? 'none',
    'canary',
  ]
  for (const secret of secrets) assert.ok(!said.includes(secret))
  for (const line of app.log) assert.equal(typeof JSON.parse(line).event, 'string')
})
