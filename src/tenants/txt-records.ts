/** The text records of a name in the DNS, by the servers in the settings or those of this machine. */
import { Resolver } from 'node:dns/promises'
import { Unavailable } from '../lib/index.ts'

export type LookUpTxt = (name: string) => Promise<string[]>

const TIMEOUT_MS = 3000

/** Each record as one text. @throws Unavailable when no server answers */
export function createTxtLookUp(servers: readonly string[]): LookUpTxt {
  return async (name) => {
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 })
    if (servers.length > 0) resolver.setServers(servers)
    try {
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
      if (code === 'ENOTFOUND' || code === 'ENODATA') return []
      throw new Unavailable(`The DNS does not answer for ${name}. Try again in a moment.`, 5, {
        cause,
      })
    }
  }
}
