/** db: distribute. What is done to the database itself, with the server stopped. */
import type { Command } from 'commander'
import { type Context, type Distribution, Failure } from '../context.ts'
import { table } from '../output.ts'

export function addDbCommands(program: Command, context: Context): void {
  const { show, confirm, terminal, openDistribution } = context
  const db = program
    .command('db')
    .description('The database itself, while no node runs: ROLLCALL_DATABASE_URL, not the server.')

  db.command('distribute')
    .description('spread the tables over a Citus cluster, a tenant whole on one node')
    .option('--dry-run', 'show the plan and change nothing')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async ({ dryRun, yes, json }) => {
      const distribution = await told(openDistribution())
      try {
        const { nodes, placed, steps } = distribution
        const goesOn = dryRun !== true && steps.length > 0
        if (!goesOn || json !== true) show(json, { nodes, placed, steps }, draw(distribution))
        if (!goesOn) return
        await confirm(yes, `${steps.length} steps, over ${nodes} nodes.`)
        for (const [index, step] of steps.entries()) {
          terminal.err(`${index + 1}/${steps.length}  ${ACTS[step.act]} ${step.table}\n`)
          await told(distribution.run(step))
        }
        show(json, { nodes, placed, done: steps }, 'Done. The nodes can be started.\n')
      } finally {
        await distribution.close()
      }
    })
}

/** What is in the way is for whoever runs this to mend: its words, and no stack. */
function told<T>(act: Promise<T>): Promise<T> {
  return act.catch((cause: unknown) => {
    throw new Failure(cause instanceof Error ? cause.message : String(cause), { cause })
  })
}

const ACTS = {
  distribute: 'spread by tenant',
  copy: 'copy to every node',
  reclaim: "take from the coordinator's disk",
} as const

function draw({ nodes, placed, steps }: Distribution): string {
  const rows = steps.map(({ act, table: name, sql }) => [ACTS[act], name, sql])
  const done = placed.length === 0 ? '' : `In place already: ${placed.join(', ')}\n`
  return (
    `${nodes} nodes may hold tenants.\n${done}` +
    table(['STEP', 'TABLE', 'STATEMENT'], rows, 'Nothing to do: every table is in its place.')
  )
}
