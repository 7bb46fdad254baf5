/** key: create, list, revoke. What programs, this command line among them, are let in by. */
import { type Command, Option } from 'commander'
import { ROLES } from '../../contract/index.ts'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'

export function addKeyCommands(program: Command, context: Context): void {
  const { client, show, confirm, terminal } = context
  const noun = program.command('key').description('Keys of the admin API, for programs.')

  noun
    .command('create <name>')
    .description('make a key, shown once; the name says who or what it is for')
    .addOption(new Option('--role <role>', 'what it may').choices(ROLES).default('operator-read'))
    .option('--tenant <tenant>', 'the tenant it is bound to, for a role of one')
    .option('--days <count>', 'how long it is good, 1 to 730', '90')
    .option('--json', 'for machines')
    .action(async (name: string, { role, tenant, days, json }) => {
      const made = await client().createKey({ name, role, tenant, days: Number(days) })
      const shown = fields([
        ['Key', made.key],
        ['Role', made.role],
        ['Expires', made.expiresAt],
      ])
      show(json, made, shown)
      if (json !== true) terminal.err('It is shown this once.\n')
    })

  noun
    .command('list')
    .description('list the keys of the platform, or of a tenant')
    .option('--tenant <tenant>', 'whose')
    .option('--json', 'for machines')
    .action(async ({ tenant, json }) => {
      const list = await client().listKeys({ tenant })
      const rows = list.items.map((row) => [
        row.id,
        row.name,
        row.role,
        row.state,
        row.expiresAt,
        row.lastUsedAt,
        row.createdBy,
      ])
      const head = ['ID', 'NAME', 'ROLE', 'STATE', 'EXPIRES', 'LAST USED', 'BY']
      show(json, list, table(head, rows, 'There are no keys.'))
    })

  noun
    .command('revoke <id>')
    .description('refuse a key from now on')
    .option('--tenant <tenant>', 'whose')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (key: string, { tenant, yes, json }) => {
      await confirm(yes, `Programs that use ${key} will be refused.`)
      const revoked = await client().revokeKey({ key, tenant })
      show(json, revoked, `${revoked.id} is revoked.\n`)
    })
}
