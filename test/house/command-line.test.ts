import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../../src/cli/index.ts'
import { type Needs, routes } from '../../src/contract/index.ts'
import { read, repositoryFiles } from './files.ts'

interface Named {
  readonly page: string
  readonly words: readonly string[]
  readonly options: readonly string[]
}

/** What begins a command in a page: the whole of it, or its noun in a quotation such as `token mint acme`. */
const IN_FULL = String.raw`npm run (?:--silent )?rollcall -- `

/** Every noun of the command line, but those that are pages' words for something else, too. */
async function nounsOf(): Promise<string[]> {
  const [, commands = ''] = /Commands:\n([^]*?)\n\n/.exec(await helpOf([])) ?? []
  const nouns = [...commands.matchAll(/^ {2}([a-z-]+)/gm)].map(([, noun = '']) => noun)
  return nouns.filter((noun) => !['explain', 'health', 'help'].includes(noun))
}

/** Commands that a page names: their words (three of `sync quarantine skip` alone), and the options that they are given. */
function commandsNamed(page: string, nouns: readonly string[]): Named[] {
  const text = read(page).replaceAll(/\\\n\s+/g, '')
  const byNoun = `\`(?=(?:${nouns.join('|')}) )`
  const named = new RegExp(`(?:${IN_FULL}|${byNoun})([a-z-]+ [a-z-]+(?: skip)?)([^\`\\n#|]*)`, 'g')
  return [...text.matchAll(named)].map((match) => ({
    page,
    words: (match[1] ?? '').split(' '),
    options: (match[2] ?? '').match(/--[a-z-]+/g) ?? [],
  }))
}

/** What the command line says to `--help`. */
async function helpOf(words: readonly string[]): Promise<string> {
  let said = ''
  const hear = (text: string) => {
    said += text
  }
  await runCli([...words, '--help'], {
    terminal: {
      out: hear,
      err: hear,
      interactive: false,
      ask: () => Promise.reject(new Error('asked')),
      readStdin: () => Promise.reject(new Error('read')),
      wait: () => Promise.resolve(),
    },
    url: undefined,
    addressFile: 'no-such-file',
    fallbackUrl: 'http://127.0.0.1:1',
    token: undefined,
    tokenFile: undefined,
    fallbackTokenFile: 'no-such-file',
    openDistribution: () => Promise.reject(new Error('opened')),
    keyFile: {
      path: 'no-such-file',
      add: () => Promise.reject(new Error('added')),
      remove: () => Promise.reject(new Error('removed')),
    },
  })
  return said
}

test('every command that a page names is one, with the options it is given there', async () => {
  const nouns = await nounsOf()
  const named = repositoryFiles()
    .filter((file) => file.endsWith('.md'))
    .flatMap((page) => commandsNamed(page, nouns))
  assert.ok(named.length > 8, `found only ${named.length} commands`)

  const wrong: string[] = []
  for (const { page, words, options } of named) {
    const help = await helpOf(words)
    // A command of one word is followed by what it is asked of.
    const isCommand = [words.join(' '), `${words[0]} [options] <`].some((usage) =>
      help.includes(`Usage: rollcall ${usage}`),
    )
    if (!isCommand) wrong.push(`${page}: there is no command "${words.join(' ')}"`)
    else
      for (const option of options)
        if (!help.includes(option)) wrong.push(`${page}: ${words.join(' ')} knows no ${option}`)
  }

  assert.deepEqual(wrong, [])
})

test('a command that is none is not taken for one', async () => {
  assert.doesNotMatch(await helpOf(['tenant', 'befriend']), /Usage: rollcall tenant befriend/)
})

/** What needs no key: getting in, one's own account, and the setup page. */
const OF_PERSONS: readonly Needs[] = ['anyone', 'signed-in', 'setup-link']

/** What has no command of its own, with the reason. */
const WITHOUT_COMMAND: Readonly<Record<string, string>> = {
  listRoles: '`explain` names them, with the groups that give them',
  readOpenApi: 'for programs',
}

test('every route that a key may ask has a command', () => {
  const commands = repositoryFiles()
    .filter((file) => file.startsWith('src/cli/') && !file.endsWith('.test.ts'))
    .map(read)
    .join('\n')
  const without = Object.entries(routes)
    .filter(([, { needs }]) => !OF_PERSONS.includes(needs))
    .map(([name]) => name)
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(commands))

  assert.deepEqual(without.toSorted(), Object.keys(WITHOUT_COMMAND))
})
