/** export, of the nouns whose lists are also files: what each such command takes, and the file it writes. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { ApiError } from '../../contract/index.ts'
import { type Context, Failure } from '../context.ts'

export interface ExportOptions {
  readonly format: 'csv' | 'ndjson'
  readonly out: string
  readonly json?: boolean | undefined
}

/** `export <tenant>` of a noun, without its filters. */
export function exportCommand(noun: Command, what: string): Command {
  return noun
    .command('export <tenant>')
    .description(`write ${what} to a file, all that the filters leave`)
    .addOption(
      new Option('--format <format>', 'csv, or ndjson: a JSON object a line')
        .choices(['csv', 'ndjson'])
        .default('csv'),
    )
    .requiredOption('--out <file>', 'where to; only its owner may read it')
    .option('--json', 'for machines')
}

/**
 * Writes it as it comes. The file is there when it is whole, and as it was before until then.
 * @throws Failure
 */
export async function saveExport(
  { show }: Context,
  bytes: AsyncIterable<Uint8Array>,
  { out, json }: Pick<ExportOptions, 'out' | 'json'>,
): Promise<void> {
  const part = `${out}.part`
  const file = createWriteStream(part, { mode: 0o600 })
  try {
    await pipeline(bytes, file)
    await rename(part, out)
  } catch (cause) {
    await rm(part, { force: true })
    if (cause instanceof ApiError) throw cause
    const why = cause instanceof Error ? cause.message : ''
    throw new Failure(
      `${out} was not written: the export broke off (${why}). Run it again; if it breaks off again, ` +
        'see whether the server runs and the disk has room.',
      { cause },
    )
  }
  show(json, { file: out, bytes: file.bytesWritten }, `${out}: ${file.bytesWritten} bytes.\n`)
}
