/**
 * What Okta reads: the test of an administrator's entries, and the import of people.
 *
 * An import walks the pages until it has `totalResults`. A `startIndex` that is no integer makes
 * Okta stop after that page without a word, which is why a server must never answer a string.
 */
import type { App, ImportedUser } from '../app.ts'
import type { Json } from './bodies.ts'
import { type Client, listOf } from './client.ts'
import type { Record } from './record.ts'

const PAGE = 100

export function createReads({
  client,
  record,
}: {
  client: Client
  record: Record
}): Pick<App, 'test' | 'importUsers'> {
  return {
    // A person waits for the result, so nothing is tried again.
    test: () =>
      record.job('test the connection', 'Error authenticating', async () => {
        listOf(await client.sendOnce('GET', '/Users?startIndex=1&count=2'))
        listOf(await client.sendOnce('GET', `/Groups?startIndex=1&count=${PAGE}`))
      }),
    importUsers: async () => {
      const users: ImportedUser[] = []
      for (let start = 1; ;) {
        const page = await client.send('GET', `/Users?startIndex=${start}&count=${PAGE}`)
        const { totalResults, resources } = listOf(page)
        users.push(...resources.flatMap(activeUser))
        start += resources.length
        const isLast = resources.length === 0 || start > totalResults
        if (isLast || !Number.isInteger(page.startIndex)) return users
      }
    },
  }
}

function activeUser({ id, userName, externalId, active }: Json): ImportedUser[] {
  if (active !== true || typeof id !== 'string' || typeof userName !== 'string') return []
  const known = typeof externalId === 'string' ? externalId : undefined
  return [{ scimId: id, userName, externalId: known }]
}
