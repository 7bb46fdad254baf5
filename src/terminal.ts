/** The real terminal and the settings, for the command line. */
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { type KeyFile, runCli, type Terminal } from './cli/index.ts'
import { addressFile, adminTokenFile, masterKeyFile, readCliConfig } from './config.ts'
import { addMasterKey, removeMasterKey } from './key-files.ts'
import { systemRandom } from './lib/index.ts'

export async function commandLine(words: readonly string[]): Promise<number> {
  const config = readCliConfig()
  return runCli(words, {
    terminal: realTerminal(),
    url: config.ROLLCALL_URL,
    addressFile: addressFile(config),
    fallbackUrl: `http://127.0.0.1:${config.ROLLCALL_PORT}`,
    token: config.ROLLCALL_ADMIN_TOKEN,
    tokenFile: config.ROLLCALL_ADMIN_TOKEN_FILE,
    fallbackTokenFile: adminTokenFile(config),
    openDistribution: () => openDistributionOf(config.ROLLCALL_DATABASE_URL),
    keyFile: keyFileAt(masterKeyFile(config)),
  })
}

function keyFileAt(path: string): KeyFile {
  return {
    path,
    add: async () => (await addMasterKey(path, systemRandom)).id,
    remove: (keyId) => removeMasterKey(path, keyId),
  }
}

async function openDistributionOf(url: string | undefined) {
  if (url === undefined)
    throw new Error(
      'The embedded database is one process on one machine. To distribute it, move it to the coordinator of a ' +
        'Citus cluster and set ROLLCALL_DATABASE_URL to that: docs/operations/scale.md says how.',
    )
  return (await import('./db/index.ts')).openDistribution(url)
}

function realTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endOnClosedPipe)
  return {
    out: (data) => process.stdout.write(data),
    err: (data) => process.stderr.write(data),
    interactive: process.stdin.isTTY && process.stdout.isTTY,
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return await lines.question(question)
      } catch (error) {
        // Ctrl-D or Ctrl-C: whoever leaves has said nothing.
        if (!(error instanceof Error) || error.name !== 'AbortError') throw error
        process.stderr.write('\n')
        return ''
      } finally {
        lines.close()
      }
    },
    readStdin: () => text(process.stdin),
    wait: (ms) => setTimeout(ms),
  }
}

/** Whoever reads has seen enough, as `head` has. */
function endOnClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
  process.exit(0)
}
