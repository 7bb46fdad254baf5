import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { readMasterKey, readOrMakeMasterKey, writeSecret } from './key-files.ts'
import { systemRandom } from './lib/index.ts'

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-keys-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

test('the master key is made once, for its owner alone, and is the same ever after', async (t) => {
  const file = join(await folder(t), 'data', 'master-key') // SEC K-3

  const first = await readOrMakeMasterKey(file, systemRandom)
  const second = await readOrMakeMasterKey(file, systemRandom)

  assert.deepEqual([first.made, second.made], [true, false])
  assert.deepEqual(second.key, first.key)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
})

test('a key that others can read stops the start and says what to run', async (t) => {
  const file = join(await folder(t), 'master-key') // SEC K-3
  await readOrMakeMasterKey(file, systemRandom)

  for (const mode of [0o644, 0o604, 0o620, 0o666]) {
    await chmod(file, mode)
    await assert.rejects(readMasterKey(file), new RegExp(`chmod 600 ${file}`))
  }
  await chmod(file, 0o440)
  assert.ok(await readMasterKey(file))
})

test('a short, sample or mangled key stops the start', async (t) => {
  const file = join(await folder(t), 'master-key') // SEC K-3
  const bad = [
    '',
    'changeme',
    Buffer.alloc(32).toString('base64url'),
    Buffer.alloc(16, 'abcdefghijklmnop').toString('base64url'),
    `${Buffer.from(systemRandom(32)).toString('base64url')}extra`,
  ]

  for (const text of bad) {
    await writeFile(file, text, { mode: 0o600 })
    await assert.rejects(readMasterKey(file), /is not a key/, text)
  }
})

test('a secret file is written whole, for its owner alone, over what was there', async (t) => {
  const file = join(await folder(t), 'admin-token')
  await writeFile(file, 'old and longer than the new one', { mode: 0o644 })

  await writeSecret(file, 'new\n')

  assert.equal(await readFile(file, 'utf8'), 'new\n')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
})
