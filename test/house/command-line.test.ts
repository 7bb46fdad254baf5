import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../../src/cli/index.ts'
import { read, repositoryFiles } from './files.ts'

interface Named {
  readonly page: string
  readonly words: readonly string[]
  readonly options: readonly string[]
}

/** What begins a command in a page: the whole of it, or its noun in a quotation such as `token mint acme`. */
const IN_FULL = String.raw`npm run (?:--silent )?rollcall -- `
const BY_NOUN =
  '`(?=(?:connection|site|tenant|token|sync|person|group|rule|sign-in|key|branding|domain|hold|event|warning) )'

/** Commands that a page names: their words (three of `sync quarantine skip` alone), and the options that they are given. */
function commandsNamed(page: string): Named[] {
  const text = read(page).replaceAll(/\\\n\s+/g, '')
  const named = new RegExp(`(?:${IN_FULL}|${BY_NOUN})([a-z-]+ [a-z-]+(?: skip)?)([^\`\\n#|]*)`, 'g')
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
  })
  return said
}

test('every command that a page names is one, with the options it is given there', async () => {
  const named = repositoryFiles()
    .filter((file) => file.endsWith('.md'))
    .flatMap(commandsNamed)
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
