import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import pg from 'pg'
import { createTestDatabase } from '../test/support/database.ts'
import { startProcess } from '../test/support/process.ts'
import { until } from '../test/support/world.ts'
import { createClient } from './contract/index.ts'

const CANARY = 'canary-that-is-no-number'

async function dataDir(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-main-'))
  await chmod(path, 0o711)
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

/** Settings of a server on a database of its own. */
async function settings(t: TestContext) {
  const folder = await dataDir(t)
  const { url } = await createTestDatabase(t)
  return { ROLLCALL_DATA_DIR: folder, ROLLCALL_PORT: '0', ROLLCALL_DATABASE_URL: url }
}

test('the first start makes the two secrets and says where, once; a second finds them, and doctor that it is at work', async (t) => {
  // And while nobody is an operator each start prints a code to become one by. SEC C-1, K-3
  const folder = await dataDir(t)
  const env = { ROLLCALL_DATA_DIR: folder, ROLLCALL_PORT: '0' }
  const files = ['master-key', 'admin-token', 'first-operator-code'] as const
  const [key, token, code] = files.map((file) => join(folder, file)) as [string, string, string]

  const first = startProcess(t, ['serve'], env)
  const { port } = new URL(await first.listening)
  const made = [await readFile(key, 'utf8'), await readFile(token, 'utf8')]
  const printed = (await readFile(code, 'utf8')).trim()
  first.child.kill('SIGTERM')
  assert.equal(await first.ended, 0)

  const second = startProcess(t, ['serve'], env)
  await second.listening
  const doctor = startProcess(t, ['doctor'], env)
  assert.equal(await doctor.ended, 0, doctor.out())

  assert.match(doctor.out(), new RegExp(`^ok {3}Database: .*process ${second.child.pid} `, 'm'))
  assert.ok(first.err().includes(key) && first.err().includes(token))
  assert.ok(!second.err().includes(key) && !second.err().includes(token))
  assert.deepEqual([await readFile(key, 'utf8'), await readFile(token, 'utf8')], made)
  for (const file of [key, token, code]) assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.ok(first.err().includes(printed) && !second.err().includes(printed))
  assert.ok(first.err().includes(`The first gets in at http://localhost:${port}/console by`))
  assert.ok(second.err().includes((await readFile(code, 'utf8')).trim()))
  for (const secret of made) assert.ok(!`${first.err()}${first.out()}`.includes(secret.trim()))
})

test('the command line on the same machine finds the server and the token by itself', async (t) => {
  const env = await settings(t)
  const server = startProcess(t, [], env)
  await server.listening
  const { ROLLCALL_DATA_DIR } = env

  const onboard = startProcess(t, ['tenant', 'onboard', 'acme', '--json'], { ROLLCALL_DATA_DIR })

  assert.equal(await onboard.ended, 0, onboard.err())
  assert.match(JSON.parse(onboard.out()).scim.token, /^rcs_/)
})

test('stdout has exactly one line, and the log is JSON on stderr', async (t) => {
  const server = startProcess(t, ['serve'], await settings(t))
  const url = await server.listening
  assert.equal((await fetch(`${url}/health/ready`)).status, 200)
  server.child.kill('SIGINT')

  assert.equal(await server.ended, 0)
  assert.equal(server.out(), `listening ${url}\n`)
  const lines = server.err().trim().split('\n')
  const events = lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).event] : []))
  assert.ok(events.includes('main.server.started') && events.includes('main.server.stopped'))
  assert.equal(lines.length - events.length, 3, 'beside it the three secrets of the first start')
})

test('asked to end, it takes no more connections, finishes what runs and exits 0', async (t) => {
  const env = await settings(t) // SEC F-12
  const server = startProcess(t, ['serve'], env)
  const url = await server.listening
  const token = (await readFile(join(env.ROLLCALL_DATA_DIR, 'admin-token'), 'utf8')).trim()
  const body = JSON.stringify({ name: 'Acme' })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => void (answer += text))
  socket.write(
    `POST /admin/v1/tenants HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n` +
      'expect: 100-continue\r\n\r\n',
  )
  while (!answer.includes('100 Continue'))
    await new Promise((resolve) => socket.once('data', resolve))

  server.child.kill('SIGTERM')
  while (!server.err().includes('main.server.stopping'))
    await new Promise((resolve) => server.child.stderr?.once('data', resolve))
  socket.write(body)

  assert.equal(await server.ended, 0)
  assert.match(answer, /HTTP\/1\.1 201/)
  await assert.rejects(fetch(`${url}/health/live`))
})

test('asked to end while somebody listens to a stream, it ends that and exits 0', async (t) => {
  const env = await settings(t) // SEC F-12
  const server = startProcess(t, ['serve'], env)
  const url = await server.listening
  const token = (await readFile(join(env.ROLLCALL_DATA_DIR, 'admin-token'), 'utf8')).trim()
  const admin = createClient({ url, token })
  const { tenant } = await admin.onboardTenant({ name: 'Acme' })
  const events = admin.followSync({ tenant: tenant.id })[Symbol.asyncIterator]()
  await events.next()

  server.child.kill('SIGTERM')
  let last = await events.next()
  while (last.done !== true) last = await events.next()

  assert.equal(await server.ended, 0)
  assert.doesNotMatch(server.err(), /stopped-late/)
})

