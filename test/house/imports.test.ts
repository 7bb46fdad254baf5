import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  importsOf,
  lockfileViolations,
  sourceFiles,
  violations,
} from '../../tools/check-imports.ts'
import { read } from './files.ts'

test('every file imports only what its folder may', () => {
  const files = sourceFiles()

  assert.ok(files.length > 10, `found only ${files.length} files`)
  assert.deepEqual(
    files.flatMap((file) => violations(file, read(file))),
    [],
  )
})

const CASES: readonly [says: string, file: string, text: string, expected: RegExp | undefined][] = [
  ['own files', 'src/sync/a.ts', `import { b } from './b.ts'`, undefined],
  ['own folders', 'src/scim/filter/a.ts', `import { b } from '../path.ts'`, undefined],
  ['a face in its row', 'src/sync/a.ts', `import { b } from '../db/index.ts'`, undefined],
  ['packages', 'src/scim/a.ts', `import fastify from 'fastify'`, undefined],
  [
    'a folder not in its row',
    'src/http/a.ts',
    `import { b } from '../db/index.ts'`,
    /^src\/http\/a\.ts:1 .*; http may import/,
  ],
  [
    'past a face',
    'src/sync/a.ts',
    `\nimport { b } from '../db/open.ts'`,
    /:2 .* only its index\.ts$/,
  ],
  [
    'a face within a folder',
    'src/sync/a.ts',
    `import { b } from '../scim/filter/index.ts'`,
    /only its index\.ts$/,
  ],
  ['types where types may', 'src/etl/a.ts', `import type { b } from '../scim/index.ts'`, undefined],
  [
    'values where types may',
    'src/etl/a.ts',
    `import { type b } from '../scim/index.ts'`,
    /types only$/,
  ],
  [
    'a re-export',
    'src/lib/a.ts',
    `export {\n  b,\n} from '../scim/index.ts'`,
    /nothing outside itself$/,
  ],
  [
    'a dynamic import',
    'src/lib/a.ts',
    `const b = await import('../scim/index.ts')`,
    /nothing outside itself$/,
  ],
  [
    'an import for its effect',
    'src/lib/a.ts',
    `import '../scim/index.ts'`,
    /nothing outside itself$/,
  ],
  ['app.ts from a part', 'src/http/a.ts', `import { b } from '../app.ts'`, /http may import/],
  [
    'the simulator from src',
    'simulator/a.ts',
    `import { b } from '../src/lib/index.ts'`,
    /simulator may import nothing/,
  ],
  [
    'a test of the simulator from src',
    'simulator/a.test.ts',
    `import { b } from '../src/lib/index.ts'`,
    /simulator may import nothing/,
  ],
  [
    'a test from support',
    'src/sync/a.test.ts',
    `import { b } from '../../test/support/database.ts'`,
    undefined,
  ],
  [
    'a test from any face',
    'src/sync/a.test.ts',
    `import { b } from '../tenants/index.ts'`,
    undefined,
  ],
  [
    'a test past a face',
    'src/sync/a.test.ts',
    `import { b } from '../tenants/sites.ts'`,
    /only its index\.ts$/,
  ],
  [
    'code from a test',
    'src/sync/a.ts',
    `import { b } from '../../test/support/database.ts'`,
    /sync may import/,
  ],
  ['a folder without a row', 'src/helpers/a.ts', '', /has no row/],
]

for (const [says, file, text, expected] of CASES)
  test(`the check of imports ${expected ? 'refuses' : 'allows'} ${says}`, () => {
    const found = violations(file, text)

    if (expected) assert.match(found.join('\n'), expected)
    else assert.deepEqual(found, [])
  })

test('an import is found with its line and kind, whatever stands before it', () => {
  const text = `export function from() {}\nexport type { A } from './a.ts'\nimport {\n  b,\n} from './b.ts'`

  assert.deepEqual(importsOf('src/lib/x.ts', text), [
    { line: 2, target: 'src/lib/a.ts', typeOnly: true },
    { line: 3, target: 'src/lib/b.ts', typeOnly: false },
  ])
})

test('a lockfile that names a registry is refused, ours does not', () => {
  const line = `      "resolved": "https://registry.example/a.tgz",`

  assert.match(lockfileViolations(`{\n${line}\n}`).join(), /^package-lock\.json:2 /)
  assert.deepEqual(lockfileViolations(read('package-lock.json')), [])
})
