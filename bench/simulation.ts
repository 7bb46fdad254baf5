/**
 * Lives of the loader under any trouble (`test/support/simulation.ts`), as many as there is time for.
 * What is measured is that nothing fails; a life that does ends the run and says its seed.
 */
import { createSimulation } from '../test/support/simulation.ts'
import { bench } from './bench.ts'
import { perSecond, timed, times } from './figures.ts'

const AT_ONCE = 100

export const simulation = bench({
  measures: 'lives of the loader in which anything goes wrong that may, each as its seed has it',
  sizes: {
    from: { means: 'the first seed', full: 1, quick: 1 },
    seeds: { means: 'lives', full: 10_000, quick: 5 },
  },
  budgets: [],
  async run({ server, say }, { from, seeds }) {
    const { ownerPool, appUrl } = await server.createDatabase()
    const lives = await createSimulation(ownerPool, { connectionString: appUrl })
    const happened = new Map<string, number>()
    try {
      const tookMs = await timed(async () => {
        for (let done = 0; done < seeds; done += AT_ONCE) {
          const to = from + Math.min(seeds, done + AT_ONCE) - 1
          const counts = await lives.live({ from: from + done, to })
          for (const [what, count] of Object.entries(counts))
            happened.set(what, (happened.get(what) ?? 0) + count)
          say(`up to seed ${to}`)
        }
      })
      return {
        figures: {
          rate: perSecond((seeds * 1000) / tookMs, 'lives'),
          ...Object.fromEntries([...happened].map(([what, count]) => [what, times(count, '')])),
        },
      }
    } finally {
      await lives.close()
    }
  },
})
