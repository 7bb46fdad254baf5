/** What is published of a tag, in a repository that has nothing but what that takes. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import manifest from '../../package.json' with { type: 'json' }

const NAME = `rollcall-${manifest.version}`
const AUTHOR = ['-c', 'user.name=Release', '-c', 'user.email=release@rollcall.example']

const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

// SEC D-4
test('a release is the same bytes whoever makes it of the tag, with their sums, and of nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-release-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const file of ['package.json', 'package-lock.json', 'tools/release.ts'])
    cpSync(file, join(folder, file))
  const git = (...words: string[]) => execFileSync('git', [...AUTHOR, ...words], { cwd: folder })
  const release = (into: string) =>
    spawnSync(process.execPath, ['tools/release.ts', into], { cwd: folder, encoding: 'utf8' })
  const made = (from: string) =>
    readdirSync(join(folder, from)).map(
      (file) => [file, readFileSync(join(folder, from, file))] as const,
    )
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message', 'all of it')

  const untagged = release('none')
  git('tag', `v${manifest.version}`)
  const [one, two] = [release('one'), release('two')]
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest)} `)
  const changed = release('none')

  assert.match(untagged.stderr, /is not tagged v/)
  assert.match(changed.stderr, /not committed/)
  assert.deepEqual(
    [untagged, one, two, changed].map(({ status }) => status),
    [1, 0, 0, 1],
  )
  assert.deepEqual(made('one'), made('two'))
  assert.deepEqual(
    made('one').map(([file]) => file),
    ['SHA256SUMS', `${NAME}.cdx.json`, `${NAME}.tar.gz`],
  )
  const [sums, ...files] = made('one')
  assert.deepEqual(
    String(sums?.[1]).trim().split('\n').toSorted(),
    files.map(([file, bytes]) => `${sumOf(bytes)}  ${file}`).toSorted(),
  )
  const packed = execFileSync('tar', ['-tzf', join(folder, 'one', `${NAME}.tar.gz`)]).toString()
  assert.match(packed, new RegExp(`^${NAME}/tools/release\\.ts$`, 'm'))
})
