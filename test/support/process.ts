/** The real process, `node src/main.ts`, with settings of its own and nothing of this one's. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** What a process has of this one's: where programs lie, and what Node has compiled before. */
const AROUND = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
}

export interface Started {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>
  /** Resolves with the address once it serves. @throws Error with what it said when it ended instead */
  readonly listening: Promise<string>
}

export function startProcess(
  t: { after(act: () => Promise<void>): void },
  words: readonly string[],
  settings: Readonly<Record<string, string>>,
  [program, ...before]: readonly [string, ...string[]] = [process.execPath, MAIN],
): Started {
  const child = spawn(program, [...before, ...words], {
    env: { ...AROUND, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  const said = Promise.withResolvers<string>()
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (err += text))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    const [, url] = /^listening (\S+)$/m.exec(out) ?? []
    if (url !== undefined) said.resolve(url)
  })
  const ended = once(child, 'close').then(([code, signal]) => {
    const result: number | string = typeof code === 'number' ? code : String(signal)
    said.reject(new Error(`The process ended with ${result}: ${out}${err}`))
    return result
  })
  said.promise.catch(() => undefined)
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
  })
  return { child, out: () => out, err: () => err, ended, listening: said.promise }
}
