/** The suite itself: that its checks can fail, that it cleans up, and what its command answers. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from '../../src/free-port.ts'
import { startLiar } from '../support/liar.ts'
import { startMemoryServer } from '../support/memory-server.ts'
import { GROUPS } from './checks/index.ts'
import { KNOWN_GAPS } from './known-gaps.ts'
import { type Run, runSuite } from './run.ts'

const TYPE = 'application/scim+json'
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

const checks = GROUPS.flatMap((group) => group.checks)

test('every check has an id of its own, a section and a sentence', () => {
  const ids = checks.map(({ id }) => id)

  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(
    checks.filter(({ id, section, title }) => {
      const isNamed = /^[a-z-]+(\.[a-z0-9-]+)$/.test(id)
      const isFound = /^(RFC \d{4} (§\d|erratum)|clients need: )/.test(section)
      return !isNamed || !isFound || !/^.{10,140}$/.test(title) || title.endsWith('.')
    }),
    [],
  )
})

test('the ids of a group begin with its name, so that --only can choose it', () => {
  const strays = GROUPS.flatMap(({ name, checks: own }) =>
    own.filter(({ id }) => !id.startsWith(`${name}.`)).map(({ id }) => id),
  )

  assert.deepEqual(strays, [])
})

test('every known gap is a check that there is, and has its reason', () => {
  const ids = new Set(checks.map(({ id }) => id))

  assert.deepEqual(
    KNOWN_GAPS.filter(({ id, reason }) => !ids.has(id) || reason.length < 10),
    [],
  )
})

/** Announces everything there is, in every answer. */
const BOAST = JSON.stringify({
  ...Object.fromEntries(
    ['patch', 'bulk', 'filter', 'sort', 'etag'].map((name) => [name, { supported: true }]),
  ),
  pagination: { cursor: true },
  Resources: [
    { endpoint: '/Users', schemaExtensions: [{ schema: ENTERPRISE }] },
    { endpoint: '/Groups', schemaExtensions: [] },
  ],
})

test('a server that answers 200 and announces everything to everything passes no check', async (t) => {
  const url = await startLiar(t, { status: 200, type: TYPE, body: BOAST })
  const other = await startLiar(t, { status: 200, type: TYPE, body: BOAST })

  const run = await runSuite({ target: { url, token: 'x' }, neighbour: { url: other, token: 'y' } })

  assert.deepEqual(passed(run), [])
  assert.deepEqual(
    run.results.filter(({ outcome }) => outcome === 'skipped').map(({ id }) => id),
    ['sort.ignored', 'no-patch.refused', 'bulk.not-announced', 'search.not-offered'],
  )
})

test('a server that refuses everything with a proper 400 passes no check', async (t) => {
  const body = JSON.stringify({ schemas: [ERROR], status: '400', detail: 'Not today, thank you.' })
  const url = await startLiar(t, { status: 400, type: TYPE, body })

  const run = await runSuite({ target: { url, token: 'x' } })

  assert.deepEqual(passed(run), [])
})

function passed({ results }: Run): string[] {
  return results.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id)
}

test('what a killed run left behind is removed by the next, and nothing else is', async (t) => {
  const [acme] = await startMemoryServer(t, ['acme'])
  assert.ok(acme)
  const headers = { authorization: `Bearer ${acme.token}`, 'content-type': TYPE }
  for (const userName of ['conformance-old-1-user@conformance.example', 'nadia@acme.example'])
    await fetch(`${acme.url}/Users`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ schemas: [USER], userName }),
    })

  const run = await runSuite({ target: acme, only: ['create.'] })

  assert.equal(run.leftovers, 1)
  const list = (await (await fetch(`${acme.url}/Users`, { headers })).json()) as {
    Resources: { userName: string }[]
  }
  assert.deepEqual(
    list.Resources.map(({ userName }) => userName),
    ['nadia@acme.example'],
  )
})

test('without a second tenant the checks of the neighbour are skipped, and say why', async (t) => {
  const [acme] = await startMemoryServer(t, ['acme'])
  assert.ok(acme)

  const { results } = await runSuite({ target: acme, only: ['neighbour.', 'unchanged.'] })

  assert.ok(results.length > 5)
  for (const { outcome, reason } of results)
    assert.deepEqual([outcome, reason], ['skipped', 'no second URL and token were given'])
})

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function command(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['tools/conformance.ts', ...words])
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('error', reject).once('close', (code) => resolve({ code, out, err }))
  })
}

test('the command says each check with a tick, writes JSON, and answers 0 when every MUST holds', async (t) => {
  const [acme] = await startMemoryServer(t, ['acme'])
  assert.ok(acme)
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'results.json')

  const { code, out, err } = await command(
    acme.url,
    acme.token,
    '--only',
    'create.',
    '--json',
    file,
  )

  assert.equal(code, 0, err)
  assert.match(out, /✓ MUST {3}A create answers 201 .*\(RFC 7644 §3\.3\)/)
  assert.match(out, /conformance: \d+ checks, \d+ passed, 0 failed/)
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as Run
  assert.ok(results.length > 30 && results.every(({ outcome }) => outcome === 'passed'))
})

test('the command answers 1 when a MUST fails, and shows what was expected, seen, asked and answered', async (t) => {
  const url = await startLiar(t, { status: 200, type: TYPE, body: '{"id":"x"}' })

  const only = 'create.answer,errors.token-in-address'

  const { code, out } = await command(url, 'secret-token', '--only', only)

  assert.equal(code, 1)
  assert.match(out, /✗ MUST {3}A create answers 201/)
  for (const line of [
    /expected +status 201/,
    /seen +status 200/,
    /request +POST \/Users/,
    /answer +200/,
  ])
    assert.match(out, line)
  assert.doesNotMatch(out, /secret-token/)
})

test('the command says at once that a token is not taken or that nobody answers', async (t) => {
  const [acme] = await startMemoryServer(t, ['acme'])
  assert.ok(acme)

  const [refused, nobody] = await Promise.all([
    command(acme.url, 'another-token'),
    command(`http://127.0.0.1:${await freePort('127.0.0.1')}/scim`, 'x'),
  ])

  assert.deepEqual([refused.code, refused.out, nobody.code, nobody.out], [1, '', 1, ''])
  assert.match(refused.err, /^Cannot run: .* takes the token; saw status 401\n$/)
  assert.match(nobody.err, /^Cannot run: .*ECONNREFUSED.*\n$/)
})

test('the command answers 2 when it is misused, and says how it is used', async () => {
  for (const words of [
    [],
    ['http://127.0.0.1:9/scim'],
    ['not-a-url', 'x'],
    ['http://127.0.0.1:9/scim', 'x', 'http://127.0.0.1:9/scim', 'y'],
    ['http://127.0.0.1:9/scim', 'x', '--only', 'nonsense'],
    ['--nonsense'],
  ]) {
    const { code, err } = await command(...words)

    assert.deepEqual(
      [code, /npm run conformance -- URL TOKEN/.test(err)],
      [2, true],
      words.join(' '),
    )
  }
})

test('--list names every check and asks no server', async () => {
  const { code, out } = await command('--list')

  assert.equal(code, 0)
  assert.deepEqual(
    checks.filter(({ id }) => !out.includes(`  ${id} `)),
    [],
  )
})
