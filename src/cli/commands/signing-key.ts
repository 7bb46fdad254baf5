/** signing-key: list, rotate. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import type { Context } from '../context.ts'
import { table } from '../output.ts'

type Listed = Awaited<ReturnType<AdminClient['listSigningKeys']>>

const NONE = 'There is none yet: the first is made when somebody signs in.'

export function addSigningKeyCommands(program: Command, context: Context): void {
  const { client, show, confirm } = context
  const key = program
    .command('signing-key')
    .description("What a tenant's Authority signs with; replaced by itself every 90 days.")

  key
    .command('list <tenant>')
    .description('list the keys that are published')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json }) => {
      const listed = await client().listSigningKeys({ tenant })
      show(json, listed, keysTable(listed, NONE))
    })

  key
    .command('rotate <tenant>')
    .description('publish the key that signs from tomorrow on')
    .option('--at-once', 'it signs now, and the others are withdrawn: for a key that has leaked')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, { atOnce, yes, json }) => {
      if (atOnce === true)
        await confirm(
          yes,
          'Sites that keep the keys they know refuse sign-ins until they fetch anew.',
        )
      const listed = await client().rotateSigningKey({ tenant, atOnce })
      show(json, listed, keysTable(listed, NONE))
    })
}

export function keysTable({ items }: Listed, none: string): string {
  return table(
    ['KEY', 'STAGE', 'SIGNS FROM', 'PUBLISHED UNTIL'],
    items.map(({ id, stage, signsFrom, publishedUntil }) => [id, stage, signsFrom, publishedUntil]),
    none,
  )
}
