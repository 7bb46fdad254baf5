/**
 * The commands of docs/operations/backup.md, run as they stand there: what was acknowledged before the back-up
 * is there after a restore, events go on in one order, and what was revoked since holds again, as the page says (SEC F-11, K-4).
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { createClient } from '../../src/contract/index.ts'
import { BIN, hasPrograms, startOwnPostgres } from '../support/own-postgres.ts'
import { startProcess } from '../support/process.ts'
import { call } from '../support/scim-client.ts'
import { settle } from '../support/world.ts'

const PAGE = fileURLToPath(new URL('../../docs/operations/backup.md', import.meta.url))
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const run = promisify(execFile)

/** The commands of the page, in order. */
async function commandsOfPage(): Promise<string[]> {
  const page = await readFile(PAGE, 'utf8')
  return [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, text = '']) => text)
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-backup-'))
  await chmod(folder, 0o711)
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

type Settings = Readonly<Record<string, string>>

/** A server of its own on a data directory; it ends with the returned. */
async function serve(t: TestContext, settings: Settings) {
  const started = startProcess(t, ['serve'], {
    ROLLCALL_PORT: '0',
    ROLLCALL_PUBLIC_URL: 'http://localhost:8080',
    ROLLCALL_LOG_LEVEL: 'warn',
    ...settings,
  })
  const url = await started.listening
  const token = (
    await readFile(join(settings['ROLLCALL_DATA_DIR'] ?? '', 'admin-token'), 'utf8')
  ).trim()
  return {
    url,
    admin: createClient({ url, token }),
    async stop() {
      started.child.kill('SIGTERM')
      assert.equal(await started.ended, 0, started.err())
    },
  }
}

async function asSuperuser(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

type Server = Awaited<ReturnType<typeof serve>>

async function onboard({ admin, url }: Server) {
  const { tenant, connection, handover } = await admin.onboardTenant({ name: 'Acme' })
  const baseUrl = url + new URL(handover.scim.baseUrl).pathname
  return {
    tenant: tenant.id,
    connection: connection.id,
    scim: { baseUrl, token: handover.scim.token },
  }
}

type Acme = Awaited<ReturnType<typeof onboard>>

async function hire({ scim }: Acme, ...names: string[]): Promise<string[]> {
  const made = names.map((userName) => call(scim, 'POST', '/Users', { schemas: [USER], userName }))
  return (await Promise.all(made)).map(({ status, body }) => {
    assert.equal(status, 201)
    return String(body['id'])
  })
}

async function eventsOf({ admin }: Server, tenant: Acme['tenant']) {
  return (await admin.listEvents({ tenant, limit: 500 })).items
}

test(
  'a PostgreSQL server is dumped while it serves, and restored',
  { skip: !hasPrograms('postgres', 'pg_dump', 'pg_restore', 'createdb') },
  async (t) => {
    const [folder, urlOf] = [await makeFolder(t), await startOwnPostgres(t)]
    const env = {
      PATH: `${BIN}${delimiter}${process.env['PATH']}`,
      OWNER: 'keeper',
      ROLLCALL_DATABASE_URL: urlOf('kept'),
      ROLLCALL_RESTORED_URL: urlOf('rollcall_restored'),
    }
    await asSuperuser(urlOf('postgres'), [
      'create role keeper login createrole',
      'create database kept owner keeper',
    ])
    /** Nodes are no superuser. */
    const asKeeper = (url: string) => url.replace(/user=\w+/, 'user=keeper')
    const [dump = '', restore = ''] = await commandsOfPage()
    const sh = (text: string) => run('sh', ['-ec', text], { cwd: folder, env })
    const settings = {
      ROLLCALL_DATA_DIR: folder,
      ROLLCALL_DATABASE_URL: asKeeper(env.ROLLCALL_DATABASE_URL),
    }
    const before = await serve(t, settings)
    const acme = await onboard(before)
    const at = { tenant: acme.tenant, connection: acme.connection }
    const kept = await hire(acme, 'one', 'two', 'three')
    await settle(before.admin, acme.tenant)
    const token = (await before.admin.listTokens(at)).items[0]?.id ?? ''

    await sh(dump)
    await hire(acme, 'four')
    await before.admin.revokeToken({ ...at, token })
    await settle(before.admin, acme.tenant)
    const read = (await eventsOf(before, acme.tenant)).at(-1)?.position ?? 0
    await before.stop()
    await sh(restore)

    const after = await serve(t, {
      ...settings,
      ROLLCALL_DATABASE_URL: asKeeper(env.ROLLCALL_RESTORED_URL),
    })
    const again = {
      ...acme,
      scim: { ...acme.scim, baseUrl: after.url + new URL(acme.scim.baseUrl).pathname },
    }
    const found = await Promise.all(kept.map((id) => call(again.scim, 'GET', `/Users/${id}`)))
    assert.deepEqual(
      found.map(({ status }) => status),
      [200, 200, 200],
      'the token holds again',
    )
    assert.deepEqual(
      (await after.admin.listTokens(at)).items.map(({ state }) => state),
      ['live'],
    )
    await assert.rejects(after.admin.listEvents({ tenant: acme.tenant, after: read, limit: 5 }), {
      code: 'position_ahead',
    })
    await hire(again, 'five')
    await settle(after.admin, acme.tenant)
    const events = await eventsOf(after, acme.tenant)
    assert.deepEqual(
      events.map(({ position }) => position),
      events.map((_, index) => index + 1),
    )
    assert.equal(events.filter(({ kind }) => kind === 'person.created').length, 4)
    await assert.rejects(sh(restore.replace(/^createdb.*\n/, '')), /already exists/)
    assert.deepEqual(await eventsOf(after, acme.tenant), events, 'what is there is left as it is')
    await after.stop()
  },
)

/** Copies by the page what a server had, takes that away, and starts on the copy. */
async function copied(t: TestContext, folder: string): Promise<void> {
  const safe = join(await makeFolder(t), 'copy')
  const env = { PATH: process.env['PATH'], ROLLCALL_DATA_DIR: folder, BACKUP_DIR: safe }
  const copy = async () => run('sh', ['-ec', (await commandsOfPage())[2] ?? ''], { env })
  const before = await serve(t, { ROLLCALL_DATA_DIR: folder })
  const acme = await onboard(before)
  const [id] = await hire(acme, 'one')
  await before.stop()

  await copy()

  await assert.rejects(copy(), /exists/, 'no copy goes into or over an older one')
  const cluster = await realpath(join(folder, 'postgres'))
  await rm(cluster, { recursive: true })
  const after = await serve(t, { ROLLCALL_DATA_DIR: safe })
  const { status } = await call(
    { ...acme.scim, baseUrl: after.url + new URL(acme.scim.baseUrl).pathname },
    'GET',
    `/Users/${id}`,
  )
  assert.equal(status, 200)
  await after.stop()
}

test('an embedded database is copied while it stands still, and the copy serves', async (t) => {
  await copied(t, await makeFolder(t))
})

test(
  'an embedded database that lies elsewhere is copied with its cluster, and the copy serves',
  { skip: process.getuid?.() !== 0 },
  async (t) => {
    const home = await makeFolder(t)
    await chmod(home, 0o700)

    await copied(t, join(home, 'data'))
  },
)
