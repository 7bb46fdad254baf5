import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { startApp, type TestApp } from '../../test/support/app.ts'
import { createTestClock, DAY, HOUR, MINUTE } from '../../test/support/clock.ts'
import { type Mailbox, startMailbox } from '../../test/support/mailbox.ts'
import { isRefused } from '../../test/support/refused.ts'
import { rollcall } from '../../test/support/terminal.ts'
import { isStatus, until } from '../../test/support/world.ts'
import { wrappingKey } from '../lib/index.ts'

interface Hook {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const clock = createTestClock()
const ends: (() => Promise<void>)[] = []
const t = { after: (end: () => Promise<void>) => void ends.push(end) }
const hooks: Hook[] = []
let status = 204
let webhookUrl = ''
let mailbox: Mailbox
let app: TestApp
const masterKeys = [wrappingKey(Buffer.alloc(32, 7))]

before(async () => {
  mailbox = await startMailbox(t)
  webhookUrl = await startReceiver()
  const config = {
    ROLLCALL_SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
    ROLLCALL_SMTP_FROM: 'rollcall@platform.example',
  }
  app = await startApp(t, { clock, config, masterKeys })
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})
beforeEach(() => {
  hooks.length = 0
  status = 204
})

async function startReceiver(): Promise<string> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      hooks.push({ headers: request.headers, body })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/warned`
}

const outcomesOf = async (tenant: string) =>
  (await app.admin.listWarnings({ tenant })).items.map(({ outcome }) => outcome)
const allTold = (tenant: string, count: number) =>
  until('told', async () => {
    const outcomes = await outcomesOf(tenant)
    return outcomes.length === count && outcomes.every((outcome) => outcome === 'delivered')
  })

test('a token that ends is told by webhook and e-mail at 30, 7 and 1 days, each once on two nodes', async () => {
  const { tenant, connection, handover } = await app.onboard('Acme') // SEC T-5, X-1, K-1
  const node = await app.startNode()
  const set = { tenant: tenant.id, emails: ['it@acme.example'], webhookUrl }
  const { webhookSecret } = await app.admin.changeWarningSettings(set)
  clock.turn(334 * DAY)
  const quiet = (await app.admin.listWarnings({ tenant: tenant.id })).items
  clock.turn(1.5 * DAY)
  await allTold(tenant.id, 2)

  const [hook] = hooks
  const [mail] = mailbox.mails
  assert.ok(hook && mail && webhookSecret)
  const id = String(hook.headers['webhook-id'])
  const at = String(hook.headers['webhook-timestamp'])
  const key = Buffer.from(webhookSecret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${at}.${hook.body}`).digest('base64')
  assert.equal(hook.headers['webhook-signature'], `v1,${signature}`)
  const { type, data } = JSON.parse(hook.body)
  assert.deepEqual(
    [type, data.kind, data.id, data.days, data.tenant, data.connectionId],
    [
      'warning.expiring',
      'scim-token',
      handover.scim.token.split('_')[1],
      30,
      { id: tenant.id, name: 'Acme' },
      connection.id,
    ],
  )
  assert.equal(data.renewAt, `${app.url}/console/tenants/${tenant.id}`)
  for (const words of ['provisioning token', 'Provisioning stops', 'Make another token'])
    assert.ok(unfolded(mail.text).includes(words), `${words} in ${mail.text}`)
  assert.match(mail.text, /^From: rollcall@platform.example\r$/m)
  assert.equal(mail.to, 'it@acme.example')
  for (const [days, count] of [
    [23, 4],
    [6, 6],
  ] as const) {
    clock.turn(days * DAY)
    await allTold(tenant.id, count)
    clock.turn(2 * HOUR)
  }
  const { items } = await node.admin.listWarnings({ tenant: tenant.id })
  assert.deepEqual([quiet.length, items.length, hooks.length, mailbox.mails.length], [0, 6, 3, 3])
  const { rows } = await app.database.ownerPool.query('select * from warning_settings')
  assert.ok(!JSON.stringify([rows, items]).includes(webhookSecret.slice(6)))
  await node.close()
})

test('a setup link is told the day before, a grant that lies idle from fourteen days on', async () => {
  const { tenant, connection } = await app.onboard('Aspen') // SEC T-10
  const at = { tenant: tenant.id, connection: connection.id }
  await app.admin.changeWarningSettings({ tenant: tenant.id, webhookUrl })
  await app.admin.createSetupLink({ ...at, days: 7 })
  const days = (count: number) => new Date(clock().getTime() + count * DAY)
  await app.database.ownerPool.query(
    `insert into provisioning_grant
       (tenant_id, grant_id, connection_id, administrator, created_at, expires_at)
     values ($1, 'gra_idle', $2, 'ada@aspen.example', $3, $4)`,
    [tenant.id, connection.id, days(-10), days(20)],
  )

  clock.turn(6.5 * DAY)

  await allTold(tenant.id, 2)
  const told = hooks.map(({ body }) => JSON.parse(body).data)
  assert.deepEqual(
    new Set(told.map(({ kind, days: left, connectionId }) => `${kind} ${left} ${connectionId}`)),
    new Set([`oauth-grant 14 ${connection.id}`, `setup-link 1 ${connection.id}`]),
  )
})

