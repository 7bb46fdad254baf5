import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { rollcall, type TerminalOptions } from '../../test/support/terminal.ts'

async function start(t: TestContext) {
  const app = await startApp(t)
  return {
    app,
    run: (line: string, options?: TerminalOptions) => rollcall(app, line.split(' '), options),
  }
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-cli-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

test('tenant onboard --json prints the two blocks and nothing else', async (t) => {
  const { run } = await start(t)

  const { code, out, err } = await run('tenant onboard acme --json')

  const { client, scim, ...rest } = JSON.parse(out)
  assert.deepEqual([code, err, rest], [0, '', {}])
  assert.deepEqual(Object.keys(client), [
    'authority',
    'clientId',
    'clientSecret',
    'redirectUri',
    'scope',
  ])
  assert.deepEqual(Object.keys(scim), ['baseUrl', 'token'])
})

test('for a person, the values are on stdout and what to do with them on stderr', async (t) => {
  const { run } = await start(t)

  const { code, out, err } = await run('tenant onboard acme --admin it@acme.example --label Okta')

  assert.equal(code, 0)
  assert.equal(out.trim().split('\n').length, 7)
  assert.match(err, /shown this once/)
  assert.match(err, /SCIM connector base URL/)
  assert.match(err, /Sign-in redirect URI +http\S+\/callback\/con_/)
  assert.match((await run('admin list acme')).out, /it@acme\.example/)
  assert.match((await run('connection list acme')).out, /Okta/)
})

test('the hand-over can be written to a new file for its owner alone, never over another', async (t) => {
  const { run } = await start(t) // SEC C-6
  const file = join(await folder(t), 'acme.json')

  const { out } = await run(`tenant onboard acme --json --out ${file}`)

  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), JSON.parse(out))
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const again = await run(`tenant onboard birch --json --out ${file}`)
  assert.deepEqual([again.code, again.out], [1, ''])
  assert.match(again.err, /Nothing is set up: .*Name a new file/)
  assert.doesNotMatch((await run('tenant list')).out, /birch/)
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), JSON.parse(out))
  const refused = `${file}.of-a-tenant-that-is-there`
  assert.equal((await run(`tenant onboard acme --out ${refused}`)).code, 1)
  await assert.rejects(stat(refused), { code: 'ENOENT' })
})

test('callbacks can be given, or made for the name of an Okta app', async (t) => {
  const { run } = await start(t)

  const given = await run(
    'tenant onboard one --json --redirect-uri https://a.example/cb https://b.example/cb',
  )
  const made = await run('tenant onboard two --json --okta-app-name acme_1')

  assert.equal(JSON.parse(given.out).client.redirectUri, 'https://a.example/cb')
  assert.match(JSON.parse(made.out).client.redirectUri, /\/cpc\/acme_1\/oauth\/callback$/)
})

test("the client secret of the customer's application comes from a file or from stdin", async (t) => {
  const { app, run } = await start(t) // SEC C-6
  const { tenant, connection } = await app.onboard('acme')
  const file = join(await folder(t), 'secret')
  await writeFile(file, 'from-a-file\n')
  const kept = () => app.app.tenants.readConnectionSecret(tenant.id, connection.id)
  const words = 'connection set-oidc acme --issuer https://idp.example --client-id 0oa1'

  assert.equal((await run(`${words} --client-secret-file ${file}`)).code, 0)
  assert.equal(await kept(), 'from-a-file')
  assert.equal((await run(`${words} --client-secret-file -`, { stdin: 'from-stdin\n' })).code, 0)
  assert.equal(await kept(), 'from-stdin')
  assert.equal((await run(`${words} --client-secret word`)).code, 2)
  assert.equal((await run(`${words} --client-secret-file -`)).code, 2)
  assert.equal((await run(`${words} --client-secret-file /no/such/file`)).code, 1)
})

test('an application in the place of another asks first, and what is missing for signing in is said', async (t) => {
  const { app, run } = await start(t)
  await app.onboard('acme')
  const words = (issuer: string) =>
    `connection set-oidc acme --issuer ${issuer} --client-id 0oa1 --client-secret-file -`
  const set = (issuer: string, more: string, answer?: string) =>
    run(`${words(issuer)}${more}`, { stdin: 'secret', ...(answer !== undefined && { answer }) })

  const first = await set('https://idp.example', '')
  const unasked = await set('https://other.example', '')
  const denied = await set('https://other.example', '', 'n')
  const kept = (await run('connection show acme --json')).out
  await app.admin.createClaimTypeMapping({
    tenant: 'acme',
    connectionId: JSON.parse(kept).id,
    issuer: 'https://other.example',
    matches: 'externalId',
  })
  const replaced = await set('https://other.example', ' --yes')

  assert.equal(first.code, 0)
  assert.match(
    first.err,
    /No claim type mapping stands for https:\/\/idp\.example.*claim-type-mapping create acme/,
  )
  assert.deepEqual([unasked.code, denied.code, replaced.code], [2, 1, 0])
  assert.match(denied.err, /application 0oa1 of https:\/\/idp\.example now/)
  assert.equal(JSON.parse(kept).issuer, 'https://idp.example')
  assert.match(replaced.err, /^See whether it fits: rollcall connection test acme\n$/)
})

