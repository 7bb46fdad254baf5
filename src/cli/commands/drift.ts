/** sync drift: what a full run found different, one by one. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import type { Context } from '../context.ts'
import { several, table } from '../output.ts'

type Drifts = Awaited<ReturnType<AdminClient['listDrift']>>

export function addDriftCommand(sync: Command, { client, showPage }: Context): void {
  sync
    .command('drift <tenant> <run>')
    .description('list what a full run found missing, extra or different, and put right')
    .option('--after <position>', 'go on after this')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, run: string, { after, limit, json }) => {
      const list = await client().listDrift({ tenant, run, after, limit })
      const rows = list.items.map((each) => [
        each.position,
        each.was,
        each.event,
        each.identity.fqn,
        each.identity.id,
        whatDiffered(each),
      ])
      const head = ['POSITION', 'WAS', 'EVENT', 'WHO', 'ID', 'WHAT DIFFERED']
      showPage(json, list, table(head, rows, 'It put nothing right.') + summary(list))
    })
}

function whatDiffered({ other, changes }: Drifts['items'][number]): string[] {
  if (other !== null) return [other.fqn, other.id]
  return Object.entries(changes).map(
    ([name, { from, to }]) => `${name}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`,
  )
}

function summary({ found, unrepaired }: Drifts): string {
  const { held, quarantined } = unrepaired
  return (
    `In all: missing ${found.missing}, different ${found.different}, extra ${found.extra};` +
    ` links missing ${found.linksMissing}, extra ${found.linksExtra}.\n` +
    (held > 0 ? `Not put right: the brake holds ${several(held, 'change')} (hold list).\n` : '') +
    (quarantined > 0
      ? `Not put right: ${several(quarantined, 'record')} cannot be loaded (sync quarantine).\n`
      : '')
  )
}
