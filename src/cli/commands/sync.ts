/** sync: status, pause, resume, runs, quarantine, retry. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Failure, Misuse } from '../context.ts'
import { printable, table } from '../output.ts'

type Pipeline = Awaited<ReturnType<AdminClient['readSync']>>

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
    .option('--json', 'for machines; one line a look with --follow')
    .action((tenant: string, options) => status(context, tenant, options))

  sync
    .command('pause <tenant>')
    .description('stop loading; what arrives is kept and waits')
    .option('--reason <text>', 'why, for whoever looks next')
    .option('--json', 'for machines')
    .action(async (tenant: string, { reason, json }) => {
      const shown = await client().pauseSync({ tenant, reason })
      show(json, shown, `${draw(shown)}\n`)
    })

  sync
    .command('resume <tenant>')
    .description('go on loading')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json }) => {
      const shown = await client().resumeSync({ tenant })
      show(json, shown, `${draw(shown)}\n`)
    })

  addFullRun(sync, context)
  addHistory(sync, context)
}

function addFullRun(sync: Command, context: Context): void {
  const { client, show } = context
  sync
    .command('run <tenant>')
    .description('look at all of a tenant again and repair what differs: a full run')
    .option('--follow', 'show how far it is until it has ended')
    .option('--json', 'for machines')
    .action(async (tenant: string, { follow, json }) => {
      const begun = await client().startFullRun({ tenant })
      const ended = follow === true ? await followRun(context, tenant, begun.id, json) : begun
      show(json, ended, `${drawRun(ended)}\n`)
    })
}

type Run = Awaited<ReturnType<AdminClient['startFullRun']>>

async function followRun(
  { client, terminal }: Context,
  tenant: string,
  id: string,
  json: boolean | undefined,
): Promise<Run> {
  const live = terminal.interactive && json !== true
  for (;;) {
    const { items } = await client().listRuns({ tenant, limit: 100 })
    const found = items.find((run) => run.id === id)
    if (found === undefined) throw new Failure(`The run ${id} is not among the latest any more.`)
    if (live) terminal.err('\r\u001B[2K')
    if (found.status !== 'running') return found
    if (live) terminal.err(drawRun(found))
    await terminal.wait(500)
  }
}

/** A bar while it runs; then what it found. */
function drawRun(run: Run): string {
  const share = Math.min(1, run.taken / Math.max(1, run.expected ?? run.taken))
  const width = 24
  const done = run.status === 'running' ? Math.floor(share * width) : width
  const bar = `${'█'.repeat(done)}${'░'.repeat(width - done)}`
  const drift =
    `missing ${run.identitiesCreated}, different ${run.identitiesChanged}, extra ${run.identitiesDeleted};` +
    ` links missing ${run.linksAdded}, extra ${run.linksRemoved}`
  return `${run.id} ${run.status} ${bar} ${run.taken} of ${run.expected ?? run.taken}  ${drift}, all repaired`
}

function addHistory(sync: Command, { client, show }: Context): void {
  sync
    .command('runs <tenant>')
    .description('list the latest runs and what each changed')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'for machines')
    .action(async (tenant: string, { limit, json }) => {
      const list = await client().listRuns({ tenant, limit })
      const rows = list.items.map((row) => [
        row.startedAt,
        row.kind,
        row.status,
        row.taken,
        `+${row.identitiesCreated} ~${row.identitiesChanged} -${row.identitiesDeleted}`,
        `+${row.linksAdded} -${row.linksRemoved}`,
        row.quarantined,
        `${row.maxLagMs} ms`,
      ])
      const head = ['STARTED', 'KIND', 'STATUS', 'TAKEN', 'IDENTITIES', 'LINKS', 'STUCK', 'LAG']
      show(json, list, table(head, rows, 'Nothing has been loaded yet.'))
    })

  sync
    .command('quarantine <tenant>')
    .description('list what could not be loaded, and why')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { limit, json }) => {
      const list = await client().listQuarantine({ tenant, limit })
      const rows = list.items.map((row) => [
        row.resourceId,
        row.memberId,
        row.tries,
        row.quarantinedAt,
        row.reason,
      ])
      const head = ['RESOURCE', 'MEMBER', 'TRIES', 'SINCE', 'REASON']
      show(json, list, table(head, rows, 'Nothing is in quarantine.'))
    })

  sync
    .command('retry <tenant> <resource>')
    .description('try a quarantined resource again')
    .option('--json', 'for machines')
    .action(async (tenant: string, resource: string, { json }) => {
      const shown = await client().retryQuarantined({ tenant, resource })
      show(json, shown, `${draw(shown)}\n`)
    })
}

interface StatusOptions {
  readonly follow?: boolean
  readonly untilIdle?: boolean
  readonly json?: boolean
}

async function status(
  { client, terminal, show }: Context,
  tenant: string,
  { follow, untilIdle, json }: StatusOptions,
): Promise<void> {
  if (follow === true && untilIdle === true)
    throw new Misuse('Give one of --follow and --until-idle.')
  const live = follow === true || untilIdle === true
  let shown = await client().readSync({ tenant })
  if (!live) return show(json, shown, `${draw(shown)}\n`)
  let last = ''
  for (;;) {
    const line = json === true ? JSON.stringify(shown) : draw(shown)
    // A person sees one line that lives; a file or a pipe gets a line for each change.
    if (terminal.interactive && json !== true) terminal.out(`\r\u001B[2K${line}`)
    else if (line !== last) terminal.out(`${line}\n`)
    last = line
    if (untilIdle === true && shown.waiting === 0) break
    await terminal.wait(500)
    shown = await client().readSync({ tenant })
  }
  if (terminal.interactive && json !== true) terminal.out('\n')
}

/** The pipeline on one line, in the direction of the data. */
function draw({ received, waiting, loaded, quarantined, ...rest }: Pipeline): string {
  const lag = rest.lagMs === 0 ? '' : `  lag ${duration(rest.lagMs)}`
  const p99 = rest.p99LagMs === null ? '' : `  p99 ${duration(rest.p99LagMs)}`
  const paused = rest.paused ? `  PAUSED: ${printable(rest.pausedReason ?? 'no reason given')}` : ''
  return (
    `received ${received.people} people, ${received.groups} groups, ${received.members} members` +
    ` → waiting ${waiting}` +
    ` → loaded ${loaded.people} people, ${loaded.groups} groups, ${loaded.links} links` +
    `  quarantined ${quarantined}${lag}${p99}${paused}`
  )
}

function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`
}
