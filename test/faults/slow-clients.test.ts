/**
 * Clients that are slow on purpose, byte by byte, in real time: none holds a connection for longer than a
 * head, a body or a pause may take, and whoever is not slow is served meanwhile (SEC L-5).
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { setInterval as every } from 'node:timers/promises'
import { test } from 'node:test'
import { startApp } from '../support/app.ts'
import { createUser } from '../support/scim-client.ts'

const HEAD_SECONDS = 10
const BODY_SECONDS = 30
/** How late it may be noticed on a machine that has other things to do. */
const LATE_SECONDS = 10

/** Sends `begun`, then a byte each second until it is cut off. @returns what was said, and when it was over */
function drip(url: string, begun: string): Promise<{ said: string; seconds: number }> {
  return new Promise((resolve) => {
    const startedAt = performance.now()
    let said = ''
    const over = new AbortController()
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(begun))
    socket.setEncoding('utf8').on('data', (text: string) => void (said += text))
    socket.on('error', () => undefined)
    socket.once('close', () => {
      over.abort()
      resolve({ said, seconds: (performance.now() - startedAt) / 1000 })
    })
    const goOn = async () => {
      for await (const _ of every(1_000, undefined, { signal: over.signal })) socket.write('x')
    }
    goOn().catch(() => undefined)
  })
}

test('a head has 10 s and a body 30 s to arrive, however busily it trickles', async (t) => {
  const app = await startApp(t)
  const { scim } = (await app.onboard('Acme')).handover
  const { pathname } = new URL(scim.baseUrl)
  const start = `POST ${pathname}/Users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${scim.token}\r\n`
  const headOnly = `${start}x-filler: `
  const withBody = `${start}content-type: application/json\r\ncontent-length: 5000\r\n\r\n{`

  const slow = Promise.all([drip(app.url, headOnly), drip(app.url, withBody)])
  const quick = await createUser(scim, { userName: 'nadia', active: true })
  const [head, body] = await slow

  assert.match(head.said, /^HTTP\/1\.1 408 /)
  assert.match(body.said, /^HTTP\/1\.1 408 /)
  assert.match(head.said, /took too long to arrive/)
  t.diagnostic(`head ${head.seconds.toFixed(1)} s, body ${body.seconds.toFixed(1)} s`)
  for (const [{ seconds }, limit] of [
    [head, HEAD_SECONDS],
    [body, BODY_SECONDS],
  ] as const)
    assert.ok(seconds >= limit && seconds < limit + LATE_SECONDS, `${seconds} s of ${limit}`)
  assert.ok(quick)
})
