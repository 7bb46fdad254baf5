/**
 * The lines of the log on their way out: gathered, and the one of each request written without the logger.
 */
import type { Level } from 'pino'
import type { Clock } from './lib/index.ts'
import { bounded } from './telemetry/index.ts'

const CHUNK = 65_536
const GATHER_MS = 100

export interface Destination {
  write(text: string): unknown
  flush(done: (error?: Error) => void): void
}

/**
 * Hands lines on many at a time, after a tenth of a second anyhow. The writer behind it counts the bytes of all that it
 * holds at each line that it is given.
 */
export function gatherLines(destination: Destination): Destination {
  let lines: string[] = []
  let length = 0
  let timer: NodeJS.Timeout | undefined

  function handOn(): void {
    clearTimeout(timer)
    timer = undefined
    destination.write(lines.join(''))
    lines = []
    length = 0
  }

  return {
    write(line) {
      lines.push(line)
      length += line.length
      if (length >= CHUNK) handOn()
      else timer ??= setTimeout(handOn, GATHER_MS)
    },
    flush(done) {
      if (length > 0) handOn()
      destination.flush(done)
    },
  }
}

const INFO = 30
/** In bytes. A line that is no longer holds no value that is too long. */
const LONG = 1024

/**
 * Writes a line as the logger's `info` does, for what is logged at each request: a third of the time, since
 * the logger puts a line together field by field.
 * @param fields  what JSON can say, and at least one
 */
export function quickInfo(
  log: { isLevelEnabled(level: Level): boolean },
  { write }: Pick<Destination, 'write'>,
  clock: Clock,
): (fields: Readonly<Record<string, unknown>>) => void {
  let [at, time] = [0, '']
  return (fields) => {
    if (!log.isLevelEnabled('info')) return
    const now = clock()
    // Many lines are of one millisecond.
    if (now.getTime() !== at) [at, time] = [now.getTime(), now.toISOString()]
    const text = JSON.stringify(fields)
    const fits = Buffer.byteLength(text) <= LONG ? text : JSON.stringify(bounded(fields))
    write(`{"level":${INFO},"time":"${time}",${fits.slice(1)}\n`)
  }
}
