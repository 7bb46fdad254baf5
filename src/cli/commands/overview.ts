/** overview: expiring. What an operator looks at over all tenants; `tenant health` says how each is. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'

export function addOverviewCommands(program: Command, { client, show }: Context): void {
  const noun = program.command('overview').description('What needs somebody, over all tenants.')

  noun
    .command('expiring')
    .description('tokens, secrets and keys that end soon, the first to end first')
    .option('--days <count>', 'within how many days, 1 to 365', '30')
    .option('--json', 'for machines')
    .action(async ({ days, json }) => {
      const list = await client().listExpiring({ days })
      const rows = list.items.map((row) => [
        row.expiresAt,
        row.kind,
        row.tenant?.name ?? 'the platform',
        row.name,
        row.id,
        row.lastUsedAt,
      ])
      const head = ['ENDS', 'WHAT', 'OF', 'NAME', 'ID', 'LAST USED']
      show(json, list, table(head, rows, `Nothing ends within ${days} days.`))
    })
}
