/** admin: add, list, remove. Who at the customer may consent to OAuth provisioning. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'

export function addAdminCommands(program: Command, context: Context): void {
  const { client, show, confirm, connectionOf } = context
  const admin = program
    .command('admin')
    .description('Who at the customer may consent to OAuth provisioning.')

  admin
    .command('add <tenant> <userName>')
    .description('let somebody consent, by the name their sign-in shows')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, name: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      await client().addAdmin({ tenant, connection: id, name })
      show(options.json, { added: name }, `${name} may consent.\n`)
    })

  admin
    .command('list <tenant>')
    .description('list them')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const list = await client().listAdmins({ tenant, connection: id })
      const rows = list.items.map((row) => [row.name, row.createdAt])
      show(options.json, list, table(['NAME', 'SINCE'], rows, 'There are none yet.'))
    })

  admin
    .command('remove <tenant> <userName>')
    .description('take that right away')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, name: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      await confirm(options.yes, `${name} will no longer be able to consent.`)
      await client().removeAdmin({ tenant, connection: id, name })
      show(options.json, { removed: name }, `${name} may no longer consent.\n`)
    })
}
