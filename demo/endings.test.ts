import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEndings } from './endings.ts'

test('what has begun is ended once, the last first, one after another', async () => {
  const endings = createEndings()
  const ended: string[] = []
  for (const name of ['server', 'okta', 'site'])
    endings.add(async () => {
      await Promise.resolve()
      ended.push(name)
    })

  await Promise.all([endings.run(), endings.run()])

  assert.deepEqual(ended, ['site', 'okta', 'server'])
})
