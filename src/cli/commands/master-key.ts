/** master-key: list, add, retire. What is in the key file is done on this machine; what is needed says the server. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Failure } from '../context.ts'
import { table } from '../output.ts'

type Listed = Awaited<ReturnType<AdminClient['listMasterKeys']>>

export function addMasterKeyCommands(program: Command, context: Context): void {
  const { client, show, confirm, keyFile, terminal } = context
  const key = program
    .command('master-key')
    .description('What seals the secrets that have to be read again; a key a line in the key file.')

  key
    .command('list')
    .description(
      'list the keys: which seals, how much the others still wrap, which nodes have them',
    )
    .option('--json', 'for machines')
    .action(async ({ json }) => {
      const listed = await client().listMasterKeys({})
      show(json, listed, keysTable(listed))
    })

  key
    .command('add')
    .description('make a key in the key file of this machine; it seals once every node has it')
    .option('--json', 'for machines')
    .action(async ({ json }) => {
      const id = await told(keyFile.add())
      show(json, { id, file: keyFile.path }, `${id}\n`)
      terminal.err(
        `Made the master key ${id}, the last line of ${keyFile.path}. Back that file up apart from the database, ` +
          'and put it on every node. A server reads it within seconds; rollcall master-key list shows when it seals.\n',
      )
    })

  key
    .command('retire <key>')
    .description(
      'take a key out that wraps nothing any more, here and in the key file of this machine',
    )
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (id: string, { yes, json }) => {
      await confirm(
        yes,
        `${id} goes out of ${keyFile.path}. Back-ups from before it wrapped nothing open with it alone: ` +
          'keep it with them as long as you keep them.',
      )
      const listed = await client().retireMasterKey({ key: id })
      const removed = await told(keyFile.remove(id))
      show(json, { ...listed, removedFromFile: removed }, keysTable(listed))
      terminal.err(
        removed
          ? `Retired ${id}, and took it out of ${keyFile.path}. Do so on every node that has a key file of its own.\n`
          : `Retired ${id}. ${keyFile.path} does not have it.\n`,
      )
    })
}

function keysTable({ items }: Listed): string {
  return table(
    ['KEY', 'STATE', 'SEALS FROM', 'WRAPS', 'COUNTED', 'NODES', 'WITHOUT IT'],
    items.map(({ id, state, sealsFrom, valuesWrapped, countedAt, hadBy, lackedBy }) => [
      ...[id, state, sealsFrom],
      ...[valuesWrapped === null ? null : `${valuesWrapped}`, countedAt],
      `${hadBy.length}`,
      state === 'retired' ? null : lackedBy.join('; '),
    ]),
    'None has sealed here yet.',
  )
}

/** What is wrong with the file is for whoever runs this to mend: its words, and no stack. */
function told<T>(act: Promise<T>): Promise<T> {
  return act.catch((cause: unknown) => {
    throw new Failure(cause instanceof Error ? cause.message : String(cause), { cause })
  })
}
