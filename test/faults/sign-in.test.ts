/** A database that cannot answer for a moment, in the middle of a sign-in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { startWorld } from '../support/world.ts'

test('what the identity provider sent is not lost where the database is too slow to say who that is', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'header' })
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  const cancelled = cancelOnce(world.app.database.appPool, 'claim-type-mapping-find')

  const { outcome } = await world.signIn(nadia)

  assert.deepEqual([cancelled(), outcome], [true, 'signed-in'])
})

/** The next statement of that name is cancelled, as after too long a time. @returns whether it was */
function cancelOnce(pool: pg.Pool, name: string): () => boolean {
  let isDone = false
  const tooLate = Object.assign(new pg.DatabaseError('canceling statement', 0, 'error'), {
    code: '57014',
  })
  pool.on('acquire', (client) => {
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown
    client.query = ((...asked: [pg.QueryConfig | string, ...unknown[]]) => {
      const [first] = asked
      if (isDone || typeof first === 'string' || first.name !== name) return query(...asked)
      isDone = true
      return Promise.reject(tooLate)
    }) as typeof client.query
  })
  return () => isDone
}
