/** setup-link: create, list, revoke. By one a customer's administrator sets up a connection without an account. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'

export function addSetupLinkCommands(program: Command, context: Context): void {
  const { client, show, confirm, connectionOf, terminal } = context
  const noun = program
    .command('setup-link')
    .description("Links by which a customer's administrator sets up a connection.")

  noun
    .command('create <tenant>')
    .description('make a link, shown once, and hand it over on a safe way')
    .option('--days <count>', 'how long it is good, 1 to 30', '7')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const connection = await connectionOf(tenant, options.connection)
      const days = Number(options.days)
      const link = await client().createSetupLink({ tenant, connection, days })
      const shown = fields([
        ['Link', link.url],
        ['Expires', link.expiresAt],
        ['Id', link.id],
      ])
      show(options.json, link, shown)
      if (options.json !== true)
        terminal.err('It is shown this once. Whoever has it can set up the connection.\n')
    })

  noun
    .command('list <tenant>')
    .description('list the links that a connection has had')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const connection = await connectionOf(tenant, options.connection)
      const list = await client().listSetupLinks({ tenant, connection })
      const rows = list.items.map((row) => [
        row.id,
        row.state,
        row.createdAt,
        row.expiresAt,
        row.lastUsedAt,
        row.createdBy,
      ])
      const head = ['ID', 'STATE', 'CREATED', 'EXPIRES', 'LAST USED', 'BY']
      show(options.json, list, table(head, rows, 'There are no setup links.'))
    })

  noun
    .command('revoke <tenant> <id>')
    .description('refuse a link, and whoever is in by it, from now on')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, link: string, options) => {
      const connection = await connectionOf(tenant, options.connection)
      await confirm(options.yes, `Whoever has ${link} will be refused.`)
      const revoked = await client().revokeSetupLink({ tenant, connection, link })
      show(options.json, revoked, `${revoked.id} is revoked.\n`)
    })
}
