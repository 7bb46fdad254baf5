/** Benches run, small, and say what they measured; what their figures are is no matter here. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { read } from './files.ts'

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

function bench(...words: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env
    const settings = { PATH, NODE_COMPILE_CACHE }
    execFile(process.execPath, ['bench/main.ts', ...words], { env: settings }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

async function names(): Promise<string[]> {
  const { out } = await bench()
  return [...out.matchAll(/^ {2}([a-z]+) +\S/gm)].map(([, name = '']) => name)
}

test('without a word the benches are listed, and the page has a part for each', async () => {
  const listed = await names()

  const parts = [...read('bench/README.md').matchAll(/^## `(\w+)`/gm)].map(([, name = '']) => name)
  assert.ok(listed.length >= 7)
  assert.deepEqual(parts.toSorted(), listed.toSorted())
})

const MISUSES = [
  ['a name that is none', ['lookups'], /no bench "lookups"/],
  ['an option that is none', ['lookup', '--slow'], /--slow/],
  ['a size of another bench', ['lookup', '--patches', '5'], /--patches is no size of lookup/],
  ['peers of a bench that has none', ['lookup', '--peers'], /--peers is for/],
  ['a size that is no number', ['lookup', '--many', 'lots'], /--many takes a whole number/],
] as const
for (const [what, words, says] of MISUSES)
  test(`${what} is refused with exit code 2, and nothing is measured`, async () => {
    const { code, out, err } = await bench(...words)

    assert.deepEqual([code, out], [2, ''])
    assert.match(err, says)
  })

/** Small, these are done in seconds; `ROLLCALL_TEST_BENCHES=all` runs those that start servers, too. */
const IN_SECONDS = ['lookup', 'members', 'walk', 'pending', 'issuers']
const WANTED = process.env['ROLLCALL_TEST_BENCHES'] === 'all' ? ['all'] : IN_SECONDS

test('benches run with --quick, print their figures and write them', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-test-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const measured = WANTED.includes('all') ? await names() : WANTED

  const { code, out, err } = await bench(...WANTED, '--quick', '--out', folder)

  assert.equal(code, 0, err)
  for (const name of measured) {
    const { figures, machine, budgets } = JSON.parse(read(join(folder, `${name}.json`)))
    assert.match(out, new RegExp(`^${name}: `, 'm'))
    assert.ok(Object.keys(figures).length > 1, name)
    for (const [figure, { value }] of Object.entries<{ value: unknown }>(figures)) {
      assert.ok(typeof value === 'number' && value >= 0, `${name}: ${figure} is ${String(value)}`)
      assert.match(out, new RegExp(`^  ${figure} +[\\d.]+ `, 'm'))
    }
    // A budget holds for its own sizes and for no others.
    assert.deepEqual([budgets, typeof machine.cores], [[], 'number'])
  }
})
