import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { REWRITES } from '../../src/scim/index.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { until } from '../support/world.ts'
import { type Json, type Recording, readRecordings } from './recordings.ts'

const recordings = readRecordings()
const ends: (() => Promise<void>)[] = []
let app: TestApp

before(async () => {
  app = await startApp({ after: (end) => void ends.push(end) })
})
test.after(async () => {
  for (const end of ends.toReversed()) await end()
})

for (const recording of recordings)
  test(`${recording.name}: ${recording.what}`, async () => {
    const client = await connect(recording)
    for (const { keep, ...request } of recording.before) {
      const { status, body } = await client.send(request)
      assert.ok(status < 300, `before: ${JSON.stringify(body)}`)
      if (keep !== undefined) client.keep(keep, body)
    }

    const { status, body, log } = await client.send(recording.request, recording.headers)

    const { answer, rewrites, ignored, after } = recording
    assert.equal(status, answer.status, JSON.stringify(body))
    client.compare(body, answer.body)
    const fired = await log()
    assert.deepEqual([fired.rewrites.toSorted(), fired.ignored], [rewrites.toSorted(), ignored])
    for (const { answer: expected, ...request } of after) {
      const found = await client.send(request)
      assert.equal(found.status, expected.status, request.path)
      client.compare(found.body, expected.body)
    }
  })

test('every rewrite fires in a recording', () => {
  const fired = new Set(recordings.flatMap(({ rewrites }) => rewrites))

  assert.deepEqual(
    REWRITES.map(({ name }) => name).filter((name) => !fired.has(name)),
    [],
  )
})

/** A connection of its own for each recording, spoken with as the recording says. */
async function connect({ name }: Recording) {
  const { handover } = await app.onboard(name.replaceAll('/', ' '))
  const { baseUrl, token } = handover.scim
  const kept = new Map<string, string>()
  const filled = <T extends Json | undefined>(value: T): T =>
    value === undefined
      ? value
      : (JSON.parse(
          JSON.stringify(value).replace(
            /\{(\w+)\}/g,
            (whole, keep: string) => kept.get(keep) ?? whole,
          ),
        ) as T)
  return {
    keep(as: string, body: unknown) {
      const { id } = body as { id: string }
      kept.set(as, id)
    },
    async send(
      { method, path, body }: Recording['request'],
      headers: Readonly<Record<string, string>> = { 'content-type': 'application/scim+json' },
    ) {
      const response = await fetch(baseUrl + filled(path), {
        method,
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(filled(body)) }),
      })
      const text = await response.text()
      const requestId = response.headers.get('x-request-id') ?? ''
      return {
        status: response.status,
        body: text === '' ? undefined : (JSON.parse(text) as Json),
        log: () => loggedOf(requestId),
      }
    },
    compare: (actual: Json | undefined, expected: Json | undefined) =>
      compare(actual, filled(expected), 'the body'),
  }
}

/** What the server's own log says of a request; a refused caller's says nothing of SCIM. */
async function loggedOf(requestId: string): Promise<{ rewrites: string[]; ignored: string[] }> {
  const line = await until(`a line about ${requestId}`, () =>
    app.log.find((each) => each.includes(requestId) && each.includes('"status"')),
  )
  const { scim } = JSON.parse(line) as { scim?: { rewrites?: string[]; ignored?: string[] } }
  return { rewrites: scim?.rewrites ?? [], ignored: scim?.ignored ?? [] }
}

/** What is expected is there; what else is there does not matter. Null means absent. */
function compare(actual: Json | undefined, expected: Json | undefined, at: string): void {
  if (expected === undefined) return
  if (expected === null) return assert.equal(actual, undefined, at)
  if (typeof expected !== 'object') return assert.deepEqual(actual, expected, at)
  assert.ok(typeof actual === 'object' && actual !== null, `${at} is ${JSON.stringify(actual)}`)
  if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), at)
    assert.equal(actual.length, expected.length, `${at}: ${JSON.stringify(actual)}`)
  }
  for (const [name, value] of Object.entries(expected))
    compare((actual as Record<string, Json>)[name], value, `${at}.${name}`)
}
