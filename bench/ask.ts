/** SCIM without the socket: one request to the rules over the Sync Engine's store. */
import { createIds, type Scope, systemClock, systemRandom } from '../src/lib/index.ts'
import { answer, RESOURCE_TYPES } from '../src/scim/index.ts'
import { createSync } from '../src/sync/index.ts'
import type { BenchDatabase } from './database.ts'

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** @throws Error when the answer is no success: what is timed must have been done */
export function createAsk({ db }: Pick<BenchDatabase, 'db'>, scope: Scope) {
  const newId = createIds({ now: systemClock, random: systemRandom })
  const sync = createSync({
    db,
    clock: systemClock,
    newId,
    cursorSecrets: () => ['only for measuring'],
    onWritten: () => {},
  })
  const store = sync.storeFor(scope)
  return async ({ method, path, query = {}, body }: Asked): Promise<string> => {
    const { status, body: text = '' } = await answer(
      { store, baseUrl: 'https://id.example.com/scim/v2/con', types: RESOURCE_TYPES },
      {
        method,
        path,
        query: new URLSearchParams(query),
        contentType: 'application/scim+json',
        body: body === undefined ? undefined : JSON.stringify(body),
      },
    )
    if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${text}`)
    return text
  }
}
