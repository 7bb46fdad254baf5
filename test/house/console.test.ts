/** What a browser is given of the console: how much, and that the policy of its page lets all of it in. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { brotli, type BuiltFile, bundleConsole } from '../../tools/build-console.ts'

const FIRST_LOAD_BYTES = 350 * 1024

let files: BuiltFile[] = []
before(async () => {
  files = await bundleConsole()
})

const named = (pattern: RegExp) => files.filter(({ name }) => pattern.test(name))

test('the first load is small enough', (t) => {
  const loaded = named(/\.(?:js|css)$/)
  const bytes = loaded.reduce((sum, { content }) => sum + brotli(content).length, 0)
  t.diagnostic(`${Math.round(bytes / 1024)} KiB of JavaScript and style sheets, compressed`)

  assert.ok(loaded.length >= 2)
  assert.ok(bytes <= FIRST_LOAD_BYTES, `${bytes} bytes compressed, ${FIRST_LOAD_BYTES} at most`)
})

// SEC W-4
test('the page names files of its own and holds no script or style', () => {
  const [page] = named(/^index\.html$/)
  const text = String(page?.content)

  const scripts = [...text.matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)]
  assert.ok(scripts.length > 0)
  for (const [, attributes = '', content] of scripts) {
    assert.match(attributes, /src="\/console\/assets\/[\w-]+\.js"/)
    assert.equal(content, '')
  }
  assert.doesNotMatch(text, /<style|\bstyle=|\bon\w+=|https?:/)
})

// SEC W-4
test('no style sheet asks for anything from somewhere else', () => {
  for (const { content } of named(/\.css$/))
    assert.doesNotMatch(String(content), /@import|url\((?!["']?(?:data:image|\/console\/))/)
})
