import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal, systemRandom } from '../lib/index.ts'
import { createGuess } from './guesses.ts'
import { checkPassword, hashPassword, isPassword } from './passwords.ts'

const guess = createGuess()

// SEC C-1
test('a password verifies against its own hash, and against no other and none', async () => {
  const kept = await hashPassword(systemRandom, 'seven quiet otters on a raft')

  assert.match(kept, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal(await isPassword('seven quiet otters on a raft', kept), true)
  assert.equal(await isPassword('seven quiet otters on a boat', kept), false)
  assert.equal(await isPassword('seven quiet otters on a raft', null), false)
  assert.notEqual(kept, await hashPassword(systemRandom, 'seven quiet otters on a raft'))
})

test('a password is the same however a keyboard composes its letters', async () => {
  const kept = await hashPassword(systemRandom, 'el ni\u00f1o de la colina')

  assert.equal(await isPassword('el nin\u0303o de la colina', kept), true)
})

// SEC C-1
test('a password that is short, repeats itself or is made of what is known is refused with the reason', async () => {
  const about = ['Ada Lovelace', 'ada.lovelace@platform.example']
  const refused = (password: string, words: RegExp) =>
    assert.rejects(
      () => checkPassword(guess, password, about),
      (error) =>
        error instanceof Refusal && error.code === 'invalid_input' && words.test(error.message),
      password,
    )

  await refused('fourteen chars', /too short/)
  await refused('abababababababababab', /repeats/)
  await refused('ada.lovelace-2026!', /your name/)
  await refused('rollcall-rollcall-1', /your name/)
  await refused('Correct Horse Battery Staple', /a saying that everybody knows: take some words/)
  await checkPassword(guess, 'seven quiet otters on a raft', about)
})

// SEC C-1
test('a password that is long and soon guessed is refused with the reason, in each language of our pages', async () => {
  const about = ['Ada Lovelace', 'ada.lovelace@platform.example']
  const soonGuessed = {
    'P@ssw0rd123456789': /near to one that many have taken/,
    qwertyuiopasdfghjkl: /near to one|keys of a keyboard/,
    'Summer2026!Summer2026!': /the same again and again/,
    januaryfebruarymarch: /a row that everybody knows/,
    willkommen2026willkommen: /a word or two/,
    bienvenueparis2026: /a word or two/,
    konnichiwa12345: /a word or two|near to one/,
  }
  const good = ['sieben stille otter auf dem floß', 'gkq8Zr2LmWx9pTvB']

  for (const [password, why] of Object.entries(soonGuessed))
    await assert.rejects(
      () => checkPassword(guess, password, about),
      (error) =>
        error instanceof Refusal && error.code === 'invalid_input' && why.test(error.message),
      password,
    )
  for (const password of good) await checkPassword(guess, password, about)
})

// SEC C-1, L-5
test('the longest and oddest password is thought of while everything else goes on', async () => {
  let turns = 0
  const turning = setInterval(() => (turns += 1), 10)

  const { power } = await guess({ password: 'a1b2c3d4e5f6g7h8'.repeat(16), about: [] })

  clearInterval(turning)
  assert.ok(power > 10)
  assert.ok(turns > 10, `${turns} turns`)
})
