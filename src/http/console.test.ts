import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, after, test } from 'node:test'
import type { Exchange } from './area.ts'
import { HttpRefusal } from './area.ts'
import { createPages } from './console.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-console-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html>page')
  await writeFile(join(folder, 'setup.html'), '<!doctype html>setup')
  await writeFile(join(folder, 'assets/a-1.js'), 'plain')
  await writeFile(join(folder, 'assets/a-1.js.br'), 'brotli')
  await writeFile(join(folder, 'assets/a-1.js.gz'), 'gzip')
  await writeFile(join(folder, '.built-from'), 'digest')
})
after(() => rm(folder, { recursive: true }))

function ask(path: string, encodings = '', consoleDir = folder) {
  const [door] = createPages({ consoleDir }).console.doors
  const exchange = { path, headers: { 'accept-encoding': encodings } } as unknown as Exchange
  return door?.answer(exchange, undefined) ?? assert.fail()
}

// SEC W-4
test('the page lets in files of its own alone: no inline script or style, no other origin', async () => {
  const { headers, bytes } = await ask('/console/tenants/ten_1/people')

  assert.equal(String(bytes), '<!doctype html>page')
  const policy = headers['content-security-policy'] ?? ''
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/)
  assert.match(policy, /frame-ancestors 'none'; require-trusted-types-for 'script'/)
  assert.doesNotMatch(policy, /unsafe|nonce|\*|https?:/)
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
  assert.equal(headers['cache-control'], undefined, 'as everywhere: no-store')
})

test('the setup page is let in as little', async () => {
  const exchange = { path: '/setup', headers: {} } as unknown as Exchange
  const { headers, bytes } = await createPages({ consoleDir: folder }).setup.answer(
    exchange,
    undefined,
  )

  assert.equal(String(bytes), '<!doctype html>setup')
  assert.match(headers['content-security-policy'] ?? '', /script-src 'self'; style-src 'self';/)
})

test('a file is sent in the best encoding that the browser takes, and kept for ever', async () => {
  const sent = async (encodings: string) => {
    const { headers, bytes } = await ask('/console/assets/a-1.js', encodings)
    assert.match(headers['cache-control'] ?? '', /immutable/)
    assert.equal(headers['vary'], 'accept-encoding')
    return [headers['content-encoding'], String(bytes)]
  }

  assert.deepEqual(await sent('gzip, deflate, br, zstd'), ['br', 'brotli'])
  assert.deepEqual(await sent('gzip'), ['gzip', 'gzip'])
  assert.deepEqual(await sent(''), [undefined, 'plain'])
})

test('nothing but the built files can be had', async () => {
  for (const path of ['/console/assets/../../etc/passwd', '/console/assets/a-1.js.br'])
    await assert.rejects(ask(path), HttpRefusal)

  assert.equal(String((await ask('/console/.built-from')).bytes), '<!doctype html>page')
})

test('where nothing was built it says what to run, and is there once it was', async () => {
  const later = join(folder, 'later')
  const { doors } = createPages({ consoleDir: later }).console
  const exchange = { path: '/console/', headers: {} } as unknown as Exchange
  const missing = await doors[0]?.answer(exchange, undefined)
  await mkdir(later)
  await writeFile(join(later, 'index.html'), 'built')

  assert.equal(missing?.status, 503)
  assert.match(missing?.body ?? '', /npm run build/)
  assert.equal(String((await doors[0]?.answer(exchange, undefined))?.bytes), 'built')
})

// SEC W-5
test('what stands in an address is not put into a page', () => {
  const { refuse } = createPages({ consoleDir: folder }).console

  const { body } = refuse(new HttpRefusal(404, '<script>1</script>'), {} as Exchange)

  assert.doesNotMatch(body ?? '', /script/)
})
