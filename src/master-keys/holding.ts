/** What this process has: what is in the file and not retired, and whatever else is still needed. */
import { idsOf } from '../lib/index.ts'
import type { Given } from './given.ts'
import { type KeyRow, neededOf } from './key-rows.ts'

export function createHolding(
  { masterKey, keysInFile, log }: Pick<Given, 'masterKey' | 'keysInFile' | 'log'>,
  rows: () => readonly KeyRow[],
) {
  let inFile = masterKey.keys
  let warnedOf = ''

  const warn = (event: string, act: (event: string) => void): void => {
    if (warnedOf !== event) act(event)
    warnedOf = event
  }

  const lacking = (): string[] =>
    neededOf(rows())
      .map(({ id }) => id)
      .filter((id) => !masterKey.keys.some((key) => key.id === id))

  /** @returns whether it has others than before */
  async function keep(): Promise<boolean> {
    const isNeeded = (id: string) => neededOf(rows()).some((row) => row.id === id)
    const isRetired = (id: string) => rows().some((row) => row.id === id && row.retiredAt !== null)
    const isInFile = (id: string) => inFile.some((key) => key.id === id)
    const kept = masterKey.keys.filter(({ id }) => isNeeded(id) && !isInFile(id))
    const next = [...kept, ...inFile.filter(({ id }) => !isRetired(id))]
    if (idsOf(next) === idsOf(masterKey.keys)) return false
    await masterKey.hold(next)
    return true
  }

  return {
    keep,
    lacking,

    /** What is wrong with the file is logged once, and what was read of it before is kept. @returns as `keep` */
    async readFile(): Promise<boolean> {
      try {
        inFile = (await keysInFile?.()) ?? inFile
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown'
        warn(`unread ${reason}`, () => log.warn({ event: 'keys.file.unread', error: reason }))
      }
      return keep()
    },

    warnOfLacking(): void {
      const ids = lacking()
      if (ids.length > 0)
        warn(`lacking ${ids.join()}`, () =>
          log.error({ event: 'keys.master-key.lacking', keyIds: ids }),
        )
    },
  }
}