test('what destroys asks first, says what it destroys, and does nothing on a no', async (t) => {
  const { app, run } = await start(t)
  await app.onboard('acme')
  const site = await app.admin.createSite({
    tenant: 'acme',
    name: 'Intranet',
    redirectUris: ['https://intranet.example/cb'],
  })
  const { items } = await app.admin.listTokens({
    tenant: 'acme',
    connection: (await app.admin.listConnections({ tenant: 'acme' })).items[0]?.id ?? 'con_',
  })
  const acts = [
    `site remove acme ${site.id}`,
    `site disable acme ${site.id}`,
    `token revoke acme ${items[0]?.id}`,
    'tenant suspend acme',
    'connection disable acme',
    'connection rotate-secret acme',
  ]

  for (const act of acts) {
    const unasked = await run(act)
    assert.deepEqual([unasked.code, unasked.out], [2, ''], act)
    assert.match(unasked.err, /--yes/)
    const refused = await run(act, { answer: 'n' })
    assert.deepEqual([refused.code, refused.out], [1, ''], act)
    assert.match(refused.err, /Nothing was done/)
  }
  assert.match((await run(`site remove acme ${site.id}`, { answer: 'n' })).err, /"Intranet"/)
  for (const act of acts.toReversed()) assert.equal((await run(`${act} --yes`)).code, 0, act)
  assert.match((await run('site list acme')).out, /no sites yet/)
})

test('exit codes tell done, refused and misused apart', async (t) => {
  const { app, run } = await start(t)

  assert.equal((await run('tenant list')).code, 0)
  assert.equal((await run('tenant --help')).code, 0)
  assert.equal((await run('tenant show nobody')).code, 1)
  assert.equal((await rollcall({ ...app, operatorToken: 'rca_x' }, ['tenant', 'list'])).code, 1)
  assert.equal((await rollcall({ ...app, url: 'http://127.0.0.1:9' }, ['tenant', 'list'])).code, 1)
  assert.equal((await run('tenant befriend acme')).code, 2)
  assert.equal((await run('tenant show')).code, 2)
  assert.equal((await run('site show acme 12')).code, 2)
  assert.equal((await rollcall(app, [])).code, 2)
})

test('a server that cannot be reached is said in a sentence', async (t) => {
  const { app } = await start(t)

  const { err } = await rollcall({ ...app, url: 'http://127.0.0.1:9' }, ['tenant', 'list'])

  assert.match(err, /The server cannot be reached: .* Is it running\?/)
})

test('a tenant with a hostile name cannot write to the terminal', async (t) => {
  const { app, run } = await start(t) // SEC W-5
  await app.onboard('acme')
  // Put there below the API, which refuses such a name.
  await app.database.ownerPool.query('update tenant set name = $1', ['ac\u001B[2J\u202Eme'])

  const { out } = await run('tenant list')

  assert.match(out, /ac\\u\{1b\}\[2J\\u\{202e\}me/)
  assert.doesNotMatch(out.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
})

test('what is not understood is repeated without its control characters', async (t) => {
  const { app } = await start(t) // SEC W-5

  const { code, err } = await rollcall(app, ['tenant', 'list', '--\u001B[2J\u202Ename'])

  assert.equal(code, 2)
  assert.match(err, /unknown option '--\\u\{1b\}\[2J\\u\{202e\}name'\n/)
})

test('every command has help with a sentence, and says what --json is for', async (t) => {
  const { app } = await start(t)
  const { out: top } = await rollcall(app, ['--help'])
  const nouns = [...top.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, noun]) => noun ?? '')

  assert.ok(nouns.length >= 12, nouns.join())
  for (const noun of nouns.filter((word) => word !== 'help')) {
    const { code, out } = await rollcall(app, [noun, '--help'])
    assert.equal(code, 0, noun)
    const verbs = [...out.matchAll(/^ {2}([a-z-]+) .*?\S {2,}\S/gm)].map(([, verb]) => verb ?? '')
    assert.ok(verbs.length > 0, noun)
    for (const verb of verbs.filter((word) => word !== 'help' && !word.startsWith('-')))
      assert.match((await rollcall(app, [noun, verb, '--help'])).out, /--json/, `${noun} ${verb}`)
  }
})
