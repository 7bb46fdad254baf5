/** administrator: invite, list, change, reset, remove. Persons who sign in to the console. */
import { type Command, Option } from 'commander'
import { ROLES } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { fields, table } from '../output.ts'

export function addAdministratorCommands(program: Command, context: Context): void {
  const { client, show, showPage, confirm } = context
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
      showLink(context, json, made)
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
      showPage(json, list, table(head, rows, 'There are none yet.'))
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

  addEnds(noun, context)
}

/** What they sign in with, and where they are in. */
function addEnds(noun: Command, context: Context): void {
  const { client, show, confirm } = context
  noun
    .command('reset <id>')
    .description('they have lost what they sign in with: make a one-time link to begin again')
    .option('--tenant <tenant>', 'whose')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (administrator: string, { tenant, yes, json }) => {
      await confirm(
        yes,
        `Nothing that ${administrator} signs in with is good any more, and their sessions end.`,
      )
      showLink(context, json, await client().resetAdministrator({ administrator, tenant }))
    })

  noun
    .command('remove <id>')
    .description('they are no administrator any longer')
    .option('--tenant <tenant>', 'whose')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (administrator: string, { tenant, yes, json }) => {
      await confirm(yes, `${administrator} is removed, and their sessions end.`)
      await client().removeAdministrator({ administrator, tenant })
      show(json, { removed: administrator }, `${administrator} is no administrator any longer.\n`)
    })

  noun
    .command('end-sessions <id>')
    .description('end every session of theirs')
    .option('--tenant <tenant>', 'whose')
    .option('--json', 'for machines')
    .action(async (administrator: string, { tenant, json }) => {
      await client().endSessionsOf({ administrator, tenant })
      show(json, { ended: administrator }, `${administrator} is signed in nowhere.\n`)
    })
}

/** A link is shown once. */
function showLink(
  { show, terminal }: Context,
  json: boolean | undefined,
  made: { readonly url: string; readonly expiresAt: string },
): void {
  const shown = fields([
    ['Link', made.url],
    ['Expires', made.expiresAt],
  ])
  show(json, made, shown)
  if (json !== true) terminal.err('It is shown this once. Hand it over on a safe way.\n')
}
