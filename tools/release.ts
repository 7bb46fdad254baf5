/**
 * `npm run release -- [folder]`: what is published of the commit that is checked out, which must be tagged with its
 * version: the sources as they stand (nothing is built before they run), a bill of materials, and the sums of
 * both. Whoever makes it of the same tag gets the same bytes, so anybody can check a release (SEC D-4).
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import manifest from '../package.json' with { type: 'json' }

interface Bill {
  serialNumber?: string
  readonly metadata: { timestamp?: string }
}

const [folder = 'release'] = process.argv.slice(2)
const name = `rollcall-${manifest.version}`
const tag = `v${manifest.version}`

const tags = run('git', 'tag', '--points-at', 'HEAD').toString().split('\n')
if (!tags.includes(tag)) refuse(`The commit that is checked out is not tagged ${tag}.`)
if (run('git', 'status', '--porcelain', '--untracked-files=no').length > 0)
  refuse('Something is changed that is not committed.')

const files = {
  [`${name}.tar.gz`]: gzipSync(run('git', 'archive', '--format=tar', `--prefix=${name}/`, tag), {
    level: 9,
  }),
  [`${name}.cdx.json`]: billOfMaterials(),
}
const sums = Object.entries(files).map(
  ([file, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${file}\n`,
)
mkdirSync(folder, { recursive: true })
for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes)
writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''))
process.stdout.write(sums.join(''))

/** CycloneDX, without what differs from one making to the next. */
function billOfMaterials(): Buffer {
  const words = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx']
  const bill = JSON.parse(run('npm', ...words).toString()) as Bill
  delete bill.serialNumber
  delete bill.metadata.timestamp
  return Buffer.from(`${JSON.stringify(bill, null, 2)}\n`)
}

function run(program: string, ...words: string[]): Buffer {
  return execFileSync(program, words, { maxBuffer: 2 ** 28 })
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}
