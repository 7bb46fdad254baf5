import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { Refusal } from '../lib/index.ts'
import { readText } from './read-text.ts'

const arriving = (...chunks: string[]) =>
  Readable.from(chunks.map((text) => Buffer.from(text))) as IncomingMessage

test('a body is read to its end, and refused beyond its limit, which is named', async () => {
  assert.equal(await readText(arriving('a', 'b'.repeat(1023)), 1024), `a${'b'.repeat(1023)}`)
  await assert.rejects(
    readText(arriving('a'.repeat(1024), 'b'), 1024),
    (error: unknown) => error instanceof Refusal && error.message.includes('longer than 1 KiB'),
  )
})
