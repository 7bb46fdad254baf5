/**
 * Gathers the lines of the log and hands them on many at a time, after a tenth of a second anyhow. The writer
 * behind it counts the bytes of all that it holds at each line that it is given.
 */
const CHUNK = 65_536
const GATHER_MS = 100

export interface Destination {
  write(text: string): unknown
  flush(done: (error?: Error) => void): void
}

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
