/** audit: list, verify, keys. */
import type { Command } from 'commander'
import { type AuditVerification, breakInWords, verifyAuditLog } from '../../contract/index.ts'
import { type Context, Failure } from '../context.ts'
import { fields, table } from '../output.ts'

export function addAuditCommands(program: Command, context: Context): void {
  const { client, show, showPage, terminal } = context
  const audit = program.command('audit').description('Acts of administrators.')

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
        row.address,
        row.outcome === 'done' ? row.act : `${row.act} (refused)`,
        row.object,
      ])
      const head = ['AT', 'WHO', 'NAME', 'FROM', 'ACT', 'OBJECT']
      showPage(json, page, table(head, rows, 'Nothing was done yet.'))
    })

  audit
    .command('verify [tenant]')
    .description('whether the log is as it was written; without a tenant that of acts of none')
    .option(
      '--checkpoint <file>',
      'compare it with a checkpoint that was kept, too; - reads it from the input',
    )
    .option('--json', 'for machines')
    .addHelpText('after', KEEPING)
    .action(async (tenant: string | undefined, options) => {
      const kept = options.checkpoint
      const checkpoint = kept === undefined ? undefined : await context.readInput(kept)
      const found = await verifyAuditLog(
        (after) =>
          tenant === undefined
            ? client().verifyPlatformAudit({ after, checkpoint })
            : client().verifyAudit({ tenant, after, checkpoint }),
        (entries) => terminal.interactive && terminal.err(`${entries} entries so far …\n`),
      )
      show(options.json, found, describe(found))
      if (found.broken !== null) throw new Failure(breakInWords(found.broken))
    })

  audit
    .command('keys')
    .description('what checkpoints are signed with, as a JWK Set')
    .action(async () => {
      const { items: keys } = await client().listAuditKeys({})
      show(true, { keys }, '')
    })
}

const KEEPING = `
Of each log that has grown a checkpoint is signed once a day. One that is kept elsewhere shows later on that nothing
was taken away up to there:
  rollcall audit verify acme --json | jq -r .latest.jws > acme.jws
  rollcall audit verify acme --checkpoint acme.jws`

function describe({ entries, checkpoints, unlinked, latest }: AuditVerification): string {
  return fields([
    ['Entries as written', entries],
    ['Checkpoints among them', checkpoints],
    ['From before the chain', unlinked],
    ['Latest checkpoint', latest && `of entry ${latest.position}, ${latest.signedAt}`],
  ])
}
