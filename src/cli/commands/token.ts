/** token: list, mint, revoke. The static bearer secrets of a connection. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'

export function addTokenCommands(program: Command, context: Context): void {
  const { client, show, confirm, connectionOf, terminal } = context
  const token = program.command('token').description('SCIM tokens of a connection.')

  token
    .command('list <tenant>')
    .description('list the tokens a connection has had')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const list = await client().listTokens({ tenant, connection: id })
      const rows = list.items.map((row) => [
        row.lookupId,
        row.state,
        row.createdAt,
        row.expiresAt,
        row.lastUsedAt,
        row.lastUsedFrom,
      ])
      const head = ['ID', 'STATE', 'CREATED', 'EXPIRES', 'LAST USED', 'FROM']
      show(options.json, list, table(head, rows, 'There are no tokens.'))
    })

  token
    .command('mint <tenant>')
    .description('make another token, shown once; the older one ends after the overlap')
    .option('--overlap-hours <hours>', 'how long the older one goes on, 1 to 720', '168')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const overlapHours = Number(options.overlapHours)
      const minted = await client().mintToken({ tenant, connection: id, overlapHours })
      show(
        options.json,
        minted,
        fields([
          ['Token', minted.token],
          ['Expires', minted.expiresAt],
        ]),
      )
      if (options.json !== true) terminal.err('It is shown this once.\n')
    })

  token
    .command('revoke <tenant> <id>')
    .description('refuse a token from now on')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, lookupId: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      await confirm(options.yes, `Provisioning with token ${lookupId} stops.`)
      const revoked = await client().revokeToken({ tenant, connection: id, lookupId })
      show(options.json, revoked, `${revoked.lookupId} is revoked.\n`)
    })
}
