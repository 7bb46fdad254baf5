import assert from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { read, repositoryFiles } from './files.ts'

const pages = repositoryFiles().filter((file) => file.endsWith('.md'))
const architecture = read('ARCHITECTURE.md')

test('every test that ARCHITECTURE.md names is there', () => {
  const named = [...architecture.matchAll(/`([\w./-]+\.test\.ts)`/g)].map((match) => match[1] ?? '')

  assert.ok(named.length > 0)
  assert.deepEqual(
    named.filter((file) => !existsSync(file)),
    [],
  )
})

test('every invariant in ARCHITECTURE.md names a test', () => {
  const section = /## Invariants\n([^]*?)\n## /.exec(architecture)?.[1] ?? ''
  const invariants = section.split(/\n(?=\d+\. )/).slice(1)

  assert.equal(invariants.length, 8)
  assert.deepEqual(
    invariants.filter((text) => !/\.test\.ts`/.test(text)).map((text) => text.slice(0, 60)),
    [],
  )
})

test('every folder of the source has its line in ARCHITECTURE.md', () => {
  const folders = globSync('src/*/').map((folder) => folder.replace(/\/$/, ''))

  assert.ok(folders.length > 2)
  assert.deepEqual(
    folders.filter((folder) => !architecture.includes(`| \`${folder}\` |`)),
    [],
  )
})

test('every link between the pages leads somewhere', () => {
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^(https?:|mailto:)/.test(target))
      .filter((target) => !leadsSomewhere(page, target))
      .map((target) => `${page} -> ${target}`),
  )

  assert.deepEqual(dead, [])
})

test('every script that a page names is in package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run (?:--silent |-s )?([\w:-]+)/g)].map((match) => ({
      page,
      script: match[1] ?? '',
    })),
  )

  assert.ok(named.length > 10)
  assert.deepEqual(
    named.filter(({ script }) => !(script in scripts)),
    [],
  )
})

test('a page that runs a file of ours runs it by the Node of the package', () => {
  const byAnother = pages
    .filter((page) => !page.startsWith('docs/decisions/'))
    .flatMap((page) =>
      [...read(page).matchAll(/(?<!npx )\bnode (?:--test )?[\w/-]+(?:\.[\w-]+)*\.ts/g)].map(
        ([command]) => `${page}: ${command}`,
      ),
    )

  assert.deepEqual(byAnother, [], 'the Node that is there may be one that reads no TypeScript')
})

test('every file that a script of package.json runs is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const run = Object.values(scripts).flatMap((script) =>
    [...script.matchAll(/[\w/-]+\.ts\b/g)].map(([file]) => file),
  )

  assert.deepEqual(
    [...new Set(run)].filter((file) => !existsSync(file)),
    [],
  )
})

test('every decision is in the list of decisions, and has a number of its own', () => {
  const list = read('docs/decisions/README.md')
  const decisions = globSync('docs/decisions/[0-9]*.md').map((file) => file.replace(/^.*\//, ''))

  assert.ok(decisions.length > 0)
  assert.deepEqual(
    decisions.filter((file) => !list.includes(`](${file})`)),
    [],
  )
  const numbers = decisions.map((file) => file.slice(0, 4))
  assert.deepEqual([...new Set(numbers)], numbers)
})

/** A file or folder beside the page, and the heading in it that the link names. */
function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(file)) return false
  if (anchor === undefined) return true
  const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map((match) => slug(match[1] ?? ''))
  return headings.includes(anchor)
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')
}
