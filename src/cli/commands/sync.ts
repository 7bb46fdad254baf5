/** sync: status, pause, resume, run, runs; what is set aside is in `quarantine.ts`, what is held in `hold.ts`, undoing in `undo.ts`. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'
import { drawLine, drawRun, type Run } from './pipeline.ts'
import { addDriftCommand } from './drift.ts'
import { addHoldCommands } from './hold.ts'
import { addQuarantineCommands } from './quarantine.ts'
import { status } from './sync-status.ts'
import { addUndoCommands } from './undo.ts'

export function addSyncCommands(program: Command, context: Context): void {
  const { client, show } = context
  const sync = program
    .command('sync')
    .description('The way of the data: received, waiting, loaded.')

  sync
    .command('status <tenant>')
    .description('show how far the data has come')
    .option('--follow', 'keep showing it until interrupted')
    .option('--until-idle', 'keep showing it until nothing waits')
    .option('--json', 'for machines; with --follow an event a line')
    .action((tenant: string, options) => status(context, tenant, options))

  sync
    .command('pause <tenant>')
    .description('stop loading; what arrives is kept and waits')
    .option('--reason <text>', 'why, for whoever looks next')
    .option('--json', 'for machines')
    .action(async (tenant: string, { reason, json }) => {
      const shown = await client().pauseSync({ tenant, reason })
      show(json, shown, `${drawLine(shown)}\n`)
    })

  sync
    .command('resume <tenant>')
    .description('go on loading')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json }) => {
      const shown = await client().resumeSync({ tenant })
      show(json, shown, `${drawLine(shown)}\n`)
    })

  addFullRun(sync, context)
  addHistory(sync, context)
  addDriftCommand(sync, context)
  addQuarantineCommands(sync, context)
  addHoldCommands(sync, context)
  addUndoCommands(sync, context)
}

function addFullRun(sync: Command, context: Context): void {
  const { client, show } = context
  const begin = async (tenant: string, _: unknown, command: Command) => {
    // Its kind takes no options of its own.
    const { withSkipped, follow, json } = command.optsWithGlobals()
    const begun = await client().startFullRun({ tenant, withSkipped })
    const ended = follow === true ? await followRun(context, tenant, begun.id, json) : begun
    show(json, ended, `${drawRun(ended)}\n`)
  }
  const run = sync
    .command('run <tenant>')
    .description('look at all of a tenant again and repair what differs: a full run')
    .option('--with-skipped', 'try what is left out of the quarantine again, too')
    .option('--follow', 'show how far it is until it has ended')
    .option('--json', 'for machines')
    .action(begin)
  run
    .command('full <tenant>')
    .description('the same, named by its kind; a tenant called "full" is given by its id')
    .action(begin)
}

async function followRun(
  { client, terminal }: Context,
  tenant: string,
  id: string,
  json: boolean | undefined,
): Promise<Run> {
  const live = terminal.interactive && json !== true
  for (;;) {
    const found = await client().readRun({ tenant, run: id })
    if (live) terminal.err('\r\u001B[2K')
    if (found.status !== 'running') return found
    if (live) terminal.err(drawRun(found))
    await terminal.wait(500)
  }
}

function addHistory(sync: Command, { client, showPage }: Context): void {
  sync
    .command('runs <tenant>')
    .description('list the runs, the latest first, and what each changed')
    .option('--after <id>', 'go on after this run')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'for machines')
    .action(async (tenant: string, { after, limit, json }) => {
      const list = await client().listRuns({ tenant, after, limit })
      const rows = list.items.map((row) => [
        row.startedAt,
        row.kind,
        row.status,
        row.taken,
        `+${row.identitiesCreated} ~${row.identitiesChanged} -${row.identitiesDeleted}`,
        `+${row.linksAdded} -${row.linksRemoved}`,
        row.quarantined,
        `${row.maxLagMs} ms`,
        row.id,
      ])
      const head = [
        ...['STARTED', 'KIND', 'STATUS', 'TAKEN', 'IDENTITIES', 'LINKS', 'STUCK', 'LAG', 'RUN'],
      ]
      showPage(json, list, table(head, rows, 'Nothing has been loaded yet.'))
    })
}
