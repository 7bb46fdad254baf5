import assert from 'node:assert/strict'
import { chmod, lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  addMasterKey,
  readMasterKeys,
  readOrMakeMasterKeys,
  removeMasterKey,
  writeSecret,
} from './key-files.ts'
import { systemRandom } from './lib/index.ts'

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-keys-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

test('the master key is made once, for its owner alone, and is the same ever after', async (t) => {
  const file = join(await folder(t), 'data', 'master-key') // SEC K-3

  const first = await readOrMakeMasterKeys(file, systemRandom)
  const second = await readOrMakeMasterKeys(file, systemRandom)

  assert.deepEqual([first.made, second.made], [true, false])
  assert.deepEqual(second.keys, first.keys)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
})

test('a key that others can read stops the start and says what to run', async (t) => {
  const file = join(await folder(t), 'master-key') // SEC K-3
  await readOrMakeMasterKeys(file, systemRandom)

  for (const mode of [0o644, 0o604, 0o620, 0o666]) {
    await chmod(file, mode)
    await assert.rejects(readMasterKeys(file), new RegExp(`chmod 600 ${file}`))
  }
  await chmod(file, 0o440)
  assert.ok(await readMasterKeys(file))
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
    await assert.rejects(readMasterKeys(file), /is not a key/, text)
  }
})

// SEC K-2
test('a key is added behind the others, and each is told by its line', async (t) => {
  const file = join(await folder(t), 'master-key')
  const { keys } = await readOrMakeMasterKeys(file, systemRandom)
  await chmod(file, 0o640)

  const added = await addMasterKey(file, systemRandom)

  assert.deepEqual(await readMasterKeys(file), [...keys, added])
  assert.equal((await stat(file)).mode & 0o777, 0o640, 'for whom it was for')
  await writeFile(file, `${await readFile(file, 'utf8')}changeme\n`)
  await assert.rejects(addMasterKey(file, systemRandom), /line 3/)
})

// SEC K-2
test('a key is taken out, and the last one stays', async (t) => {
  const file = join(await folder(t), 'master-key')
  const [old] = (await readOrMakeMasterKeys(file, systemRandom)).keys
  const added = await addMasterKey(file, systemRandom)

  assert.equal(await removeMasterKey(file, old?.id ?? ''), true)
  assert.equal(await removeMasterKey(file, old?.id ?? ''), false)

  assert.deepEqual(await readMasterKeys(file), [added])
  await assert.rejects(removeMasterKey(file, added.id), /only key/)
})

// SEC K-2
test('where a link leads to the file, what it leads to is written', async (t) => {
  const place = await folder(t)
  const [file, link] = ['kept', 'master-key'].map((name) => join(place, name)) as [string, string]
  await readOrMakeMasterKeys(file, systemRandom)
  await symlink(file, link)

  const added = await addMasterKey(link, systemRandom)

  assert.equal((await lstat(link)).isSymbolicLink(), true)
  assert.deepEqual((await readMasterKeys(file))?.at(-1), added)
})

test('a secret file is written whole, for its owner alone, over what was there', async (t) => {
  const file = join(await folder(t), 'admin-token')
  await writeFile(file, 'old and longer than the new one', { mode: 0o644 })

  await writeSecret(file, 'new\n')

  assert.equal(await readFile(file, 'utf8'), 'new\n')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
})
