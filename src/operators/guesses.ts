/**
 * How soon a password is guessed (SEC C-1): by lists of what leaked, of words and of names in the languages of our pages, and
 * by what people do to them.
 *
 * The lists take a second or two to read and 130 MB, and an odd password seconds to think about, so that is
 * done in a thread of its own. Passwords are chosen seldom, so it ends soon after its last answer; not at once, since whoever is
 * refused tries another. The other end is `guesses-inside.ts`.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Unavailable } from '../lib/index.ts'

/** Seconds of a whole request are twenty. */
const MOST_MS = 15_000
const RESTS_MS = 20_000
/** Reading the lists makes much that is new, and little of it goes. */
const YOUNG_MB = 64

/** What a guesser is asked, and what is known of whose password it is. */
export interface Asked {
  readonly password: string
  readonly about: readonly string[]
}

export interface Guessed {
  /** How many guesses it takes, as the power of ten. */
  readonly power: number
  /** What most of it is. */
  readonly by: 'repeat' | 'sequence' | 'keyboard' | 'date' | 'known' | 'words'
}

export type Guess = (asked: Asked) => Promise<Guessed>

/** @returns a function that thinks of one password at a time, for the memory; it throws `Unavailable` if that takes too long */
export function createGuess(): Guess {
  let thread: Worker | undefined
  let resting: NodeJS.Timeout | undefined
  let before: Promise<unknown> = Promise.resolve()

  async function end(): Promise<void> {
    const ended = thread
    thread = undefined
    await ended?.terminate()
  }

  async function think(asked: Asked): Promise<Guessed> {
    clearTimeout(resting)
    const thinking = (thread ??= begin())
    thinking.ref()
    try {
      thinking.postMessage(asked)
      const signal = AbortSignal.timeout(MOST_MS)
      const [guessed] = (await once(thinking, 'message', { signal })) as [Guessed]
      return guessed
    } catch (cause) {
      await end()
      throw new Unavailable('The password could not be looked at in time.', 5, { cause })
    } finally {
      // Neither keeps a process that is done.
      thinking.unref()
      resting = setTimeout(() => void end(), RESTS_MS).unref()
    }
  }

  return (asked) => {
    const guessed = before.then(() => think(asked))
    before = guessed.catch(() => undefined)
    return guessed
  }
}

function begin(): Worker {
  return new Worker(new URL('guesses-inside.ts', import.meta.url), {
    name: 'guesses',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
}
