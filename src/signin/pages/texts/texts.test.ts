import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textsFor } from './language.ts'
import { TEXTS } from './texts.ts'

/** Every text with its path. */
function leaves(value: unknown, path = ''): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  return Object.entries(value).flatMap(([name, each]) => leaves(each, `${path}.${name}`))
}

const namesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted()
const ENGLISH = new Map(leaves(TEXTS.en))
/** Words that languages share. */
const SHARED = new Set(['ltr', 'Code', 'Site'])

test('every language says what English says, with the same things put in', () => {
  for (const [language, texts] of Object.entries(TEXTS))
    for (const [path, text] of leaves(texts)) {
      const where = `${language}${path}`
      assert.ok(text.trim() !== '', where)
      assert.deepEqual(namesIn(text), namesIn(ENGLISH.get(path) ?? ''), where)
      if (language !== 'en' && !SHARED.has(text)) assert.notEqual(text, ENGLISH.get(path), where)
    }
})

test('a page speaks the language that the browser would rather have', () => {
  const spoken = {
    de: 'de',
    'de-CH,de;q=0.9,en;q=0.8': 'de',
    'en;q=0.5, fr-CA ;Q=0.8, es;q=0.7': 'fr',
    'es,ja': 'es',
    'ja-JP-u-ca-japanese': 'ja',
    'nl,pt;q=0.9,es;q=0.1': 'es',
    'de;q=0,*': 'en',
    'nl,*;q=0.5': 'en',
    '': 'en',
    '__proto__,constructor': 'en',
    [`${'nl,'.repeat(20)}de`]: 'en',
  }

  for (const [asked, language] of Object.entries(spoken))
    assert.equal(textsFor(asked).language, language, asked)
  assert.equal(textsFor(undefined).language, 'en')
})
