/**
 * `npm test`: every suite on the embedded PostgreSQL, then the stores once more on the
 * oldest PostgreSQL we support. `npm test -- src/scim test/journeys/leaver.test.ts` runs a part.
 *
 * Node's own runner does the work; both rounds pass through one reporter, so that failures stand
 * together at the end and the closing counts are of everything. What cannot run here is named and
 * counted as skipped. A full run installs what it needs where it may (`test-needs.ts`); a part never
 * does.
 *
 * ROLLCALL_DATABASE_URL makes the first round use that server instead of an embedded one.
 * The tests see no other ROLLCALL_ setting than ROLLCALL_TEST_*.
 */
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { findNeeds, howToGet, type Found } from './test-needs.ts'
import { startThrowaway, type Throwaway } from './throwaway-postgres.ts'

const EVERYTHING = '{src,console,simulator,demo,tools,test}/**/*.test.ts'
/** What a database can get wrong: these run on both. */
const ON_BOTH = [
  'src/{db,sync,etl,identity,tenants}/**/*.test.ts',
  'src/signin/payloads.test.ts',
  'test/faults/crossing-writes.test.ts',
  'test/journeys/leaver.test.ts',
  'test/conformance/server.test.ts',
]
/** Of these, what brings the embedded PostgreSQL itself. */
const ON_ONE = ['src/db/embedded.test.ts']
/** Each process would read and compile the same sources anew: half of the processor time of a short one. */
const COMPILED = 'node_modules/.cache/node'
/**
 * Files of one of these folders change nothing that another would notice, and share a process, so many at a time:
 * what they load is read and set up once for all of them, and their databases are lent on.
 */
const SHARING = /^(?:src\/\w+|simulator\/\w+|test\/(?:properties|journeys|house))\//
const AT_A_TIME = 12
/** Journeys take long: not so many of them stand behind each other. */
const JOURNEYS_AT_A_TIME = 6
/** Of a process. */
const TIMEOUT_MS = 420_000
/** A file that has ended its tests and does not end itself must not hang the run: it is stopped and fails. */
const SILENCE_MS = 300_000

interface Round {
  readonly name: string
  readonly files: readonly string[]
  /** Starts or names the server; undefined where the round cannot run. */
  readonly server: (() => Promise<Throwaway>) | undefined
}

/** What Node's runner tells its reporters. */
interface RunnerEvent {
  readonly type: string
  readonly data: {
    readonly name?: string
    readonly file?: string
    readonly message?: string
    readonly nesting?: number
    readonly counts?: Counts
  }
}
type Counts = Record<
  'tests' | 'suites' | 'passed' | 'failed' | 'cancelled' | 'skipped' | 'todo',
  number
>

const total: Counts = {
  tests: 0,
  suites: 0,
  passed: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
  todo: 0,
}
/** The words of Node's closing lines. */
const CLOSING = [
  'tests',
  'suites',
  'pass',
  'fail',
  'cancelled',
  'skipped',
  'todo',
  'duration_ms',
] as const
const CLOSING_LINE = new RegExp(`^(?:${CLOSING.join('|')}) [\\d.]+$`)

const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())

process.exitCode = await main(process.argv.slice(2))

async function main(asked: readonly string[]): Promise<number> {
  const databaseUrl = process.env['ROLLCALL_DATABASE_URL']
  for (const name of Object.keys(process.env))
    if (name.startsWith('ROLLCALL_') && !name.startsWith('ROLLCALL_TEST_')) delete process.env[name]

  const files = filesOf(asked)
  if (files.length === 0) {
    console.error(`No test file lies at ${asked.join(', ')}.`)
    return 2
  }
  process.env['NODE_COMPILE_CACHE'] ??= resolve(COMPILED)
  const found = findNeeds({ install: asked.length === 0 })
  Object.assign(process.env, found.settings)
  for (const need of found.missing) {
    delete process.env[need.setting]
    console.log(`NOT HERE: ${need.what}, so ${need.why} will be skipped.\n  ${howToGet(need)}\n`)
  }

  for await (const text of Readable.from(events(roundsOf(files, found, databaseUrl))).compose(
    new spec(),
  ))
    process.stdout.write(String(text))

  const failed = total.failed + total.cancelled
  console.log(`\n${total.passed} passed, ${failed} failed, ${total.skipped} skipped`)
  return failed === 0 && total.passed > 0 && !stopped.signal.aborted ? 0 : 1
}

