/**
 * An issuer for each tenant, and memory for those in use only: what the server holds when all of them
 * have been asked, against when as many as it keeps have been, and what one costs that it let go.
 */
import { bench } from './bench.ts'
import { median, ms, timed } from './figures.ts'
import { makeFolder } from './folder.ts'
import { memoryOf } from './memory.ts'
import { type ServerProcess, startServer } from './server.ts'

/** More than are kept (`src/signin/providers.ts`). */
const WARM = 400
/** Making keys is what the first request of each waits for, on the threads of the server. */
const AT_ONCE = 4
const ASKED_AGAIN = 200

export const issuers = bench({
  measures:
    'the issuers of many tenants: what they hold of memory, and what one costs that was let go',
  sizes: {
    tenants: { means: 'each asked for its keys and its description', full: 10_000, quick: 5 },
  },
  budgets: [{ figure: 'grown', atMost: 64 }],
  async run({ server: databases, say }, { tenants }) {
    const { url, appUrl } = await databases.createEmptyDatabase()
    const server = await startServer(await makeFolder(), {
      ROLLCALL_DATABASE_URL: url,
      ROLLCALL_DATABASE_APP_URL: appUrl,
    })
    try {
      const ids: string[] = []
      let warm = 0
      while (ids.length < tenants) {
        const next = Array.from({ length: Math.min(AT_ONCE, tenants - ids.length) }, (_, index) =>
          addIssuer(server, `issuer-${ids.length + index}`),
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

async function addIssuer(server: ServerProcess, name: string): Promise<string> {
  const { tenantId } = await server.onboard(name)
  await ask(server.url, tenantId)
  return tenantId
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
