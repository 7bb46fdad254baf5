import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agedNode } from './node-release.ts'

const at = (day: string) => new Date(`${day}T12:00:00Z`)

// SEC D-3
test('a Node whose line has ended, or that lacks fixes of the one that is brought, is named', () => {
  const brought = '24.21.0'

  for (const [version, day, words] of [
    ['24.21.0', '2026-11-26', undefined],
    ['24.9.0', '2026-11-26', /Node 24\.9\.0 lacks the fixes of 24\.21\.0/],
    ['24.21.0', '2028-04-30', /Node 24 has had its last fix on 2028-04-30/],
    ['25.9.0', '2026-11-26', /Node 25 has had its last fix on 2026-06-01/],
    ['26.0.0', '2026-11-26', undefined],
    ['31.0.0', '2026-11-26', undefined],
  ] as const) {
    const said = agedNode(version, at(day), brought)
    if (words === undefined) assert.equal(said, undefined, version)
    else assert.match(said ?? '', words)
  }
})
