import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal, systemRandom } from '../lib/index.ts'
import { checkPassword, hashPassword, isPassword } from './passwords.ts'

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
test('a password that is short, repeats itself or is made of what is known is refused with the reason', () => {
  const about = ['Ada Lovelace', 'ada.lovelace@platform.example']
  const refused = (password: string, words: RegExp) =>
    assert.throws(
      () => checkPassword(password, about),
      (error) =>
        error instanceof Refusal && error.code === 'invalid_input' && words.test(error.message),
      password,
    )

  refused('fourteen chars', /too short/)
  refused('abababababababababab', /repeats/)
  refused('ada.lovelace-2026!', /your name/)
  refused('rollcall-rollcall-1', /your name/)
  refused('Correct Horse Battery Staple', /first that a guesser tries/)
  checkPassword('seven quiet otters on a raft', about)
})
