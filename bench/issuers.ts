/**
 * An issuer for each tenant, and memory for those in use only: what the server holds when all of them
 * have been asked, against when as many as it keeps have been, and what one costs that it let go.
 *
 * To make a tenant's key takes the server some tenths of a second, and is not what is measured here: a few
 * pairs are made beforehand, and each tenant is given one, sealed for it as the server itself seals it.
 */
import { join } from 'node:path'
import {
  createKeyRing,
  type KeyPair,
  makeKeyPair,
  seal,
  systemRandom,
  type TenantId,
} from '../src/lib/index.ts'
import { readMasterKeys } from '../src/key-files.ts'
import { bench } from './bench.ts'
import type { BenchDatabase } from './database.ts'
import { median, ms, timed } from './figures.ts'
import { makeFolder } from './folder.ts'
import { memoryOf } from './memory.ts'
import { type ServerProcess, startServer } from './server.ts'

/** More than are kept (`src/signin/providers.ts`). */
const WARM = 400
const AT_ONCE = 4
const PAIRS = 4
const ASKED_AGAIN = 200

export const issuers = bench({
  measures:
    'the issuers of many tenants: what they hold of memory, and what one costs that was let go',
  sizes: {
    tenants: { means: 'each asked for its keys and its description', full: 10_000, quick: 5 },
  },
  budgets: [{ figure: 'grown', atMost: 64 }],
  async run({ server: databases, say }, { tenants }) {
    const database = await databases.createEmptyDatabase()
    const folder = await makeFolder()
    const server = await startServer(folder, {
      ROLLCALL_DATABASE_URL: database.url,
      ROLLCALL_DATABASE_APP_URL: database.appUrl,
    })
    try {
      const giveKey = await keysFor(database, folder)
      const ids: string[] = []
      let warm = 0
      while (ids.length < tenants) {
        const next = Array.from({ length: Math.min(AT_ONCE, tenants - ids.length) }, (_, index) =>
          addIssuer(server, giveKey, ids.length + index),
        )
        ids.push(...(await Promise.all(next)))
        if (warm === 0 && ids.length >= Math.min(WARM, tenants)) warm = await memoryOf(server.pid)
        if (ids.length % 1000 === 0) say(`${ids.length} issuers`)
      }
      const all = await memoryOf(server.pid)
      const anew = await timesOf(ids.slice(0, ASKED_AGAIN), (id) => ask(server.url, id))
      const kept = await timesOf(ids.slice(0, ASKED_AGAIN), (id) => ask(server.url, id))
      return {
        figures: {
          grown: {
            value: Math.max(0, all - warm),
            unit: 'MiB',
            means: `more with all than with the first ${WARM}`,
          },
          memory: { value: all, unit: 'MiB', means: 'that the server holds when all were asked' },
          p50Anew: ms(median(anew), 'p50 of asking one that was let go'),
          p50Kept: ms(median(kept), 'p50 of asking one that is kept'),
        },
      }
    } finally {
      await server.stop()
    }
  },
})

async function addIssuer(
  server: ServerProcess,
  giveKey: (tenantId: TenantId, index: number) => Promise<void>,
  index: number,
): Promise<string> {
  const { tenantId } = await server.onboard(`issuer-${index}`)
  await giveKey(tenantId, index)
  await ask(server.url, tenantId)
  return tenantId
}

/** Gives a tenant one of a few pairs, under a name and a seal of its own. */
async function keysFor({ db }: BenchDatabase, folder: string) {
  const keys = await readMasterKeys(join(folder, 'master-key'))
  if (keys === undefined) throw new Error('The server made no master key.')
  const masterKey = createKeyRing(keys)
  const pairs = await Promise.all(Array.from({ length: PAIRS }, () => makeKeyPair('key')))
  return async (tenantId: TenantId, index: number) => {
    const { privateJwk, publicJwk } = pairs[index % PAIRS] as KeyPair
    const keyId = `key_${index}`
    const place = `signing_key/${tenantId}/${keyId}`
    const sealed = seal(masterKey, systemRandom, place, JSON.stringify(privateJwk))
    await db.inTenantOnce(
      tenantId,
      'bench-issuer-key',
      `insert into signing_key (tenant_id, key_id, private_key_sealed, public_jwk, created_at)
       values ($1, $2, $3, $4::jsonb, now())`,
      [tenantId, keyId, sealed, JSON.stringify({ ...publicJwk, kid: keyId })],
    )
  }
}

async function ask(url: string, tenantId: string): Promise<void> {
  const answer = await fetch(`${url}/t/${tenantId}/.well-known/openid-configuration`)
  if (!answer.ok) throw new Error(`The issuer of ${tenantId} answers ${answer.status}.`)
  await answer.arrayBuffer()
}

async function timesOf(ids: readonly string[], act: (id: string) => Promise<void>) {
  const times: number[] = []
  for (const id of ids) times.push(await timed(() => act(id)))
  return times
}
