import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPeople, passwordOf } from './people.ts'

const thousand = createPeople({ seed: 'a', domain: 'acme.example', count: 1000 })

test('the same seed gives the same people, and asking for more adds to them', () => {
  const fewer = createPeople({ seed: 'a', domain: 'acme.example', count: 300 })

  assert.deepEqual(fewer, thousand.slice(0, 300))
})

test('another seed gives other people', () => {
  const others = createPeople({ seed: 'b', domain: 'acme.example', count: 1000 })
  const ids = new Set(thousand.map(({ id }) => id))

  assert.ok(others.every(({ id }) => !ids.has(id)))
  assert.notDeepEqual(
    others.map(({ displayName }) => displayName),
    thousand.map(({ displayName }) => displayName),
  )
})

test('ids have the form of Okta, logins are plain addresses, and no two are the same', () => {
  const many = createPeople({ seed: 'a', domain: 'acme.example', count: 20_000 })

  for (const { id, login, email } of many) {
    assert.match(id, /^00u[0-9A-Za-z]{17}$/)
    assert.match(login, /^[a-z]+(\.[a-z]+)?\d*@acme\.example$/)
    assert.equal(email, login)
  }
  assert.equal(new Set(many.map(({ id }) => id)).size, many.length)
  assert.equal(new Set(many.map(({ login }) => login)).size, many.length)
})

test('a thousand people write their names in many scripts, with marks, and some have only one', () => {
  const scripts = [
    ...['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Han', 'Hiragana', 'Hangul'],
    ...['Devanagari', 'Thai'],
  ]
  const written = thousand.map(({ givenName, familyName }) => `${givenName}|${familyName}`)

  const missing = scripts.filter(
    (script) => !written.some((name) => new RegExp(`\\p{Script=${script}}`, 'u').test(name)),
  )

  assert.deepEqual(missing, [])
  for (const mark of [/'/, /’/, /-/, /é/, /[\u{20000}-\u{2ffff}]/u])
    assert.ok(
      written.some((name) => mark.test(name)),
      String(mark),
    )
  assert.ok(thousand.some(({ familyName }) => familyName === ''))
  assert.ok(thousand.every(({ givenName, displayName }) => displayName.includes(givenName)))
})

test('a password is derived from the id and is no other person’s', () => {
  const [one, two] = thousand

  assert.ok(one && two)
  assert.equal(one.password, passwordOf(one.id))
  assert.notEqual(one.password, two.password)
  assert.ok(one.password.length >= 12)
})
