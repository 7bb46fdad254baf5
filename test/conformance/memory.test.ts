import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startMemoryServer } from '../support/memory-server.ts'
import { problemsOf } from './held.ts'
import { KNOWN_GAPS } from './known-gaps.ts'
import { runSuite } from './run.ts'

test('the rules over the store in memory hold every MUST and SHOULD but the known gaps, and nothing stays behind', async (t) => {
  const [acme, birch] = await startMemoryServer(t, ['acme', 'birch'])
  assert.ok(acme && birch)

  const run = await runSuite({ target: acme, neighbour: birch })

  assert.equal(problemsOf(run, KNOWN_GAPS, 'memory'), '')
  for (const { url, token } of [acme, birch])
    for (const path of ['/Users', '/Groups']) {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
      assert.match(await response.text(), /"totalResults":0/, `${path} is left empty`)
    }
})
