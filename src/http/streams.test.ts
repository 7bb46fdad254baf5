import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { startApp, type TestApp } from '../../test/support/app.ts'
import { createTestClock } from '../../test/support/clock.ts'
import { createUser } from '../../test/support/scim-client.ts'
import { ApiError } from '../contract/index.ts'

async function start(t: TestContext, overrides: Parameters<typeof startApp>[1] = {}) {
  const app = await startApp(t, overrides)
  const { tenant, handover } = await app.onboard('Acme')
  const hire = (userName: string) => createUser(handover.scim, { userName, active: true })
  return { app, tenant: tenant.id, hire }
}

type Event = ReturnType<TestApp['admin']['followSync']> extends AsyncIterable<infer E> ? E : never

/** What is told until `isLast`; the stream is left then. */
async function until(events: AsyncIterable<Event>, isLast: (event: Event) => boolean) {
  const seen: Event[] = []
  for await (const event of events) {
    seen.push(event)
    if (isLast(event)) break
  }
  return seen
}

/** A stream that is open: the first of it has come. `over` is all that was told until it ended. */
async function follow(events: AsyncIterable<Event>) {
  const open = Promise.withResolvers<void>()
  const over = until(events, () => {
    open.resolve()
    return false
  })
  await Promise.race([open.promise, over])
  return { over }
}

const isLoaded = (people: number) => (event: Event) =>
  event.event === 'pipeline' && event.data.loaded.people === people && event.data.waiting === 0
const newsIn = (events: readonly Event[]) =>
  events.flatMap((each) => (each.event === 'pipeline' ? [] : [`${each.event} ${each.data.id}`]))

test('the pipeline is told at once and whenever it changes, and each run when it begins', async (t) => {
  const { app, tenant, hire } = await start(t)

  // How long it took is told by the thread that loads, and may come with the next change.
  const isTold = (event: Event) =>
    isLoaded(1)(event) && event.event === 'pipeline' && event.data.p50LagMs !== null
  const following = until(app.admin.followSync({ tenant }), isTold)
  await hire('nadia@acme.example')
  const events = await following

  assert.equal(newsIn(events).length, 1)
  const last = events.at(-1)
  assert.ok(last?.event === 'pipeline')
  const { received, loaded } = await app.admin.readSync({ tenant })
  assert.deepEqual([last.data.received, last.data.loaded], [received, loaded])
  assert.ok(last.data.ratePerSecond > 0)
})

test('whoever comes back with the last id, to any node, is told of each run once', async (t) => {
  const { app, tenant, hire } = await start(t)
  const node = await app.startNode()
  await hire('nadia@acme.example')
  const before = await until(app.admin.followSync({ tenant }), isLoaded(1))
  const lastEventId = before.at(-1)?.id

  await app.admin.startFullRun({ tenant })
  const isFullRunOver = (event: Event) => event.event === 'run-ended' && event.data.kind === 'full'
  const after = await until(node.admin.followSync({ tenant }, { lastEventId }), isFullRunOver)

  const runs = (await app.admin.listRuns({ tenant })).items
  const full = runs.find(({ kind }) => kind === 'full')
  assert.deepEqual(newsIn(after), [`run-started ${full?.id}`, `run-ended ${full?.id}`])
})

test('a Last-Event-ID that is none of ours is refused and says what to send', async (t) => {
  const { app, tenant } = await start(t)

  for (const lastEventId of ['7', 'run_x', 'none.run_y', `${'none.'.repeat(90)}none`])
    await assert.rejects(
      until(app.admin.followSync({ tenant }, { lastEventId }), () => true),
      (error: unknown) =>
        error instanceof ApiError && error.status === 400 && /Last-Event-ID/.test(error.message),
    )
})

test('streams end at once when the server closes, so that it closes in time', async (t) => {
  const { app, tenant } = await start(t) // SEC F-12
  const { over } = await follow(app.admin.followSync({ tenant }))

  await app.app.http.close(600_000)

  assert.ok((await over).length > 0)
})

test('whoever connects and says nothing does not keep the server from closing', async (t) => {
  const { app } = await start(t) // SEC F-12
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
  await once(socket, 'connect')

  await app.app.http.close(600_000)
  if (!socket.closed) await once(socket.resume(), 'close')
})

test('a stream ends when the tenant is no more', async (t) => {
  const { app, tenant } = await start(t)
  const { over } = await follow(app.admin.followSync({ tenant }))

  await app.database.ownerPool.query('delete from tenant where tenant_id = $1', [tenant])

  assert.ok((await over).length > 0)
})

test('a stream ends within seconds of the end of the token that opened it', async (t) => {
  const clock = createTestClock() // SEC T-6
  const { app, tenant } = await start(t, { clock })
  const { over } = await follow(app.admin.followSync({ tenant }))

  await app.database.ownerPool.query('update admin_token set revoked_at = now()')
  clock.turn(5_000)

  assert.ok((await over).length > 0)
})

test('a node has room for so many streams, and whoever has left makes room', async (t) => {
  const { app, tenant } = await start(t)
  const leave = new AbortController()
  const { signal } = leave
  const open = async () => {
    const stream = app.admin.followSync({ tenant }, { signal })[Symbol.asyncIterator]()
    await stream.next()
    return stream
  }
  await Promise.all(Array.from({ length: 100 }, open))

  await assert.rejects(
    open(),
    (error: unknown) => error instanceof ApiError && error.status === 429,
  )
  leave.abort()
  for (;;) {
    const [event] = await until(app.admin.followSync({ tenant }), () => true).catch(() => [])
    if (event !== undefined) break
  }
})
