import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { startApp } from '../../test/support/app.ts'

const MEBIBYTE = 1024 * 1024

/** Sends all of it before it reads, as many clients do; resolves with what it then reads. */
function sendAndRead(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.pause()
      socket.write(bytes, () => void socket.resume())
    })
    socket.setEncoding('utf8').on('data', (chunk: string) => void (said += chunk))
    socket.once('close', () => resolve(said)).once('error', reject)
  })
}

async function start(t: TestContext) {
  const app = await startApp(t)
  const { baseUrl, token } = (await app.onboard('Acme')).handover.scim
  const head = (path: string, length: number, bearer = token) =>
    `POST ${new URL(baseUrl).pathname}${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${bearer}\r\n` +
    `content-type: application/json\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`
  return { app, head }
}

test('a body over the limit is answered in words that its sender gets to read (SEC P-2, P-15)', async (t) => {
  const { app, head } = await start(t)
  const body = ' '.repeat(9 * MEBIBYTE)

  for (let time = 0; time < 3; time += 1)
    for (const [status, sent] of [
      [413, head('/Bulk', body.length)],
      [413, head('/Users', body.length)],
      [401, head('/Users', body.length, 'wrong')],
    ] as const) {
      const said = await sendAndRead(app.url, sent + body)

      assert.ok(said.startsWith(`HTTP/1.1 ${status} `), said.slice(0, 60))
      assert.ok(said.includes(`"status":"${status}"`))
    }
})

test('whoever never ends a refused body is cut off, after at most a few seconds (SEC L-5)', async (t) => {
  const { app, head } = await start(t)

  const started = performance.now()
  const said = await sendAndRead(app.url, head('/Users', 100 * MEBIBYTE))

  assert.match(said, /^HTTP\/1\.1 413 /)
  assert.ok(performance.now() - started < 10_000)
})
