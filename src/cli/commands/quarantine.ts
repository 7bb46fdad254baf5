/** sync quarantine, its skip and release, and sync retry: what could not be loaded, left out or tried again. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import type { Context } from '../context.ts'
import { table } from '../output.ts'
import { drawLine } from './pipeline.ts'

export function addQuarantineCommands(sync: Command, { client, show }: Context): void {
  const quarantine = sync
    .command('quarantine <tenant>')
    .description('list what could not be loaded, and why')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { limit, json }) => {
      const list = await client().listQuarantine({ tenant, limit })
      const rows = list.items.map((row) => [
        whoOf(row),
        (row.member ?? row.resource).userName,
        row.resourceId,
        row.memberId,
        row.tries,
        row.quarantinedAt,
        row.reason,
        row.skipped && `${row.skipped.reason} (${row.skipped.at})`,
      ])
      const head = [
        'WHO',
        'USER NAME',
        'RESOURCE',
        'MEMBER',
        'TRIES',
        'SINCE',
        'REASON',
        'LEFT OUT BECAUSE',
      ]
      show(json, list, table(head, rows, 'Nothing is in quarantine.'))
    })

  quarantine
    .command('skip <tenant> <resource>')
    .description('leave a quarantined resource out until the identity provider writes it anew')
    .requiredOption('--reason <text>', 'why, for whoever looks next')
    .option('--json', 'for machines')
    .action(async (tenant: string, resource: string, { reason }, command: Command) => {
      // The list has --json, too, and takes it.
      const { json } = command.optsWithGlobals()
      const shown = await client().skipQuarantined({ tenant, resource, reason })
      show(json, shown, `${drawLine(shown)}\n`)
    })

  const release = async (tenant: string, resource: string, _: unknown, command: Command) => {
    const { json } = command.optsWithGlobals()
    const shown = await client().retryQuarantined({ tenant, resource })
    show(json, shown, `${drawLine(shown)}\n`)
  }
  quarantine
    .command('release <tenant> <resource>')
    .description('try a quarantined resource again, one that is left out, too')
    .option('--json', 'for machines')
    .action(release)
  sync
    .command('retry <tenant> <resource>')
    .description('the same as `sync quarantine release`')
    .option('--json', 'for machines')
    .action(release)
}

type Row = Awaited<ReturnType<AdminClient['listQuarantine']>>['items'][number]

/** As the identity provider calls them; as sites do where it does not any more. */
function whoOf({ resource, member }: Row): string | null {
  const nameOf = ({ displayName, userName, identity }: Row['resource']) =>
    displayName ?? userName ?? identity?.fqn ?? null
  return member === null ? nameOf(resource) : `${nameOf(member)} in ${nameOf(resource)}`
}
