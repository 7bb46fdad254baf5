/**
 * Lives of the loader under any trouble (`test/support/simulation.ts`), as many as there is time for.
 * What is measured is that nothing fails; a life that does ends the run and says its seed.
 */
import { createSimulation } from '../test/support/simulation.ts'
import { bench } from './bench.ts'
import { perSecond, timed, times } from './figures.ts'

/** Lives, until it is said how far it is. */
const CHUNK = 100

export const simulation = bench({
  measures: 'lives of the loader in which anything goes wrong that may, each as its seed has it',
  sizes: {
    from: { means: 'the first seed', full: 1, quick: 1 },
    seeds: { means: 'lives', full: 10_000, quick: 5 },
    beside: { means: 'at a time, each in a database of its own', full: 4, quick: 2 },
  },
  budgets: [],
  async run({ server, say }, { from, seeds, beside }) {
    const happened = new Map<string, number>()
    let next = from
    const tookMs = await timed(() =>
      Promise.all(Array.from({ length: Math.min(beside, seeds) }, () => liveInOne())),
    )
    return {
      figures: {
        rate: perSecond((seeds * 1000) / tookMs, 'lives'),
        ...Object.fromEntries([...happened].map(([what, count]) => [what, times(count, '')])),
      },
    }

    async function liveInOne(): Promise<void> {
      const { ownerPool, appUrl } = await server.createDatabase()
      const lives = await createSimulation(ownerPool, { connectionString: appUrl })
      try {
        while (next < from + seeds) {
          const first = next
          next = Math.min(first + Math.min(CHUNK, Math.ceil(seeds / beside)), from + seeds)
          const counts = await lives.live({ from: first, to: next - 1 })
          for (const [what, count] of Object.entries(counts))
            happened.set(what, (happened.get(what) ?? 0) + count)
          say(`${happened.get('seeds')} of ${seeds}`)
        }
      } finally {
        await lives.close()
      }
    }
  },
})
