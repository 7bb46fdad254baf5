/** log, sign-in, signal, logout, audit: what was asked, tried, told, and done by administrators. */
import { type Command, Option } from 'commander'
import { type Context, Misuse } from '../context.ts'
import { fields, table } from '../output.ts'
import { exportCommand, saveExport } from './export.ts'
import { addProvisioningLog } from './log.ts'
import { addLogouts } from './logout.ts'

export function addLogCommands(program: Command, context: Context): void {
  addProvisioningLog(
    program.command('log').description('SCIM requests and what became of them.'),
    context,
  )
  addSignIns(program.command('sign-in').description('Attempts to sign in.'), context)
  addSignals(
    program.command('signal').description('What identity providers said must end.'),
    context,
  )
  addLogouts(program.command('logout').description('What sites were told.'), context)
  addAudit(program.command('audit').description('Acts of administrators.'), context)
}

function withSignInFilters(command: Command): Command {
  const outcomes = ['started', 'signed-in', 'refused', 'tested']
  return command
    .option('--identity <id>', 'of this person only')
    .addOption(new Option('--outcome <outcome>', 'that ended so').choices(outcomes))
    .option('--code <code>', 'refused with this code')
}

function addSignIns(signIn: Command, context: Context): void {
  const { client, show, terminal } = context
  withSignInFilters(signIn.command('list <tenant>').description('list attempts, latest first'))
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json, ...ask }) => {
      const page = await client().listSignIns({ tenant, ...ask })
      const rows = page.items.map((row) => [
        row.startedAt,
        row.id,
        row.outcome,
        row.code,
        row.identityId,
      ])
      const head = ['STARTED', 'REFERENCE', 'OUTCOME', 'CODE', 'IDENTITY']
      show(json, page, table(head, rows, 'Nobody has tried yet.'))
      if (page.next !== null) terminal.err(`More: add --after ${page.next}\n`)
    })

  withSignInFilters(exportCommand(signIn, 'attempts to sign in')).action(
    async (tenant: string, { identity, outcome, code, format, ...file }) =>
      saveExport(
        context,
        client().exportSignIns({ tenant, identity, outcome, code, format }),
        file,
      ),
  )

  signIn
    .command('show <reference>')
    .description('show one attempt with every step, by the reference on the page')
    .option('--json', 'for machines')
    .action(async (reference: string, { json }) => {
      if (!reference.startsWith('sgn_'))
        throw new Misuse(`"${reference}" is not a reference (sgn_…).`)
      const shown = await client().readSignIn({ reference: reference as `sgn_${string}` })
      const head = fields([
        ['Reference', shown.id],
        ['Tenant', shown.tenantId],
        ['Site', shown.clientId],
        ['Connection', shown.connectionId],
        ['Identity', shown.identityId],
        ['Outcome', shown.outcome],
        ['Code', shown.code],
        ['Started', shown.startedAt],
      ])
      const steps = shown.steps.map((step, index) => [index + 1, step])
      show(json, shown, `${head}\n${table(['', 'STEP'], steps, 'No step was taken.')}`)
    })
}

function addSignals(signal: Command, { client, show, terminal }: Context): void {
  signal
    .command('list <tenant>')
    .description('list what was obeyed, latest first')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'for machines')
    .action(async (tenant: string, { after, limit, json }) => {
      const page = await client().listSignals({ tenant, after, limit })
      const rows = page.items.map((row) => [
        row.receivedAt,
        row.id,
        row.kind,
        row.identityIds,
        row.sessionsEnded,
      ])
      const head = ['RECEIVED', 'SIGNAL', 'KIND', 'IDENTITIES', 'SESSIONS ENDED']
      show(json, page, table(head, rows, 'No identity provider has said so yet.'))
      if (page.next !== null) terminal.err(`More: add --after ${page.next}\n`)
    })
}

function addAudit(audit: Command, { client, show, terminal }: Context): void {
  audit
    .command('list <tenant>')
    .description('list acts, latest first')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { after, limit, json }) => {
      const page = await client().listAudit({ tenant, after, limit })
      const rows = page.items.map((row) => [row.happenedAt, row.actor, row.act, row.object])
      show(json, page, table(['AT', 'WHO', 'ACT', 'OBJECT'], rows, 'Nothing was done yet.'))
      if (page.next !== null) terminal.err(`More: add --after ${page.next}\n`)
    })
}
