/** What a command works with: the terminal it speaks to and the server it asks. */
import { readFileSync } from 'node:fs'
import { type AdminClient, createClient } from '../contract/index.ts'
import { printable } from './output.ts'

/** The terminal, handed in so that tests have their own. */
export interface Terminal {
  /** Data. */
  readonly out: (text: string) => void
  /** Words. */
  readonly err: (text: string) => void
  /** True when a person can be asked and lines can be drawn over. */
  readonly interactive: boolean
  readonly ask: (question: string) => Promise<string>
  readonly readStdin: () => Promise<string>
  readonly wait: (ms: number) => Promise<void>
}

/** A database about to be distributed. */
export interface Distribution {
  /** That may hold tenants. */
  readonly nodes: number
  /** Tables that are in their place already. */
  readonly placed: readonly string[]
  readonly steps: readonly DistributionStep[]
  /** @throws Error naming the step, and what to do */
  readonly run: (step: DistributionStep) => Promise<void>
  readonly close: () => Promise<void>
}
export interface DistributionStep {
  readonly act: 'distribute' | 'copy' | 'reclaim'
  readonly table: string
  readonly sql: string
}

/** The key file of this machine. What throws says what is wrong with it. */
export interface KeyFile {
  readonly path: string
  /** @returns the id of the key that was made */
  readonly add: () => Promise<string>
  /** @returns whether it was there */
  readonly remove: (keyId: string) => Promise<boolean>
}

export interface Given {
  readonly terminal: Terminal
  readonly url: string | undefined
  /** Where a server on this machine wrote its address. */
  readonly addressFile: string
  /** The address of a server on this machine that wrote none. */
  readonly fallbackUrl: string
  readonly token: string | undefined
  readonly tokenFile: string | undefined
  readonly fallbackTokenFile: string
  /** @throws Error saying what is in the way and what to do */
  readonly openDistribution: () => Promise<Distribution>
  readonly keyFile: KeyFile
}

/** The command was used wrongly: exit 2. */
export class Misuse extends Error {}
/** The command could not be done: exit 1. */
export class Failure extends Error {}

export interface Context {
  readonly terminal: Terminal
  readonly client: () => AdminClient
  /** As `Given` has it. @throws Failure */
  readonly openDistribution: Given['openDistribution']
  readonly keyFile: KeyFile
  /** Prints `data` as JSON for machines, or `human` for people. */
  readonly show: (json: boolean | undefined, data: unknown, human: string) => void
  /** The same of a page of a list, and how to go on where there is more of it. */
  readonly showPage: (
    json: boolean | undefined,
    page: { readonly next: string | number | null },
    human: string,
  ) => void
  /** Asks before what cannot be undone. @throws Failure when the answer is no */
  readonly confirm: (yes: boolean | undefined, what: string) => Promise<void>
  /** What a file holds, or standard input for `-`: a secret is never a word of the command line (SEC C-6). */
  readonly readInput: (file: string) => Promise<string>
  /** A JSON object in a file; the server checks what it says. @throws Misuse when it is none */
  readonly readObject: <T extends object>(file: string) => Promise<T>
  /** The connection meant: the one named, or the only one there is. */
  readonly connectionOf: (tenant: string, named: string | undefined) => Promise<`con_${string}`>
}

export function createContext(given: Given): Context {
  const { terminal } = given
  let made: AdminClient | undefined
  const client = () => (made ??= createClient({ url: urlOf(given), token: tokenOf(given) }))
  const readInput = async (file: string) => {
    const text = (file === '-' ? await terminal.readStdin() : readOr(file)).replace(/\r?\n$/, '')
    if (text === '') throw new Misuse(`There is nothing in ${file === '-' ? 'the input' : file}.`)
    return text
  }
  const show: Context['show'] = (json, data, human) =>
    terminal.out(json === true ? `${JSON.stringify(data, null, 2)}\n` : human)
  return {
    terminal,
    client,
    openDistribution: given.openDistribution,
    keyFile: given.keyFile,
    show,
    showPage(json, page, human) {
      show(json, page, human)
      if (page.next !== null) terminal.err(`More: add --after ${page.next}\n`)
    },
    async confirm(yes, what) {
      if (yes === true) return
      if (!terminal.interactive)
        throw new Misuse(`${what} Nobody can be asked here: add --yes to go ahead.`)
      const answer = await terminal.ask(`${printable(what)} Go ahead? [y/N] `)
      if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('Nothing was done.')
    },
    readInput,
    readObject: async <T extends object>(file: string) =>
      objectIn(await readInput(file), file === '-' ? 'The input' : file) as T,
    async connectionOf(tenant, named) {
      if (named !== undefined) {
        const id = named.replace(/^con-/, 'con_')
        if (id.startsWith('con_')) return id as `con_${string}`
        throw new Misuse(`"${named}" is not the id of a connection (con_…).`)
      }
      const { items } = await client().listConnections({ tenant })
      const [only, second] = items
      if (only !== undefined && second === undefined) return only.id
      throw new Misuse(
        `This tenant has ${items.length} connections: name one with --connection ` +
          `(${items.map(({ id }) => id).join(', ')}).`,
      )
    },
  }
}

function urlOf({ url, addressFile, fallbackUrl }: Given): string {
  if (url !== undefined) return url
  try {
    const written: unknown = JSON.parse(readFileSync(addressFile, 'utf8'))
    if (typeof written === 'object' && written !== null && 'url' in written)
      return String(written.url)
  } catch {
    // No server has run on this data directory, or it is another user's: the usual address it is.
  }
  return fallbackUrl
}

function tokenOf({ token, tokenFile, fallbackTokenFile }: Given): string {
  if (token !== undefined) return token
  if (tokenFile !== undefined) return readOr(tokenFile, "The file of the operator's token").trim()
  try {
    return readFileSync(fallbackTokenFile, 'utf8').trim()
  } catch {
    throw new Failure(
      `There is no operator's token: ${fallbackTokenFile} cannot be read. ` +
        'Set ROLLCALL_ADMIN_TOKEN_FILE, or ROLLCALL_DATA_DIR to the data directory of the server.',
    )
  }
}

function objectIn(text: string, what: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Said below, in the same words.
  }
  throw new Misuse(`${what} is not a JSON object.`)
}

function readOr(file: string, what = 'The file'): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : ''
    throw new Failure(`${what} cannot be read: ${why}`, { cause })
  }
}
