/** overview: expiring, history, failing-sites. What an operator looks at over all tenants; `tenant health` says how each is. */
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

  noun
    .command('history')
    .description('what the last days were like, over all tenants')
    .option('--days <count>', 'how many, 1 to 90', '14')
    .option('--json', 'for machines')
    .action(async ({ days, json }) => {
      const history = await client().readHistory({ days })
      const rows = history.days.map((day) => [
        ...[day.day, day.requestsOk, day.requestsRefused, day.requestsFailed],
        ...[day.access.p99, day.revoke.p99, day.told.p99],
      ])
      const head = ['DAY', 'OK', 'REFUSED', 'FAILED', 'ACCESS P99 MS', 'REVOKE', 'SITES TOLD']
      show(json, history, table(head, rows, ''))
    })

  noun
    .command('failing-sites')
    .description('sites that do not hear that sessions end')
    .option('--json', 'for machines')
    .action(async ({ json }) => {
      const list = await client().listFailingSites({})
      const rows = list.items.map((site) => [
        ...[site.tenant.name, site.name, site.id],
        ...[site.notices, site.since, site.answer],
      ])
      const head = ['TENANT', 'SITE', 'ID', 'NOTICES', 'SINCE', 'IT SAID']
      show(json, list, table(head, rows, 'Every site hears when a session ends.'))
    })
}
