/**
 * How the story looks on a terminal: steps, facts that were checked, and how far a long work is.
 *
 * On a terminal the progress is one line that is written over; anywhere else, as in a log, it is a
 * plain line every two seconds.
 */
export interface Terminal {
  readonly step: (title: string) => void
  readonly say: (text: string) => void
  /** A fact that was checked. */
  readonly fact: (text: string) => void
  /** @param share  of the work that is done, 0 to 1 */
  readonly progress: (share: number, text: string) => void
}

export interface TerminalSettings {
  readonly write: (text: string) => void
  /** Characters a line; undefined where nobody looks. */
  readonly columns: number | undefined
  readonly colours: boolean
  readonly nowMs: () => number
}

const BAR = 24
const BETWEEN_LINES_MS = 2000

export function createTerminal({ write, columns, colours, nowMs }: TerminalSettings): Terminal {
  const paint = (code: number, text: string) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text)
  let steps = 0
  let isOver = true
  let lastLineMs = -Infinity

  const line = (text: string) => {
    write(`${isOver ? '' : '\r\x1b[K'}${text}\n`)
    isOver = true
    lastLineMs = -Infinity
  }

  return {
    step: (title) => {
      steps += 1
      line(`\n${paint(1, `${steps}. ${title}`)}`)
    },
    say: (text) => line(text.replace(/^/gm, '   ')),
    fact: (text) => line(` ${paint(32, '✓')} ${text}`),
    progress: (share, text) => {
      if (columns !== undefined) {
        const full = Math.round(Math.min(1, share) * BAR)
        const shown = `   ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${text}`
        write(`\r${shown.slice(0, columns - 1)}\x1b[K`)
        isOver = false
      } else if (nowMs() - lastLineMs >= BETWEEN_LINES_MS) {
        write(`   ${text}\n`)
        lastLineMs = nowMs()
      }
    },
  }
}
