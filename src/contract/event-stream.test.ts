import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import { HEARTBEAT, readEvents, writeEvent } from './event-stream.ts'

const EVENT = { event: 'load', id: '1', data: { loaded: 3 } }

test('a stream that says that it is alive is read on, and one that says nothing any more is let go', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const events = readEvents(readable)
  const first = events.next()
  for (const text of [HEARTBEAT, HEARTBEAT, writeEvent(EVENT)]) {
    await writer.write(new TextEncoder().encode(text))
    await setImmediate()
    t.mock.timers.tick(20_000)
  }

  const { value } = await first
  const next = events.next()
  await setImmediate()
  t.mock.timers.tick(30_000)

  assert.deepEqual(value, EVENT)
  await assert.rejects(next, /Nothing was said for 30 s/)
  await assert.rejects(writer.closed)
})
