/**
 * How long the process takes until it serves: with nothing there yet, once more, and after a kill
 * -9. On the embedded database a start brings the database up as well.
 */
import { bench, type Given } from './bench.ts'
import { median, ms } from './figures.ts'
import { makeFolder } from './folder.ts'
import { startServer } from './server.ts'

const WAYS = ['new', 'existing', 'killed'] as const
type Ready = Record<(typeof WAYS)[number], number>

export const start = bench({
  measures:
    'from the start of the process to serving, on a new data directory and on an existing one',
  sizes: { rounds: { means: 'of the three starts', full: 5, quick: 1 } },
  budgets: [
    { figure: 'worstNew', atMost: 15_000 },
    { figure: 'worstExisting', atMost: 5000 },
    { figure: 'worstKilled', atMost: 5000 },
  ],
  async run(given, { rounds }) {
    const readies: Ready[] = []
    for (let round = 1; round <= rounds; round += 1) {
      readies.push(await startThrice(given))
      given.say(`round ${round} of ${rounds}`)
    }
    const of = (way: keyof Ready) => readies.map((ready) => ready[way])
    return {
      figures: {
        worstNew: ms(Math.max(...of('new')), 'the slowest start on a new data directory'),
        worstExisting: ms(Math.max(...of('existing')), 'the slowest on an existing one'),
        worstKilled: ms(Math.max(...of('killed')), 'the slowest after a kill -9'),
        p50New: ms(median(of('new')), 'p50 on a new data directory'),
        p50Existing: ms(median(of('existing')), 'p50 on an existing one'),
        p50Killed: ms(median(of('killed')), 'p50 after a kill -9'),
      },
    }
  },
})

async function startThrice({ server }: Given): Promise<Ready> {
  const database = server.kind === 'embedded' ? undefined : await server.createEmptyDatabase()
  const settings: Record<string, string> =
    database === undefined
      ? {}
      : { ROLLCALL_DATABASE_URL: database.url, ROLLCALL_DATABASE_APP_URL: database.appUrl }
  const dataDir = await makeFolder()
  const ready: Ready = { new: 0, existing: 0, killed: 0 }
  for (const way of WAYS) {
    const started = await startServer(dataDir, settings)
    ready[way] = started.readyMs
    if (way === 'new') await started.onboard('acme')
    await started.stop(way === 'existing' ? 'SIGKILL' : 'SIGTERM')
  }
  return ready
}