test('started by `npm start`, it hears the signal that npm is sent', async (t) => {
  const server = startProcess(t, [], await settings(t), ['npm', 'start'])
  await server.listening

  server.child.kill('SIGTERM')

  await server.ended
  assert.match(server.err(), /"event":"main.server.stopped"/)
})

/** As if the process ran on that Node. */
function withNode(version: string) {
  const is = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(is)}` }
}

// SEC D-3
test('a Node without the latest fixes serves, and the log names the one to take', async (t) => {
  const server = startProcess(t, ['serve'], { ...(await settings(t)), ...withNode('24.0.0') })

  await server.listening
  server.child.kill('SIGTERM')
  await server.ended

  assert.match(server.err(), /"event":"main.node.aged","reason":"Node 24\.0\.0 lacks the fixes of/)
})

// SEC D-3
test('a Node that is too old is named, and nothing is started', async (t) => {
  const folder = await dataDir(t)

  const { ended, err } = startProcess(t, ['serve'], {
    ROLLCALL_DATA_DIR: folder,
    ...withNode('22.9.0'),
  })

  assert.equal(await ended, 1)
  assert.match(err(), /needs Node 24 or newer; this is 22\.9\.0/)
  assert.deepEqual(await readdir(folder), [])
})

test('bad settings are all named at once, and nothing is started', async (t) => {
  const folder = join(await dataDir(t), 'never-made')
  const server = startProcess(t, ['serve'], {
    ROLLCALL_DATA_DIR: folder,
    ROLLCALL_PORT: CANARY,
    ROLLCALL_RATE_LIMITS: CANARY,
    ROLLCALL_DATABSE_URL: CANARY,
  })

  assert.equal(await server.ended, 2)
  assert.equal(
    server.err(),
    'Cannot start:\n' +
      '  ROLLCALL_DATABSE_URL is not a setting. ROLLCALL_DATABASE_URL is.\n' +
      '  ROLLCALL_PORT must be a port number, 0 to 65535.\n' +
      '  ROLLCALL_RATE_LIMITS must be one of on, off.\n',
  )
  assert.equal(server.out(), '')
  await assert.rejects(stat(folder))
})

test('a master key that others can read stops the start', async (t) => {
  const folder = await dataDir(t) // SEC K-3
  await writeFile(join(folder, 'master-key'), 'x', { mode: 0o644 })
  await chmod(join(folder, 'master-key'), 0o644)

  const server = startProcess(t, ['serve'], { ROLLCALL_DATA_DIR: folder, ROLLCALL_PORT: '0' })

  assert.equal(await server.ended, 1)
  assert.match(server.err(), /can be read by others.*chmod 600/)
})

test('a node with another master key is refused, and changes nothing for those that have the right one', async (t) => {
  const env = await settings(t) // SEC K-3
  const first = startProcess(t, ['serve'], env)
  const url = await first.listening

  const other = startProcess(t, ['serve'], { ...env, ROLLCALL_DATA_DIR: await dataDir(t) })

  assert.equal(await other.ended, 1)
  assert.match(
    other.err(),
    /needs the master key [0-9a-f]{8}, which the key file does not have.*ROLLCALL_MASTER_KEY_FILE/,
  )
  const second = startProcess(t, ['serve'], env)
  await second.listening
  assert.equal((await fetch(`${url}/health/ready`)).status, 200)
})

// SEC K-2
test('a key that is added on the machine seals without a restart, and doctor names what the database needs', async (t) => {
  const env = await settings(t)
  const server = startProcess(t, ['serve'], env)
  await server.listening
  const said = async (...words: string[]) => {
    const { ended, out, err } = startProcess(t, words, env)
    return { code: await ended, out: out(), err: err() }
  }
  const before = (await said('doctor')).out

  const added = (await said('master-key', 'add')).out.trim()

  const seals = new RegExp(`^${added} +seals `, 'm')
  await until('the key seals', async () => seals.test((await said('master-key', 'list')).out))
  const after = (await said('doctor')).out
  const [, old = ''] = /needs master key ([0-9a-f]{8}), which seals\.$/m.exec(before) ?? []
  assert.match(after, new RegExp(`Master key: .*holds keys ${old}, ${added}\\.`))
  assert.match(after, new RegExp(`needs master key ${added}, which seals, and ${old} \\(`))
  const early = await said('master-key', 'retire', old, '--yes')
  assert.deepEqual([early.code, early.out], [1, ''])
  assert.match(early.err, /good for an hour more/)
  const [first = ''] = (await readFile(join(env.ROLLCALL_DATA_DIR, 'master-key'), 'utf8')).split(
    '\n',
  )
  await writeFile(join(env.ROLLCALL_DATA_DIR, 'master-key'), `${first}\n`)
  const lacks = await said('doctor')
  assert.equal(lacks.code, 1)
  assert.match(lacks.out, new RegExp(`^BAD {2}Database: .*needs the master key ${added}`, 'm'))
})

test('a port that is taken is said in a sentence, and the database is closed', async (t) => {
  const env = await settings(t)
  const first = startProcess(t, ['serve'], env)
  const { port } = new URL(await first.listening)

  const second = startProcess(t, ['serve'], { ...env, ROLLCALL_PORT: port })

  assert.equal(await second.ended, 1)
  assert.match(second.err(), new RegExp(`port ${port} .*is taken`))
})

test('migrate brings the schema up to date and ends; doctor says what is well', async (t) => {
  const env = await settings(t)

  const migrated = startProcess(t, ['migrate'], env)
  assert.equal(await migrated.ended, 0, migrated.err())
  assert.match(migrated.out(), /up to date/)

  const well = startProcess(t, ['doctor'], env)
  assert.equal(await well.ended, 0, well.err())
  assert.match(well.out(), /^ok {3}Database: server; the schema is up to date/m)

  await chmod(join(env.ROLLCALL_DATA_DIR, 'master-key'), 0o644)
  const ill = startProcess(t, ['doctor'], env)
  assert.equal(await ill.ended, 1)
  assert.match(ill.out(), /^BAD {2}Master key: .*chmod 600/m)
})

test('doctor makes nothing that is not there, and says what a start would do', async (t) => {
  const folder = await dataDir(t)
  const { ROLLCALL_DATABASE_URL } = await settings(t)
  const database = new pg.Client(ROLLCALL_DATABASE_URL)
  await database.connect()
  await database.query(
    'drop schema public cascade; create schema public; grant usage on schema public to public',
  )
  await writeFile(join(folder, 'master-key'), randomBytes(32).toString('base64url'), {
    mode: 0o600,
  })
  const said = async (word: string, more: { ROLLCALL_DATABASE_URL?: string }) => {
    const { ended, out, err } = startProcess(t, [word], { ROLLCALL_DATA_DIR: folder, ...more })
    assert.equal(await ended, 0, err())
    return out()
  }

  const embedded = await said('doctor', {})
  const empty = await said('doctor', { ROLLCALL_DATABASE_URL })
  const { rows: made } = await database.query(`select from pg_tables where schemaname = 'public'`)
  const [first = ''] = (await said('migrate', { ROLLCALL_DATABASE_URL })).split('\n')
  await database.query('delete from schema_migration')
  const behind = await said('doctor', { ROLLCALL_DATABASE_URL })
  await database.end()

  assert.match(embedded, /^ok {3}Database: not looked at/m)
  assert.deepEqual(await readdir(folder), ['master-key'])
  assert.match(empty, /^ok {3}Database: server; nothing is set up in it/m)
  assert.equal(made.length, 0)
  assert.ok(behind.includes(`Database: server; migrations are pending (${first}, `), behind)
})

test('without a word the command line says how it is used, and starts nothing', async (t) => {
  const folder = await dataDir(t)

  const { ended, err } = startProcess(t, ['cli'], { ROLLCALL_DATA_DIR: folder })

  assert.equal(await ended, 2)
  assert.match(err(), /^Usage: rollcall/)
  assert.deepEqual(await readdir(folder), [])
})

test('whoever stops reading, as head does, ends the command line without a word', async (t) => {
  const { ended, err, child } = startProcess(t, ['cli', '--help'], {
    ROLLCALL_DATA_DIR: await dataDir(t),
  })
  child.stdout?.destroy()

  assert.equal(await ended, 0)
  assert.equal(err(), '')
})

test('a key that was made is told, also when nothing else comes of the start', async (t) => {
  const folder = await dataDir(t)
  const away = 'postgres://nobody@127.0.0.1:1/none'

  const failed = startProcess(t, ['serve'], {
    ROLLCALL_DATA_DIR: folder,
    ROLLCALL_DATABASE_URL: away,
  })

  assert.equal(await failed.ended, 1)
  assert.ok(
    failed.err().includes(`Made the master key: ${join(folder, 'master-key')}`),
    failed.err(),
  )
})

test('db distribute says why a database cannot be distributed, and what to do', async (t) => {
  const { ROLLCALL_DATABASE_URL, ROLLCALL_DATA_DIR } = await settings(t)

  const embedded = startProcess(t, ['db', 'distribute'], { ROLLCALL_DATA_DIR })
  const alone = startProcess(t, ['db', 'distribute'], { ROLLCALL_DATA_DIR, ROLLCALL_DATABASE_URL })

  assert.deepEqual([await embedded.ended, await alone.ended], [1, 1])
  assert.match(embedded.err(), /^The embedded database .*ROLLCALL_DATABASE_URL/)
  assert.match(alone.err(), /^This database has no citus extension.*create extension citus/)
})