test('a webhook that fails is tried again later and later under one id, and given up after three days', async () => {
  const { tenant } = await app.onboard('Birch')
  await app.admin.changeWarningSettings({ tenant: tenant.id, webhookUrl })
  status = 500

  await app.admin.testWarnings({ tenant: tenant.id })

  const tried = (tries: number) =>
    until(`tried ${tries} times`, async () => {
      const [item] = (await app.admin.listWarnings({ tenant: tenant.id })).items
      return item?.tries === tries && item.answer !== null && item
    })
  const first = await tried(1)
  assert.deepEqual([first.outcome, first.answer], ['waiting', 'the webhook answered 500'])
  assert.equal(Date.parse(first.nextTryAt ?? '') - clock().getTime(), 30_000)
  clock.turn(MINUTE)
  const second = await until('sent again', async () => {
    const item = await tried(2)
    return Date.parse(item.nextTryAt ?? '') - clock().getTime() === MINUTE && item
  })
  assert.equal(new Set(hooks.map(({ headers }) => headers['webhook-id'])).size, 1)
  assert.equal(JSON.parse(hooks[0]?.body ?? '{}').type, 'warning.test')
  clock.turn(4 * DAY)
  const over = await until('given up', async () => {
    const [item] = (await app.admin.listWarnings({ tenant: tenant.id })).items
    return item?.outcome === 'failed' && item
  })
  assert.deepEqual([over.id, over.nextTryAt], [second.id, null])
})

test('a webhook may not lead into our own network, and is https', async () => {
  const { tenant } = await app.onboard('Cedar') // SEC
  const to = (url: string) =>
    app.admin.changeWarningSettings({ tenant: tenant.id, webhookUrl: url })
  for (const refused of ['http://hooks.example/x', 'https://10.0.0.1/x'])
    await assert.rejects(to(refused), isStatus(400))
  await to('https://hooks.example/x')
  // As one that leads there by its name.
  await app.database.ownerPool.query(
    `update warning_settings set webhook_url = 'https://10.0.0.1/x' where tenant_id = $1`,
    [tenant.id],
  )

  await app.admin.testWarnings({ tenant: tenant.id })

  const item = await until('tried', async () => {
    const [last] = (await app.admin.listWarnings({ tenant: tenant.id })).items
    return last?.answer !== null && last
  })
  assert.deepEqual([item.outcome, item.answer], ['waiting', 'Its address may not be connected to.'])
})

test('who is warned is said, tried and looked at from a terminal', async () => {
  const { tenant } = await app.onboard('Elm')
  const nobody = await rollcall(app, ['warning', 'test', 'elm'])
  const set = await rollcall(app, [
    ...['warning', 'set', 'elm', '--email', 'a@elm.example', '--webhook', webhookUrl],
  ])

  const tried = await rollcall(app, ['warning', 'test', 'elm'])

  assert.deepEqual([nobody.code, set.code, tried.code], [1, 0, 0], tried.err)
  assert.match(nobody.err, /warning set/)
  assert.match(set.out, /whsec_/)
  await until('tried', async () => !(await outcomesOf(tenant.id)).includes('failed') && hooks[0])
  const list = await rollcall(app, ['warning', 'list', 'elm'])
  assert.match(list.out, /A test of the warnings.*webhook/)
  const off = await rollcall(app, ['warning', 'set', 'elm', '--no-webhook', '--no-emails'])
  assert.equal(off.code, 0, off.err)
  const { changedAt, ...left } = await app.admin.readWarningSettings({ tenant: tenant.id })
  assert.deepEqual(left, { emails: [], webhookUrl: null, sendsEmail: true })
  assert.ok(Date.parse(changedAt ?? '') >= clock().getTime())
})

// SEC C-7
test('of two who change at a time who is warned the second is told, and nothing of theirs is kept', async () => {
  const { tenant } = await app.onboard('Fir')
  // All within one millisecond.
  const change = (name: string, replaces: string | null) => {
    const emails = [`${name}@fir.example`]
    return app.admin.changeWarningSettings({ tenant: tenant.id, emails, replaces })
  }

  const first = await change('first', null)
  await assert.rejects(change('other', null), isRefused('conflict', /Somebody else/))
  const second = await change('second', first.changedAt)
  await assert.rejects(change('other', first.changedAt), isRefused('conflict', /Somebody else/))

  const kept = await app.admin.readWarningSettings({ tenant: tenant.id })
  assert.deepEqual({ ...kept, webhookSecret: null }, second)
})

test('an e-mail goes over TLS to a server that shows a certificate that is trusted, and to no other', async (context) => {
  const { key, cert } = certificate()
  const server = await startMailbox(
    { after: (end) => context.after(end) },
    { key, cert, authMethods: ['PLAIN'] },
  )
  const { tenant } = await app.onboard('Dale')
  await app.admin.changeWarningSettings({ tenant: tenant.id, emails: ['it@dale.example'] })
  await app.close()
  const config = { ROLLCALL_SMTP_URL: `smtp://us%40er:pa%2Fss@127.0.0.1:${server.port}` }
  const { database } = app
  const again = await startApp(t, { clock, config, database, masterKeys })
  const last = async () => (await again.admin.listWarnings({ tenant: tenant.id })).items[0]

  await again.admin.testWarnings({ tenant: tenant.id })

  const refused = await until('tried', async () => {
    const item = await last()
    return item?.answer !== null && item
  })
  assert.deepEqual([refused.outcome, server.mails.length], ['waiting', 0])
  assert.match(refused.answer ?? '', /certificate/)
  const known = getCACertificates('default')
  context.after(() => setDefaultCACertificates(known))
  setDefaultCACertificates([...known, cert])
  clock.turn(MINUTE)
  await until('delivered', async () => (await last())?.outcome === 'delivered')
  assert.deepEqual(
    server.mails.map(({ to, secure, user }) => [to, secure, user]),
    [['it@dale.example', true, 'us@er']],
  )
})

/** Of this machine, for a day, signed by itself. */
function certificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-mail-'))
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string]
  const args = [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]
  execFileSync('openssl', args, { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

/** Quoted-printable lines as they were. */
function unfolded(mail: string): string {
  return mail.replaceAll(/=\r\n/g, '')
}