function filesOf(asked: readonly string[]): string[] {
  // The long ones have late names: they begin first, so that none of them runs alone at the end.
  const all = globSync(EVERYTHING).toSorted().toReversed()
  if (asked.length === 0) return all
  const wanted = asked.map((path) => path.replace(/^\.\/|\/$/g, ''))
  return all.filter((file) => wanted.some((path) => file === path || file.startsWith(`${path}/`)))
}

function roundsOf(
  files: readonly string[],
  found: Found,
  databaseUrl: string | undefined,
): Round[] {
  const both = new Set(globSync(ON_BOTH, { exclude: ON_ONE }))
  const oldest = found.settings.ROLLCALL_TEST_POSTGRES_15_BIN
  const rounds: Round[] = [
    {
      name: databaseUrl ? 'the server of ROLLCALL_DATABASE_URL' : 'the embedded PostgreSQL',
      files,
      server: async () =>
        databaseUrl ? { url: databaseUrl, stop: () => Promise.resolve() } : startThrowaway({}),
    },
    {
      name: oldest ? `the PostgreSQL of ${oldest}` : 'a second PostgreSQL',
      files: files.filter((file) => both.has(file)),
      server: oldest ? () => startThrowaway({ binFolder: oldest }) : undefined,
    },
  ]
  return rounds.filter((round) => round.files.length > 0)
}

/** The events of all rounds as of one run, with Node's closing lines once, for everything. */
async function* events(rounds: readonly Round[]): AsyncGenerator<RunnerEvent> {
  const startedAt = performance.now()
  for (const [index, round] of rounds.entries()) {
    if (stopped.signal.aborted) break
    if (!round.server) {
      total.tests += round.files.length
      total.skipped += round.files.length
      yield diagnostic(`SKIPPED on ${round.name}: ${round.files.length} files`)
      continue
    }
    yield diagnostic(`on ${round.name}: ${round.files.length} files`)
    const server = await round.server()
    try {
      yield* eventsOf(round, server.url, index === 0 ? '' : ` (on ${round.name})`)
    } finally {
      await server.stop()
    }
  }
  // The reporter lists what failed when it hears a summary.
  yield { type: 'test:summary', data: { counts: total } }
  const { passed, failed, ...rest } = total
  const closing = {
    ...rest,
    pass: passed,
    fail: failed,
    duration_ms: performance.now() - startedAt,
  }
  for (const word of CLOSING) yield diagnostic(`${word} ${closing[word]}`)
}

async function* eventsOf(round: Round, url: string, mark: string): AsyncGenerator<RunnerEvent> {
  process.env['ROLLCALL_TEST_DATABASE_URL'] = url
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-portions-'))
  const stream = run({
    files: portionsOf(round.files, folder),
    concurrency: availableParallelism() + 1, // one of them always waits for something
    timeout: TIMEOUT_MS,
    signal: stopped.signal,
  })
  const silence = setTimeout(() => stopped.abort(), SILENCE_MS)
  for await (const event of stream as AsyncIterable<RunnerEvent>) {
    const { type, data } = event
    silence.refresh()
    if (type === 'test:summary' && data.file === undefined && data.counts)
      for (const word of Object.keys(total) as (keyof Counts)[]) total[word] += data.counts[word]
    else if (type !== 'test:diagnostic' || !CLOSING_LINE.test(data.message ?? ''))
      yield mark && data.name ? { type, data: { ...data, name: data.name + mark } } : event
  }
  clearTimeout(silence)
  rmSync(folder, { recursive: true, force: true })
}

/** @returns what the runner makes a process of each: a file, or a list of them, which is written there */
function portionsOf(files: readonly string[], folder: string): string[] {
  const byFolder = Map.groupBy(files, (file) => SHARING.exec(file)?.[0] ?? file)
  return [...byFolder].flatMap(([key, some]) => {
    if (some.length === 1) return some
    const most = key === 'test/journeys/' ? JOURNEYS_AT_A_TIME : AT_A_TIME
    return Array.from({ length: Math.ceil(some.length / most) }, (_, index) => {
      const path = join(folder, `${key.replaceAll('/', '-')}${index + 1}.test.mjs`)
      const portion = some.slice(index * most, (index + 1) * most)
      const lines = portion.map((file) => `import ${JSON.stringify(resolve(file))}\n`)
      writeFileSync(path, lines.join(''))
      return path
    })
  })
}

function diagnostic(message: string): RunnerEvent {
  return { type: 'test:diagnostic', data: { nesting: 0, message } }
}
