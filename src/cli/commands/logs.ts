/** log, sign-in, signal, logout: what was asked, tried and told. */
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
