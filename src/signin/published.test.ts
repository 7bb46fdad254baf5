import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { test, type TestContext } from 'node:test'
import { createLanes } from './lanes.ts'
import { createOutbound } from './outbound.ts'
import { askDocument, askKeys, TooManyKeys } from './published.ts'
import { Unreachable } from './unreachable.ts'

async function published(t: TestContext, said: string | RequestListener, ask = askKeys) {
  const listener: RequestListener = (_, response) => response.end(said)
  const server = createServer(typeof said === 'string' ? listener : said)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const lanes = createLanes({ clock: () => new Date(0), log: { info() {}, warn() {} } })
  const outbound = createOutbound({ publicUrl: 'http://localhost:8080', lanes })
  const asker = { tenantId: 'ten_1', of: 'con_1' } as const
  return () => ask(outbound, `http://127.0.0.1:${port}/keys`, { asker })
}

function keys(number: number): string {
  return JSON.stringify({
    keys: Array.from({ length: number }, (_, each) => ({ kid: `k${each}` })),
  })
}

// SEC R-6
test('a hundred keys are read, and of a hundred and one none', async (t) => {
  const some = await published(t, keys(100))
  const many = await published(t, keys(101))

  assert.equal(await (await some()).text(), keys(100))
  await assert.rejects(
    many,
    (error) => error instanceof TooManyKeys && /publishes 101 keys/.test(error.message),
  )
})

// SEC R-6
test('what is published and longer than 256 KiB is not read', async (t) => {
  const long = 'x'.repeat(2 ** 18 + 1)

  for (const ask of [askKeys, askDocument])
    await assert.rejects(await published(t, long, ask), Unreachable)
})

// SEC R-6
test('keys that are not there after three seconds are waited for no longer', async (t) => {
  const silent = await published(t, () => undefined)
  const from = performance.now()

  await assert.rejects(silent, Unreachable)

  assert.ok(performance.now() - from < 4_500)
})

test('keys that are no JSON, or no list, are handed on as they are', async (t) => {
  for (const said of ['', 'nonsense', 'null', '[1]', '{"keys":{"length":1000}}'])
    assert.equal(await (await (await published(t, said))()).text(), said)
})
