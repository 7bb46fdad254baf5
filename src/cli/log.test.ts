import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { rollcall, type TerminalOptions } from '../../test/support/terminal.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'

async function start(t: TestContext) {
  const app = await startApp(t)
  const { handover, connection } = await app.onboard('acme')
  const { baseUrl, token } = handover.scim
  /** @returns the id that the answer carried */
  const create = async (userName: string, more: object = {}) => {
    const response = await fetch(`${baseUrl}/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({ schemas: [USER], userName, ...more }),
    })
    await response.text()
    const requestId = response.headers.get('x-request-id') ?? ''
    for (let tries = 0; tries < 500; tries += 1) {
      await app.app.provisioningLog.flush()
      if ((await app.app.provisioningLog.find(requestId)) !== undefined) return requestId
    }
    throw new Error(`${requestId} is not in the log.`)
  }
  return {
    ...{ app, connection, create },
    run: (line: string, options?: TerminalOptions) => rollcall(app, line.split(' '), options),
  }
}

test('log list shows what was asked, latest first, and tells how to go on', async (t) => {
  const { run, create } = await start(t)
  const none = await run('log list acme')
  const made = await create('nadia@acme.example')
  const again = await create('NADIA@acme.example')

  const all = await run('log list acme')
  const one = await run('log list acme --limit 1')
  const refused = await run('log list acme --outcome refused --status 409 --text userName --json')

  assert.match(none.out, /No such request is in the log/)
  const lines = all.out.trimEnd().split('\n')
  assert.match(lines[0] ?? '', /^RECEIVED +REQUEST +STATUS +OPERATION +RESOURCE +WHAT$/)
  assert.match(
    lines[1] ?? '',
    new RegExp(`${again} +409 +create +User +"userName" belongs to usr_`),
  )
  assert.match(lines[2] ?? '', new RegExp(`${made} +201 +create +usr_\\w+ +userName, active$`))
  assert.equal(lines.length, 3)
  assert.match(one.err, new RegExp(`--after ${again}`))
  const { items } = JSON.parse(refused.out)
  assert.deepEqual(
    items.map(({ requestId }: { requestId: string }) => requestId),
    [again],
  )
})

test('log show tells everything of one request, by its id alone', async (t) => {
  const { run, create, connection } = await start(t)
  const made = await create('nadia@acme.example', { shoeSize: 43 })

  const { out, code } = await run(`log show ${made}`)
  const json = JSON.parse((await run(`log show ${made} --json`)).out)

  assert.equal(code, 0)
  assert.match(out, new RegExp(`^Connection +${connection.id}$`, 'm'))
  assert.match(out, /^Status +201 \(ok\)$/m)
  assert.match(out, /^Ignored +shoeSize$/m)
  assert.deepEqual([json.requestId, json.changes], [made, null])
  assert.equal((await run(`log show req_${'0'.repeat(26)}`)).code, 1)
  assert.equal((await run('log show 12')).code, 2)
})

test('log policy keeps values from then on, and masks them again', async (t) => {
  const { run, create } = await start(t)

  assert.match((await run('log policy acme')).out, /^Names only/)
  assert.match((await run('log policy acme --keep values')).out, /^Values are kept/)
  const shown = await create('nadia@acme.example')
  assert.equal((await run('log policy acme --keep names')).code, 0)
  const masked = await create('tomasz@acme.example')

  assert.match((await run(`log show ${shown}`)).out, /^userName +– +nadia@acme\.example$/m)
  assert.doesNotMatch((await run(`log show ${masked}`)).out, /tomasz/)
  assert.equal((await run('log policy acme --keep secrets')).code, 2)
  const acts = await run('audit list acme')
  assert.match(
    acts.out,
    /^\S+ +\S+ +test +127\.0\.0\.1 +audit\.provisioning-log-policy\.changed +con_/m,
  )
})

test('log with a tenant alone is its list; with neither it says what is missing', async (t) => {
  const { run, create } = await start(t)
  await create('nadia@acme.example')

  const [named, alone, misspelt] = [
    await run('log acme --limit 5'),
    await run('log'),
    await run('log lst acme'),
  ]

  assert.deepEqual(named, await run('log list acme --limit 5'))
  assert.match(named.out, /201 .*create/)
  assert.deepEqual([alone.code, misspelt.code], [2, 2])
  assert.match(alone.err, /missing required argument 'tenant'/)
})

test('log list --follow shows the last ones and then each that arrives, once, until interrupted', async (t) => {
  const { run, create } = await start(t)
  const ids = [await create('one@acme.example'), await create('two@acme.example')]
  let looks = 0

  const { out } = await run('log list acme --follow --limit 1', {
    onWait: async () => {
      looks += 1
      if (looks === 4) throw new Error('interrupted')
      if (looks < 3) ids.push(await create(`more${looks}@acme.example`))
    },
  })

  const seen = [...out.matchAll(/\breq_\w+/g)].map(([id]) => id)
  assert.deepEqual(seen, ids.slice(1))
})

test('log list --follow goes on when the server is away, until it is interrupted', async (t) => {
  const { app, run, create } = await start(t)
  await create('one@acme.example')
  let waits = 0

  const { code, err } = await run('log list acme --follow', {
    onWait: async () => {
      waits += 1
      if (waits === 1) await app.app.http.close(1_000)
      if (waits === 3) throw new Error('interrupted')
    },
  })

  assert.equal(code, 1)
  assert.match(
    err,
    /^The server cannot be reached\. Trying again until it is back\.\n[^]*interrupted/,
  )
})

test('what makes no sense is said, and not asked', async (t) => {
  const { run } = await start(t)
  const wrong = [
    'log list acme --outcome good',
    'log list acme --since yesterday',
    'log list acme --request 12',
    'log list acme --connection 12',
    'log list acme --follow --after req_1',
    'sign-in list acme --since yesterday',
    'sign-in list acme --site Wiki',
    'sign-in export acme --out none.csv --connection Okta',
    'sign-in show 12',
  ]

  for (const line of wrong) assert.equal((await run(line)).code, 2, line)
})

test('an entry with hostile text cannot write to the terminal', async (t) => {
  const { run, create } = await start(t) // SEC W-5
  await create('nadia@acme.example', { 'a\u001B[2Jb\u202E': 1 })

  const { items } = JSON.parse((await run('log list acme --json')).out)
  const { out } = await run(`log show ${items[0].requestId}`)

  assert.match(out, /a\\u\{1b\}\[2Jb\\u\{202e\}/)
  assert.doesNotMatch(out.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
})

test('audit verify says how much is as it was written, compares what was kept, and names what is not', async (t) => {
  const { app, run } = await start(t) // SEC G-2
  await app.app.sweeper.sweepAll()
  const verified = await run('audit verify acme')
  const { latest } = JSON.parse((await run('audit verify acme --json')).out)
  const compared = await run('audit verify acme --checkpoint -', { stdin: `${latest.jws}\n` })
  const ofPlatform = await run('audit verify --checkpoint -', { stdin: latest.jws })
  const { keys } = JSON.parse((await run('audit keys')).out)
  await app.database.ownerPool.query(
    `update audit_log set address = '203.0.113.9' where act = 'tenants.tenant.onboarded'`,
  )

  const found = await run('audit verify acme')

  assert.match(verified.out, /Entries as written +[2-9]\n[^]*Latest checkpoint +of entry \d, 2/)
  assert.equal(compared.code, 0)
  assert.deepEqual([ofPlatform.code, ofPlatform.err.includes('for this log')], [1, true])
  assert.deepEqual([keys.length, keys[0].alg, 'd' in keys[0]], [1, 'RS256', false])
  assert.equal(found.code, 1)
  assert.match(found.err, /Entry \d \(aud_\w+\) is not what was written\. [^]*back-up/)
})
