/** token: list, mint, revoke. What SCIM requests of a connection are let in by: static tokens and grants of OAuth. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'

export function addTokenCommands(program: Command, context: Context): void {
  const { client, show, confirm, connectionOf, terminal } = context
  const noun = program.command('token').description('SCIM tokens and OAuth grants of a connection.')

  noun
    .command('list <tenant>')
    .description('list the tokens and OAuth grants that a connection has had')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const list = await client().listTokens({ tenant, connection: id })
      const rows = list.items.map((row) => [
        row.id,
        row.kind,
        row.state,
        row.createdAt,
        row.expiresAt,
        row.lastUsedAt,
        row.lastUsedFrom,
        row.allowedBy,
      ])
      const head = ['ID', 'KIND', 'STATE', 'CREATED', 'EXPIRES', 'LAST USED', 'FROM', 'ALLOWED BY']
      show(options.json, list, table(head, rows, 'There are no tokens and no grants.'))
    })

  noun
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

  noun
    .command('revoke <tenant> <id>')
    .description('refuse a token, or all that was issued for a grant, from now on')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, token: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      await confirm(options.yes, `Provisioning with ${token} stops.`)
      const revoked = await client().revokeToken({ tenant, connection: id, token })
      show(options.json, revoked, `${revoked.id} is revoked.\n`)
    })
}
