/** invitation: list, revoke. `administrator invite` makes one. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'

export function addInvitationCommands(program: Command, { client, show, confirm }: Context): void {
  const noun = program
    .command('invitation')
    .description('Links by which somebody becomes an administrator.')

  noun
    .command('list')
    .description('list those to the platform, or to a tenant, the latest first')
    .option('--tenant <tenant>', 'whose')
    .option('--json', 'for machines')
    .action(async ({ tenant, json }) => {
      const list = await client().listInvitations({ tenant })
      const rows = list.items.map((row) => [
        row.id,
        row.name,
        row.email,
        row.role,
        row.state,
        row.expiresAt,
      ])
      const head = ['ID', 'NAME', 'E-MAIL', 'ROLE', 'STATE', 'EXPIRES']
      show(json, list, table(head, rows, 'Nobody was invited.'))
    })

  noun
    .command('revoke <id>')
    .description('take an invitation back')
    .option('--tenant <tenant>', 'whose')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (invitation: string, { tenant, yes, json }) => {
      await confirm(yes, `Nobody gets in by ${invitation} any more.`)
      const revoked = await client().revokeInvitation({ invitation, tenant })
      show(json, revoked, `${revoked.id} is revoked.\n`)
    })
}
