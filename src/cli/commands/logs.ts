/** log, sign-in, signal, logout, audit: what was asked, tried, told, and done by administrators. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'
import { addProvisioningLog } from './log.ts'
import { addLogouts } from './logout.ts'
import { addSignIns } from './sign-in.ts'

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

function addSignals(signal: Command, { client, showPage }: Context): void {
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
      showPage(json, page, table(head, rows, 'No identity provider has said so yet.'))
    })
}

function addAudit(audit: Command, { client, showPage }: Context): void {
  audit
    .command('list [tenant]')
    .description('list acts, latest first; without a tenant those that are of none')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string | undefined, { after, limit, json }) => {
      const page =
        tenant === undefined
          ? await client().listPlatformAudit({ after, limit })
          : await client().listAudit({ tenant, after, limit })
      const rows = page.items.map((row) => [
        row.happenedAt,
        row.actor,
        row.actorName,
        row.act,
        row.object,
      ])
      const head = ['AT', 'WHO', 'NAME', 'ACT', 'OBJECT']
      showPage(json, page, table(head, rows, 'Nothing was done yet.'))
    })
}
