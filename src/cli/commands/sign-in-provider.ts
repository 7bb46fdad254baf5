/** sign-in-provider: add, list, remove. Where administrators of the platform sign in beside password and passkey. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'
import { idOf } from './given.ts'

const HEAD = ['NAME', 'CONNECTION', 'TENANT', 'SINCE']

export function addSignInProviderCommands(program: Command, context: Context): void {
  const { client, show, confirm, connectionOf } = context
  const noun = program
    .command('sign-in-provider')
    .description('Connections that administrators of the platform may sign in through.')

  noun
    .command('add <tenant>')
    .description('let them sign in through a connection of your own')
    .requiredOption('--name <name>', 'what they pick it by')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, { connection: named, name, json }) => {
      const connection = await connectionOf(tenant, named)
      const made = await client().nameSignInProvider({ tenant, connection, name })
      show(json, made, table(HEAD, [rowOf(made)], ''))
    })

  noun
    .command('list')
    .description('list them')
    .option('--json', 'for machines')
    .action(async ({ json }) => {
      const list = await client().listSignInProviders({})
      show(json, list, table(HEAD, list.items.map(rowOf), 'There are none.'))
    })

  noun
    .command('remove <connection>')
    .description('let nobody of the platform sign in through it any more')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (id: string, { yes, json }) => {
      const connection = idOf('con', id)
      await confirm(
        yes,
        `Administrators of the platform do not sign in through ${connection} any more.`,
      )
      await client().removeSignInProvider({ connection })
      show(
        json,
        { removed: connection },
        `Nobody of the platform signs in through ${connection}.\n`,
      )
    })
}

function rowOf(row: { name: string; connection: string; tenantId: string; createdAt: string }) {
  return [row.name, row.connection, row.tenantId, row.createdAt]
}
