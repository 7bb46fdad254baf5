/** What a browser is given of the console and of the setup page: how much, and that their policy lets all of it in. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { brotli, type BuiltFile, bundleConsole } from '../../tools/build-console.ts'

/** Of JavaScript and style sheets, compressed. */
const FIRST_LOAD_BYTES = { 'index.html': 350 * 1024, 'setup.html': 150 * 1024 }

let files: BuiltFile[] = []
before(async () => {
  files = await bundleConsole()
})

const fileOf = (wanted: string) =>
  files.find(({ name }) => name === wanted)?.content ?? assert.fail(`${wanted} was not built`)
const textOf = (name: string) => String(fileOf(name))

for (const [page, most] of Object.entries(FIRST_LOAD_BYTES)) {
  test(`the first load of ${page} is small enough`, (t) => {
    const names = textOf(page).matchAll(/\b(?:src|href)="\/console\/(assets\/[^"]+\.(?:js|css))"/g)
    const loaded = Array.from(names, ([, name = '']) => brotli(fileOf(name)).length)
    const bytes = loaded.reduce((sum, size) => sum + size, 0)
    t.diagnostic(`${Math.round(bytes / 1024)} KiB in ${loaded.length} files`)

    assert.ok(loaded.length >= 2)
    assert.ok(bytes <= most, `${bytes} bytes compressed, ${most} at most`)
  })

  // SEC W-4
  test(`${page} names files of its own and holds no script or style`, () => {
    const text = textOf(page)

    const scripts = [...text.matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)]
    assert.ok(scripts.length > 0)
    for (const [, attributes = '', content] of scripts) {
      assert.match(attributes, /src="\/console\/assets\/[\w-]+\.js"/)
      assert.equal(content, '')
    }
    assert.doesNotMatch(text, /<style|\bstyle=|\bon\w+=|https?:/)
  })
}

// SEC W-4
test('no style sheet asks for anything from somewhere else', () => {
  for (const { content } of files.filter(({ name }) => name.endsWith('.css')))
    assert.doesNotMatch(String(content), /@import|url\((?!["']?(?:data:image|\/console\/))/)
})
