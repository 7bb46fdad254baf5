/** The thread that thinks of passwords, one after another: see `guesses.ts`. */
import { parentPort } from 'node:worker_threads'
import { type MatchExtended, ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as de from '@zxcvbn-ts/language-de'
import * as en from '@zxcvbn-ts/language-en'
import * as es from '@zxcvbn-ts/language-es-es'
import * as fr from '@zxcvbn-ts/language-fr'
import * as ja from '@zxcvbn-ts/language-ja'
import type { Asked, Guessed } from './guesses.ts'

/** What comes behind is not looked at: time grows by more than the length. */
const MOST_CHARACTERS = 64

const KINDS: Readonly<Record<string, Guessed['by']>> = {
  repeat: 'repeat',
  sequence: 'sequence',
  wordSequence: 'sequence',
  spatial: 'keyboard',
  date: 'date',
  regex: 'date',
}

// Languages name their lists alike.
const lists = Object.entries({ common, de, en, es, fr, ja }).flatMap(([language, { dictionary }]) =>
  Object.entries(dictionary).map(([name, list]) => [`${name} ${language}`, list] as const),
)
const guesser = new ZxcvbnFactory({
  dictionary: Object.fromEntries(lists),
  graphs: common.adjacencyGraphs,
  maxLength: MOST_CHARACTERS,
})
parentPort?.on('message', ({ password, about }: Asked) => {
  const { guessesLog10: power, sequence } = guesser.check(password, [...about])
  const guessed: Guessed = { power, by: kindOf(sequence) }
  parentPort?.postMessage(guessed)
})

function kindOf(matches: readonly MatchExtended[]): Guessed['by'] {
  const [longest] = matches
    .filter(({ pattern }) => pattern !== 'bruteforce' && pattern !== 'separator')
    .toSorted((one, other) => other.token.length - one.token.length)
  if (longest === undefined) return 'words'
  const name = 'dictionaryName' in longest ? String(longest.dictionaryName) : ''
  return name.startsWith('passwords') ? 'known' : (KINDS[longest.pattern] ?? 'words')
}
