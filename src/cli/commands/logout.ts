/** logout: list. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'
import { identityNamed } from './identity-named.ts'

export function addLogouts(logout: Command, context: Context): void {
  const { client, showPage } = context
  logout
    .command('list <tenant>')
    .description(
      'list what sites were told of sessions that ended, latest first, with the receipts',
    )
    .option('--site <id>', 'to this site only')
    .option('--identity <who>', 'of this person only, by id or fully qualified name')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json, identity: who, ...query }) => {
      const identity = who === undefined ? undefined : await identityNamed(context, tenant, who)
      const page = await client().listLogoutNotices({ tenant, identity, ...query })
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
      showPage(json, page, table(head, rows, 'No site had to be told yet.'))
    })
}
