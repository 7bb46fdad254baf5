import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_FQN_LENGTH, readFqn, renderFqn, whyNoName } from './index.ts'

// SEC N-1
test('a rendered FQN reads back as the label and the name it was made of, colons and all', () => {
  for (const [label, name] of [
    ['Okta', 'nadia@acme.example'],
    ['Okta', 'Entra:admin'],
    ['a-b_9', ':'],
    ['Okta', 'Ґудзь Зоя 😀'],
  ] as const)
    assert.deepEqual(readFqn(renderFqn(label, name)), { label, name })
})

test('a text without a label or without a name is no FQN', () => {
  for (const text of ['', 'nadia', ':nadia', 'Okta:']) assert.equal(readFqn(text), undefined, text)
})

test('a name that is blank, not printable or too long is nobody’s, and the reason says what to do', () => {
  const long = 'x'.repeat(MAX_FQN_LENGTH - 'Okta:'.length)

  assert.equal(whyNoName('Okta', long), undefined)
  assert.match(whyNoName('Okta', `${long}x`) ?? '', /513 characters.*Shorten it/)
  for (const name of ['', '  ', '\u2003']) assert.match(whyNoName('Okta', name) ?? '', /empty/)
  for (const name of ['a\nb', 'a\u0000', '\ud800', 'a\u2028b', '\u0085'])
    assert.match(
      whyNoName('Okta', name) ?? '',
      /control characters.*Change it/,
      JSON.stringify(name),
    )
})
