/**
 * Who may import whom: the table below, held by `npm run check`.
 *
 * A folder imports its own files freely. Of another folder it imports `index.ts`, and only if its
 * row names that folder. That is all the boundary there is: no workspaces, no build order.
 * Packages from npm and Node's own modules are not looked at.
 *
 * Also here, because it is the same kind of promise: the lockfile names no registry.
 */
import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

const PARTS = ['lib', 'scim', 'contract', 'db', 'telemetry', 'audit', 'identity', 'sync', 'tenants']
const EVERYTHING = [
  ...PARTS,
  'sessions',
  'etl',
  'signin',
  'operators',
  'explain',
  'setup',
  'warnings',
  'health',
  'master-keys',
  'http',
  'cli',
]

/** A row is a folder and what it may import; `(types)` allows `import type` only. */
const MAY_IMPORT = {
  lib: [],
  scim: ['lib'],
  contract: ['lib'],
  db: ['lib'],
  telemetry: ['lib'],
  audit: ['db', 'lib'],
  identity: ['db', 'lib'],
  sync: ['scim', 'db', 'lib'],
  tenants: ['scim', 'audit', 'db', 'lib'],
  sessions: ['identity', 'db', 'lib'],
  etl: ['scim (types)', 'sync', 'identity', 'tenants', 'audit', 'db', 'telemetry', 'lib'],
  signin: ['etl', 'sessions', 'identity', 'tenants', 'audit', 'db', 'lib'],
  operators: ['signin', 'sessions', 'tenants', 'audit', 'db', 'lib'],
  explain: ['etl', 'signin', 'identity', 'sync', 'tenants', 'operators (types)', 'audit', 'lib'],
  setup: ['signin', 'identity', 'sync', 'tenants', 'audit', 'lib'],
  warnings: ['signin', 'explain (types)', 'tenants', 'audit', 'db', 'lib'],
  health: ['explain (types)', 'db', 'lib'],
  'master-keys': ['audit', 'db', 'lib'],
  http: [
    ...PARTS.filter((part) => part !== 'db'),
    'etl',
    'signin',
    'operators',
    'explain',
    'setup',
    'warnings',
    'health',
    'master-keys',
  ],
  cli: ['contract', 'lib'],
  // main.ts, app.ts and what else lies in src/ itself: it puts the parts together.
  process: EVERYTHING,
  // Outsiders. The simulator must not share our mistakes; the console and the demo meet us over HTTP.
  console: ['contract'],
  simulator: [],
  demo: ['simulator', 'contract'],
  // What looks at us from inside: figures, generated pages, suites that cross folders.
  bench: [...EVERYTHING, 'process', 'simulator', 'test', 'tools'],
  // Knows a URL and a token; ours is one server among others to it.
  conformance: [],
  tools: [...EVERYTHING, 'process', 'conformance'],
  test: [...EVERYTHING, 'process', 'simulator', 'tools', 'demo'],
} satisfies Record<string, readonly string[]>
/** These have no face: each file is its own. */
const FACELESS = /^(?:src|tools|test\/support)\/[^/]+\.ts$/
const FACE = /^(?:src\/|test\/(?=conformance\/))?[^/]+\/index\.ts$/

/** Sets up what the faces hide, so that tests need not: it may look behind them. */
const BEHIND_FACES = /^test\/support\//

/** `src/db/open.ts` -> `db`, `src/app.ts` -> `process`, `test/support/world.ts` -> `test`. */
function folderOf(file: string): string {
  const [top = '', second = ''] = file.split('/')
  if (top === 'test' && second === 'conformance') return second
  if (top !== 'src') return top
  return second.endsWith('.ts') ? 'process' : second
}

interface Import {
  readonly line: number
  readonly target: string
  readonly typeOnly: boolean
}

const IMPORT =
  /^[ \t]*(?:import|export)\s+(?:(type)\s+)?(?:[\w\s{},*$]*?\sfrom\s+)?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]/gm

/** The relative imports of a file, resolved to paths from the root. */
export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    target: posix.join(posix.dirname(file), match[2] ?? match[3] ?? ''),
    typeOnly: match[1] === 'type',
  }))
}

/**
 * What is wrong with one file's imports, one line each; empty when nothing is.
 * A test beside the code may build what it tests out of any part; the simulator's stays outside.
 */
export function violations(file: string, text: string): string[] {
  const from = folderOf(file)
  const inside = file.endsWith('.test.ts') && from !== 'simulator'
  const may = inside ? [...MAY_IMPORT['test'], 'test'] : MAY_IMPORT[from as keyof typeof MAY_IMPORT]
  if (!may) return [`${file}:1 lies in "${from}", which has no row in tools/check-imports.ts`]

  return importsOf(file, text).flatMap(({ line, target, typeOnly }) => {
    const to = folderOf(target)
    if (to === from || !target.endsWith('.ts')) return []
    const said = `${file}:${line} imports ${target};`
    if (!typeOnly && may.includes(`${to} (types)`))
      return [`${said} of ${to} it may import types only`]
    if (!may.includes(to) && !may.includes(`${to} (types)`))
      return [`${said} ${from} may import ${may.join(', ') || 'nothing outside itself'}`]
    if (!FACE.test(target) && !FACELESS.test(target) && !BEHIND_FACES.test(file))
      return [`${said} of another folder only its index.ts`]
    return []
  })
}

/** Registry addresses in the lockfile, which would tie an install to one mirror. */
export function lockfileViolations(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      line.includes('"resolved"')
        ? [
            `package-lock.json:${index + 1} names a registry; install with .npmrc's omit-lockfile-registry-resolved`,
          ]
        : [],
    )
}

/** Every TypeScript file of the repository, from its root. */
export function sourceFiles(): string[] {
  return globSync('{src,console,simulator,demo,bench,tools,test}/**/*.{ts,tsx}').toSorted()
}

if (import.meta.main) {
  const files = sourceFiles()
  const found = [
    ...files.flatMap((file) => violations(file, readFileSync(file, 'utf8'))),
    ...lockfileViolations(readFileSync('package-lock.json', 'utf8')),
  ]
  for (const line of found) console.error(line)
  console.log(`imports: ${files.length} files, ${found.length} out of place`)
  process.exitCode = found.length === 0 ? 0 : 1
}
