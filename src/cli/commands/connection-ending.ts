/** connection: disable, enable, remove. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { fields } from '../output.ts'
import { pairsOf } from './connection-shown.ts'

export function addEndingCommands(connection: Command, context: Context): void {
  addSwitching(connection, context)
  addRemoving(connection, context)
}

function addSwitching(connection: Command, { client, show, confirm, connectionOf }: Context): void {
  connection
    .command('disable <tenant>')
    .description('refuse its provisioning and sign-ins from now on')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      await confirm(options.yes, `Nobody will be able to sign in through ${id}.`)
      const shown = await client().changeConnection({ tenant, connection: id, disabled: true })
      show(options.json, shown, fields(pairsOf(shown)))
    })

  connection
    .command('enable <tenant>')
    .description('let it provision and sign in again')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const shown = await client().changeConnection({ tenant, connection: id, disabled: false })
      show(options.json, shown, fields(pairsOf(shown)))
    })
}

function addRemoving(connection: Command, context: Context): void {
  const { client, show, confirm, connectionOf, terminal } = context
  connection
    .command('remove <tenant>')
    .description('remove a disabled connection with its people, groups and credentials')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const shown = await client().readConnection({ tenant, connection: id })
      await confirm(
        options.yes,
        `All people and groups of ${shown.name} (label ${shown.label}) are deleted and signed out, ` +
          'its tokens, grants, domains, mappings and rules end. This cannot be taken back.',
      )
      let resourcesRemoved = 0
      for (;;) {
        const done = await client().removeConnection({ tenant, connection: id })
        resourcesRemoved += done.resourcesRemoved
        if (done.isGone) break
        terminal.err(`${resourcesRemoved} resources removed so far\n`)
      }
      const pairs = [
        ['Removed', id],
        ['Resources', resourcesRemoved],
      ] as const
      show(options.json, { id, resourcesRemoved }, fields(pairs))
    })
}
