import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embeddedSettings } from './embedded-settings.ts'

const GIB = 1024 ** 3

test('the embedded PostgreSQL keeps pages in an eighth of the memory, 128 MB to 1 GB', () => {
  const buffers = [0.5, 4, 64].map((gib) => embeddedSettings(gib * GIB)['shared_buffers'])
  assert.deepEqual(buffers, ['128MB', '512MB', '1024MB'])
  assert.match(embeddedSettings()['shared_buffers'] ?? '', /^\d{3,4}MB$/)
})
