/** A terminal that remembers what was said to it, and the command line run on it. */
import { type CliGiven, runCli } from '../../src/cli/index.ts'

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface TerminalOptions {
  readonly stdin?: string
  /** What a person answers; without one nobody can be asked. */
  readonly answer?: string
  /** Called instead of waiting, with the words so far. */
  readonly onWait?: (words: string) => Promise<void>
  readonly openDistribution?: CliGiven['openDistribution']
  readonly keyFile?: CliGiven['keyFile']
}

/** Runs words as `rollcall` would, against a server and with an operator's token. */
export async function rollcall(
  { url, operatorToken }: { url: string; operatorToken: string },
  words: readonly string[],
  {
    stdin = '',
    answer,
    onWait,
    openDistribution = nothingToOpen,
    keyFile = NO_KEY_FILE,
  }: TerminalOptions = {},
): Promise<Said> {
  let out = ''
  let err = ''
  const code = await runCli(words, {
    terminal: {
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      interactive: answer !== undefined,
      ask: async (question) => {
        err += question
        return answer ?? ''
      },
      readStdin: async () => stdin,
      wait: async () => onWait?.(err),
    },
    url,
    addressFile: 'no-such-file',
    fallbackUrl: url,
    token: operatorToken,
    tokenFile: undefined,
    fallbackTokenFile: 'no-such-file',
    openDistribution,
    keyFile,
  })
  return { code, out, err }
}

const NO_KEY_FILE: CliGiven['keyFile'] = {
  path: 'no-such-file',
  add: () => Promise.reject(new Error('There is no key file here.')),
  remove: () => Promise.reject(new Error('There is no key file here.')),
}

function nothingToOpen(): Promise<never> {
  return Promise.reject(new Error('There is no database here to distribute.'))
}
