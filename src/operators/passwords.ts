/**
 * Passwords: what a good one is, and Argon2id over it (SEC C-1).
 *
 * The parameters are OWASP's least, 19 MiB and two passes, and stand in front of each hash (the PHC
 * string format), so that they can be raised and what is kept still verifies.
 */
import { argon2 } from 'node:crypto'
import { promisify } from 'node:util'
import { type Random, Refusal, sameHash } from '../lib/index.ts'
import type { Guess, Guessed } from './guesses.ts'

const COST = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32
const LEAST_CHARACTERS = 15
const LEAST_DISTINCT = 6
const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/-]+)\$([\w+/-]+)$/

/** What it takes at least: a sentence has it by far, and nothing that leaked with a number behind it. */
const LEAST_POWER = 10

/** Sayings that everybody has heard: to whoever counts word by word they are as good as other words. */
const SAYINGS = [
  ...['correcthorsebatterystaple', 'thequickbrownfoxjumps', 'tobeornottobe', 'loremipsumdolor'],
  ...['maytheforcebewithyou', 'onceuponatime', 'thisismypassword', 'seinodernichtsein'],
  ...['êtreounepasêtre', 'seronoser', 'enunlugardelamancha', 'いろはにほへと'],
]

const INSTEAD = 'take some words that have nothing to do with each other'

const WHY: Readonly<Record<Guessed['by'], string>> = {
  repeat: 'says the same again and again',
  sequence: 'is a row that everybody knows',
  keyboard: 'follows the keys of a keyboard',
  date: 'is a date, or little besides',
  known: 'is near to one that many have taken',
  words: 'is a word or two that many would try',
}

const derive = promisify(argon2)

/** Of an account that is not there or has no password: as long to verify, and never right. */
const NOBODYS = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

export async function hashPassword(random: Random, password: string): Promise<string> {
  const salt = Buffer.from(random(SALT_BYTES))
  const hash = await digest(password, salt, COST)
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(hash)}`
}

/** As long for a missing hash as for one that is there. */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', hash = ''] = FORM.exec(kept ?? NOBODYS) ?? []
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const presented = await digest(password, Buffer.from(salt, 'base64'), cost)
  return sameHash(presented, Buffer.from(hash, 'base64')) && kept !== null
}

/**
 * @param about  what a guesser knows of the account: name, e-mail address
 * @throws Refusal `invalid_input` saying what is missing; Unavailable
 */
export async function checkPassword(
  guess: Guess,
  password: string,
  about: readonly string[],
): Promise<void> {
  const clean = normal(password)
  const plain = clean.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  const refuse = (why: string) => new Refusal('invalid_input', `The password ${why}.`)
  if ([...clean].length < LEAST_CHARACTERS)
    throw refuse(
      `is too short: take ${LEAST_CHARACTERS} characters or more, some words for example`,
    )
  if (new Set(clean).size < LEAST_DISTINCT) throw refuse('repeats a few characters: take others')
  const known = about
    .flatMap((each) => each.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((each) => each.length >= 4)
  const rest = [...known, 'rollcall', 'password'].reduce(
    (left, word) => left.replaceAll(word, ''),
    plain,
  )
  if (rest.length < LEAST_CHARACTERS / 2)
    throw refuse('is made of your name, your address or ours: take other words')
  const isSaying = SAYINGS.some((saying) => plain.startsWith(saying))
  if (isSaying) throw refuse(`begins with a saying that everybody knows: ${INSTEAD}`)
  const { power, by } = await guess({ password: clean, about: [...known, 'rollcall'] })
  if (power < LEAST_POWER) throw refuse(`is soon guessed, as it ${WHY[by]}: ${INSTEAD}`)
}

function digest(password: string, nonce: Buffer, cost: typeof COST): Promise<Buffer> {
  const message = Buffer.from(normal(password))
  return derive('argon2id', { ...cost, message, nonce, tagLength: HASH_BYTES })
}

/** The same password, whichever way a keyboard composes its letters. */
function normal(password: string): string {
  return password.normalize('NFKC')
}

function text(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
