/** What the probe wrote, put together: of each sign-in our own share of its time, and what it waited for elsewhere. */
import { readFile } from 'node:fs/promises'
import type { Probed } from './probe.ts'

export interface Shares {
  /** Milliseconds of each sign-in. */
  readonly own: readonly number[]
  readonly waited: readonly number[]
  /** Of the processor, each of them, on average. */
  readonly processorMs: number
}

/** Fewer answers are no sign-in: the way out, the way back, the code. */
const LEAST_ANSWERS = 3

/**
 * @param file  there once the server has ended
 * @param part  what the marks of its sign-ins begin with
 */
export async function readShares(file: string, part: string): Promise<Shares> {
  const probed = JSON.parse(await readFile(file, 'utf8')) as readonly Probed[]
  const answers = probed.filter(({ mark }) => mark.startsWith(`${part}-`))
  const signIns = Object.values(Object.groupBy(answers, ({ mark }) => mark)).map((of = []) => {
    if (of.length < LEAST_ANSWERS)
      throw new Error(`A sign-in had only ${of.length} answers of ours.`)
    return {
      own: of.reduce((sum, { ms, waitedMs }) => sum + ms - waitedMs, 0),
      waited: of.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
    }
  })
  const spent = answers.map(({ processorMs }) => processorMs)
  return {
    own: signIns.map(({ own }) => own),
    waited: signIns.map(({ waited }) => waited),
    processorMs: (Math.max(...spent) - Math.min(...spent)) / signIns.length,
  }
}
