/** administrator: invite, list, change. Persons who sign in to the console. */
import { type Command, Option } from 'commander'
import { ROLES } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { fields, table } from '../output.ts'

export function addAdministratorCommands(program: Command, context: Context): void {
  const { client, show, confirm, terminal } = context
  const noun = program
    .command('administrator')
    .description('Persons who administer the platform, or a tenant.')

  noun
    .command('invite <email>')
    .description('make a one-time link, shown once, by which somebody becomes one')
    .requiredOption('--name <name>', 'what they are called')
    .addOption(new Option('--role <role>', 'what they may').choices(ROLES).makeOptionMandatory())
    .option('--tenant <tenant>', 'the tenant they are bound to, for a role of one')
    .option('--json', 'for machines')
    .action(async (email: string, { name, role, tenant, json }) => {
      const made = await client().inviteAdministrator({ email, name, role, tenant })
      const shown = fields([
        ['Link', made.url],
        ['Expires', made.expiresAt],
      ])
      show(json, made, shown)
      if (json !== true) terminal.err('It is shown this once. Hand it over on a safe way.\n')
    })

  noun
    .command('list')
    .description('list those of the platform, or of a tenant')
    .option('--tenant <tenant>', 'whose')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async ({ tenant, after, limit, json }) => {
      const list = await client().listAdministrators({ tenant, after, limit })
      const rows = list.items.map((row) => [
        row.id,
        row.name,
        row.email,
        row.role,
        row.disabledAt === null ? 'enabled' : `disabled since ${row.disabledAt}`,
        row.lastSignedInAt,
      ])
      const head = ['ID', 'NAME', 'E-MAIL', 'ROLE', 'STATE', 'LAST SIGNED IN']
      show(json, list, table(head, rows, 'There are none yet.'))
      if (list.next !== null) terminal.err(`More: add --after ${list.next}\n`)
    })

  noun
    .command('change <id>')
    .description('give another role, or disable and enable; their sessions end')
    .option('--tenant <tenant>', 'whose')
    .addOption(new Option('--role <role>', 'what they may from now on').choices(ROLES))
    .option('--disable', 'let them in no more')
    .option('--enable', 'let them in again')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (administrator: string, options) => {
      const { tenant, role, disable, enable, yes, json } = options
      if ((disable === true) === (enable === true) && role === undefined)
        throw new Misuse('Say what to change: --role, --disable or --enable.')
      await confirm(yes, `The rights of ${administrator} change, and their sessions end.`)
      const disabled = disable === true ? true : enable === true ? false : undefined
      const changed = await client().changeAdministrator({ administrator, tenant, role, disabled })
      show(json, changed, `${changed.name} is ${changed.role}.\n`)
    })
}
