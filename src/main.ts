/**
 * The process: serve (the default), migrate, doctor; any other word goes to the command line. Behind `cli`,
 * where nothing is said nothing is started.
 * Each is loaded only when asked for, so that the command line starts without the server.
 */
import { ConfigError } from './config.ts'
import { keepHeapSmall } from './heap.ts'

const LEAST_NODE = 24

async function main(words: readonly string[]): Promise<number | undefined> {
  const major = Number(process.versions.node.split('.')[0])
  if (major < LEAST_NODE)
    throw new Error(
      `Rollcall needs Node ${LEAST_NODE} or newer; this is ${process.versions.node}. ` +
        'Start it with `npm start`, which brings the right one.',
    )
  if (words[0] === 'cli') return words.length > 1 ? main(words.slice(1)) : commandLine([])
  const [word = 'serve', ...rest] = words
  if (['serve', 'migrate', 'doctor'].includes(word) && rest.length > 0)
    throw new Misused(`${word} takes no further words.`)
  switch (word) {
    case 'serve':
      keepHeapSmall()
      return (await import('./serve.ts')).serve()
    case 'migrate':
      return (await import('./doctor.ts')).migrateOnly()
    case 'doctor':
      return (await import('./doctor.ts')).doctor()
    default:
      return commandLine(words)
  }
}

async function commandLine(words: readonly string[]): Promise<number> {
  return (await import('./terminal.ts')).commandLine(words)
}

class Misused extends Error {}

try {
  const code = await main(process.argv.slice(2))
  if (code !== undefined) process.exitCode = code
} catch (error) {
  const isMisuse = error instanceof ConfigError || error instanceof Misused
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = isMisuse ? 2 : 1
}
