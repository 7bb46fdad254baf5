/**
 * A breaker: whether it is worth asking a host that answers nobody (SEC X-4).
 *
 * Five calls in a row that nobody answered open it. Calls then fail at once for 5 seconds; the next one is let
 * through to try, alone, and closes it if it is answered, whatever the answer is: who says 500 holds nobody up.
 * Each try that fails doubles the time, up to 30 seconds.
 *
 * So whoever answers anybody is never refused: a call counts only if nobody was answered while it lasted. After a
 * hiccup a host is asked again within 5 seconds, and after an outage within half a minute and one try. Longer would
 * spare little, as a try holds one caller for 5 seconds, and keep a company out.
 */
const MOST_SILENT = 5
const FIRST_MS = 5_000
const MOST_MS = 30_000

/** `nothing`: it says nothing of the host. */
export type Outcome = 'answered' | 'silent' | 'nothing'
export type Breaker = ReturnType<typeof createBreaker>

/** @param now  epoch milliseconds */
export function createBreaker(now: () => number) {
  let answers = 0
  let silent = 0
  /** For how long; 0: it is closed. */
  let openMs = 0
  let until = 0
  let isTrying = false

  function refuses(): boolean {
    if (openMs === 0) return false
    const leftMs = until - now()
    // A clock that was put back must not hold it open.
    return isTrying || (leftMs > 0 && leftMs <= openMs)
  }

  function open(): void {
    openMs = openMs === 0 ? FIRST_MS : Math.min(MOST_MS, openMs * 2)
    until = now() + openMs
  }

  return {
    isOpen: () => openMs > 0,
    /** Whether a call is to fail at once. */
    refuses,
    /** A call begins, refused or not. @returns whom to tell what became of it, once */
    begin(): (outcome: Outcome) => void {
      const before = answers
      const isTry = openMs > 0 && !refuses()
      if (isTry) isTrying = true
      return (outcome) => {
        if (isTry) isTrying = false
        if (outcome === 'answered') {
          answers += 1
          silent = 0
          openMs = 0
        } else if (outcome === 'silent' && answers === before) {
          silent += 1
          if (isTry || (openMs === 0 && silent >= MOST_SILENT)) open()
        }
      }
    },
  }
}
