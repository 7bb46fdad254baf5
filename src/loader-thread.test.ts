import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { identityIdOf } from '../test/support/pipeline.ts'
import { createTestPipeline } from '../test/support/loader.ts'
import { until } from '../test/support/world.ts'
import type { LoaderGiven } from './etl/index.ts'
import { createKeyRing, seal, systemRandom, wrappingKey } from './lib/index.ts'
import { createLoaderThread } from './loader-thread.ts'
import { placeOf } from './sessions/index.ts'

/** Long enough that nothing in a test is found by polling, unless it is what the test is about. */
const NEVER = 3_600
const OFTEN = 0.05
const KEY = createKeyRing([wrappingKey(randomBytes(32))])

async function start(
  t: TestContext,
  { pollSeconds = NEVER, port }: { pollSeconds?: number; port?: number } = {},
) {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  const lines: string[] = []
  let owed = 0
  let thread: ReturnType<typeof createLoaderThread> | undefined
  const workElsewhere: LoaderGiven['workElsewhere'] = (told) =>
    (thread = createLoaderThread(
      {
        appConfig: {
          ...pipeline.database.appConfig,
          ...(port && { connectionString: `postgres://127.0.0.1:${port}/none` }),
        },
        isDistributed: false,
        masterKey: KEY,
        pollSeconds,
        logLevel: 'info',
        writeLog: (line) => lines.push(line),
      },
      { ...told, owed: () => (owed += 1) },
    ))
  const batches: unknown[] = []
  const loader = pipeline.createLoader({
    workElsewhere,
    batchFinished: (tenantId, { outcome, lagsMs }) =>
      batches.push([tenantId, outcome, lagsMs.length]),
  })
  await loader.start()
  return {
    ...{ ...pipeline, acme, loader, lines, batches },
    owed: () => owed,
    thread: () => thread ?? assert.fail('no thread'),
  }
}

test('a write wakes the loader in its thread, and what became of the batch is told', async (t) => {
  const { acme, loader, batches } = await start(t)
  const before = loader.busySeconds()

  const nadia = await acme.hire('nadia')
  const found = await until('nadia loaded', () => acme.find(nadia))
  await until('the batch is told', () => batches.length > 0)

  assert.equal(found.fqn, 'Acme:nadia')
  assert.deepEqual(batches, [[acme.tenantId, 'loaded', 1]])
  assert.equal((await loader.status(acme.tenantId)).loading, 0)
  await until('its time is told', () => loader.busySeconds() > before)
})

test('what nobody told it of it finds by polling', async (t) => {
  const { acme, loader } = await start(t, { pollSeconds: OFTEN })
  await loader.pause(acme.tenantId, 'a test')
  const nadia = await acme.hire('nadia')
  await acme.load()
  assert.equal(await acme.find(nadia), undefined)

  await loader.resume(acme.tenantId)

  await until('nadia loaded', () => acme.find(nadia))
})

// SEC F-13
test('who is deactivated loses their session in the same batch, and it is told that their sites are owed a notice', async (t) => {
  const { acme, database, owed } = await start(t)
  const { tenantId } = acme
  const nadia = await acme.hire('nadia')
  await until('nadia loaded', () => acme.find(nadia))
  const [person, site] = [identityIdOf(nadia), `sit_${'0'.repeat(26)}`]
  const session = { accountId: person, authorizations: { [site]: { sid: 'sid' } } }
  const sealed = seal(KEY, systemRandom, placeOf(tenantId, 'Session', 'h'), JSON.stringify(session))
  await database.ownerPool.query(
    `insert into oidc_payload (tenant_id, model, id_hash, payload, identity_id, session_uid)
     values ($1, 'Session', 'h', to_jsonb($2::text), $3, 'u')`,
    [tenantId, sealed, person],
  )

  await acme.change(nadia, { active: false })
  await until('it is told', () => owed() > 0)
  const loaded = await until('nadia is out', async () => {
    const now = await acme.find(nadia)
    return now?.state === 'inactive' && now
  })

  const left = await database.ownerPool.query('select from oidc_payload')
  const { rows } = await database.ownerPool.query(
    'select identity_id, site_id, sid, cause from logout_delivery',
  )
  assert.equal(loaded.identityId, person)
  assert.equal(left.rowCount, 0)
  assert.deepEqual(rows, [{ identity_id: person, site_id: site, sid: 'sid', cause: 'deactivated' }])
})

// SEC K-2
test('who is deactivated loses their session though it is sealed under a key that came while the thread ran', async (t) => {
  const { acme, database, owed, thread } = await start(t)
  const { tenantId } = acme
  const nadia = await acme.hire('nadia')
  await until('nadia loaded', () => acme.find(nadia))
  const next = wrappingKey(randomBytes(32))
  const session = JSON.stringify({ accountId: identityIdOf(nadia), authorizations: {} })
  const sealed = seal(
    createKeyRing([next]),
    systemRandom,
    placeOf(tenantId, 'Session', 'h'),
    session,
  )

  await thread().hold([...KEY.keys, next])
  await database.ownerPool.query(
    `insert into oidc_payload (tenant_id, model, id_hash, payload, identity_id, session_uid)
     values ($1, 'Session', 'h', to_jsonb($2::text), $3, 'u')`,
    [tenantId, sealed, identityIdOf(nadia)],
  )
  await acme.change(nadia, { active: false })

  await until('nadia is out', async () => (await acme.find(nadia))?.state === 'inactive')
  const left = await database.ownerPool.query('select from oidc_payload')
  assert.equal(left.rowCount, 0)
  assert.equal(owed(), 0)
})

test('what it logs comes out with the lines of the process', async (t) => {
  const { lines } = await start(t, { pollSeconds: OFTEN, port: 1 })

  const line = await until('a line', () => lines.find((each) => each.includes('etl.poll.failed')))

  assert.equal(JSON.parse(line).event, 'etl.poll.failed')
})

test('stopped twice, it has ended once', async (t) => {
  const { acme, loader } = await start(t)

  await loader.stop()
  await loader.stop()
  await acme.hire('nadia')

  assert.equal(await acme.waiting(), 1)
})

test('what ends it unasked ends the process', async () => {
  const thread = new URL('./loader-thread.ts', import.meta.url).href
  const code = `import('${thread}').then(async ({ createLoaderThread }) => {
    const masterKey = { keys: [{ id: 'of no use' }] }
    const given = { appConfig: {}, masterKey, pollSeconds: 1, logLevel: 'of no kind' }
    setInterval(() => undefined, 1_000)
    await createLoaderThread({ ...given, writeLog: () => undefined }, {}).start()
  })`
  const { exitCode, err } = await new Promise<{ exitCode: unknown; err: string }>((resolve) => {
    execFile(process.execPath, ['--eval', code], { timeout: 30_000 }, (error, _out, said) =>
      resolve({ exitCode: error?.code, err: said }),
    )
  })

  assert.equal(exitCode, 1)
  assert.match(err, /of no kind/)
})
