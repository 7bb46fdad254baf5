/** logout: list. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'

export function addLogouts(logout: Command, { client, show, terminal }: Context): void {
  logout
    .command('list <tenant>')
    .description(
      'list what sites were told of sessions that ended, latest first, with the receipts',
    )
    .option('--site <id>', 'to this site only')
    .option('--identity <id>', 'of this person only')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json, ...query }) => {
      const page = await client().listLogoutNotices({ tenant, ...query })
      const rows = page.items.map((row) => [
        row.createdAt,
        row.siteId,
        row.identityId,
        row.cause,
        row.outcome,
        row.deliveredAt ?? row.nextTryAt,
        row.answer,
      ])
      const head = ['ENDED', 'SITE', 'IDENTITY', 'CAUSE', 'OUTCOME', 'TOLD OR NEXT TRY', 'ANSWER']
      show(json, page, table(head, rows, 'No site had to be told yet.'))
      if (page.next !== null) terminal.err(`More: add --after ${page.next}\n`)
    })
}
