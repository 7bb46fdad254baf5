/**
 * `npm run bench` lists what can be measured; `npm run bench -- lookup` measures it, prints the
 * figures and writes them as JSON to bench/results/ or where `--out` says. Exit 0 when every
 * budget was held, 1 when not, 2 for a name or an option that is none.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bench, Budget, Figure, Measured } from './bench.ts'
import { type DatabaseServer, openDatabaseServer } from './database.ts'
import { BENCHES } from './list.ts'

const RESULTS = fileURLToPath(new URL('results/', import.meta.url))

class Misused extends Error {}

interface Asked {
  readonly names: readonly string[]
  readonly quick: boolean
  readonly peers: boolean
  readonly out: string
  readonly sizes: Readonly<Record<string, number>>
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Misused ? error.message : error)
  process.exitCode = error instanceof Misused ? 2 : 1
}

async function main(words: readonly string[]): Promise<number> {
  const asked = readWords(words)
  if (asked.names.length === 0) {
    console.log(usage())
    return 0
  }
  const server = await openDatabaseServer(process.env['ROLLCALL_DATABASE_URL'])
  // Stopped half-way it leaves no database running behind it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server.abandon().finally(() => process.exit(130)))
  try {
    let missed = 0
    for (const name of asked.names) {
      missed += await runOne(server, asked, name)
      await server.dropDatabases()
    }
    return missed === 0 ? 0 : 1
  } finally {
    await server.close()
  }
}

/** @throws Misused */
function readWords(words: readonly string[]): Asked {
  const sizeNames = [...new Set(Object.values(BENCHES).flatMap(({ sizes }) => Object.keys(sizes)))]
  const { values, positionals } = parse(words, sizeNames)
  const names = positionals.includes('all') ? Object.keys(BENCHES) : positionals
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name))
  if (unknown !== undefined) throw new Misused(`There is no bench "${unknown}".\n\n${usage()}`)
  const sizes = sizeNames.flatMap((size) => {
    const value = values[size]
    if (value === undefined) return []
    if (typeof value !== 'string' || !/^[1-9]\d{0,8}$/.test(value))
      throw new Misused(`--${size} takes a whole number from 1 on.`)
    if (!names.some((name) => Object.hasOwn(BENCHES[name]?.sizes ?? {}, size)))
      throw new Misused(`--${size} is no size of ${names.join(', ')}.`)
    return [[size, Number(value)] as const]
  })
  const peers = values['peers'] === true
  if (peers && !names.some((name) => BENCHES[name]?.budgets.some((budget) => budget.with)))
    throw new Misused(
      `--peers is for the benches that know peers, and not for ${names.join(', ')}.`,
    )
  return {
    names,
    quick: values['quick'] === true,
    peers,
    out: typeof values['out'] === 'string' ? values['out'] : RESULTS,
    sizes: Object.fromEntries(sizes),
  }
}

function parse(
  words: readonly string[],
  sizeNames: readonly string[],
): { values: Readonly<Record<string, unknown>>; positionals: readonly string[] } {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        peers: { type: 'boolean' },
        out: { type: 'string' },
        ...Object.fromEntries(sizeNames.map((size) => [size, { type: 'string' }] as const)),
      },
    })
  } catch (error) {
    throw new Misused(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** @returns how many budgets were missed */
async function runOne(server: DatabaseServer, asked: Asked, name: string): Promise<number> {
  const bench = BENCHES[name]
  if (bench === undefined) throw new Error(`There is no bench ${name}.`)
  const sizes = Object.fromEntries(
    Object.entries(bench.sizes).map(([size, { full, quick }]) => [
      size,
      asked.sizes[size] ?? (asked.quick ? quick : full),
    ]),
  )
  // A budget is set for its own sizes, and for no others.
  const isJudged = Object.entries(bench.sizes).every(([size, { full }]) => sizes[size] === full)
  const say = (line: string) => console.error(`  … ${line}`)
  console.log(`\n${name}: ${bench.measures}`)
  const at = new Date()
  const busy = loadavg()[0] ?? 0
  const { peers } = asked
  const measured = await bench.run({ server, say, peers }, sizes)
  const verdicts = bench.budgets
    .filter((budget) => budget.with === undefined || peers)
    .map((budget) => ({ ...budget, held: isHeld(budget, measured) }))
  print(bench, measured, isJudged, sizes)
  const result = {
    bench: name,
    at,
    commit: commit(),
    machine: {
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      loadBefore: Math.round(busy * 100) / 100,
    },
    node: process.versions.node,
    postgres: `${server.version}, ${server.kind}`,
    sizes,
    figures: measured.figures,
    budgets: isJudged ? verdicts : [],
    notes: measured.notes ?? [],
  }
  const file = join(asked.out, `${name}.json`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
  return isJudged ? verdicts.filter(({ held }) => !held).length : 0
}

function isHeld({ figure, atMost, atLeast }: Budget, { figures }: Measured): boolean {
  const value = figures[figure]?.value
  if (value === undefined) throw new Error(`The budget's figure ${figure} was not measured.`)
  return value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity)
}

function print(
  { budgets }: Bench,
  measured: Measured,
  isJudged: boolean,
  sizes: Readonly<Record<string, number>>,
): void {
  const shown = Object.entries(measured.figures).map(([name, figure]) => {
    const budget = budgets.find(({ figure: of }) => of === name)
    return [name, textOf(figure), figure.means, budget ? verdict(budget, measured, isJudged) : '']
  })
  const widths = [0, 1].map((column) =>
    Math.max(...shown.map((cells) => cells[column]?.length ?? 0)),
  )
  for (const [name = '', value = '', means = '', held = ''] of shown)
    console.log(
      `  ${name.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${means}${held}`,
    )
  for (const note of measured.notes ?? []) console.log(`  ${note}`)
  console.log(
    `  sizes: ${Object.entries(sizes)
      .map((size) => size.join(' '))
      .join(', ')}`,
  )
}

function verdict(budget: Budget, measured: Measured, isJudged: boolean): string {
  const { atMost, atLeast } = budget
  const limit = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`
  if (!isJudged) return `  [budget ${limit}; not judged at these sizes]`
  return `  [budget ${limit}: ${isHeld(budget, measured) ? 'held' : 'MISSED'}]`
}

function textOf({ value, unit }: Figure): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${value.toFixed(digits)} ${unit}`
}

/** Short, with a plus when what was measured is not what was committed. */
function commit(): string {
  try {
    const git = (...words: string[]) => execFileSync('git', words).toString().trim()
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', 'src') ? '+' : '')
  } catch {
    return 'unknown'
  }
}

function usage(): string {
  const lines = Object.entries(BENCHES).map(([name, { measures, sizes }]) =>
    [
      `  ${name.padEnd(8)} ${measures}`,
      ...Object.entries(sizes).map(
        ([size, { means, full, quick }]) =>
          `             --${size} ${means} (${full}; with --quick ${quick})`,
      ),
    ].join('\n'),
  )
  return [
    'npm run bench -- <name>… | all  [--quick] [--peers] [--out folder] [--<size> number]',
    '',
    ...lines,
    '',
    'On the embedded database, or on the server that ROLLCALL_DATABASE_URL names, which must be nobody’s.',
  ].join('\n')
}
