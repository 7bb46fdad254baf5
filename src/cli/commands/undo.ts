/** sync departures, sync undo: what a run took away, and bringing it back. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { several, table } from '../output.ts'

export function addUndoCommands(sync: Command, { client, show, showPage, confirm }: Context): void {
  sync
    .command('departures <tenant> <run>')
    .description('list who was deactivated by a run, and the memberships it ended')
    .option('--after <position>', 'go on after this')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, run: string, { after, limit, json }) => {
      const list = await client().listDepartures({ tenant, run, after, limit })
      const rows = list.items.map(({ position, identity, member, requestId }) => [
        position,
        member?.fqn ?? identity.fqn,
        member === null ? 'deactivated' : `taken out of ${identity.fqn}`,
        requestId,
      ])
      const head = ['POSITION', 'WHO', 'WHAT', 'REQUEST']
      showPage(json, list, table(head, rows, 'It took nothing away that is gone still.'))
    })

  sync
    .command('undo <tenant> <run>')
    .description('bring back who was deactivated by a run, and the memberships it ended')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, run: string, { yes, json }) => {
      const { items, next } = await client().listDepartures({ tenant, run, limit: MOST_COUNTED })
      const many = next === null ? several(items.length, 'departure') : `More than ${MOST_COUNTED}`
      if (items.length > 0)
        await confirm(yes, `${many} of ${run} will be undone; sync departures lists them.`)
      const undone = await client().undoRun({ tenant, run })
      const people = undone.people === 1 ? '1 person' : `${undone.people} people`
      const memberships = several(undone.memberships, 'membership')
      show(json, undone, `${people} may sign in again; back in groups: ${memberships}.\n`)
    })
}

const MOST_COUNTED = 500
