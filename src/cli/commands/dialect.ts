/** connection dialect, connection set-dialect. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { table } from '../output.ts'

type Dialect = Awaited<ReturnType<AdminClient['readDialect']>>

export function addDialectCommands(connection: Command, context: Context): void {
  const { client, show, connectionOf } = context
  connection
    .command('dialect <tenant>')
    .description('show which departures from the RFC are undone for a connection')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const dialect = await client().readDialect({ tenant, connection: id })
      show(options.json, dialect, tableOf(dialect))
    })

  connection
    .command('set-dialect <tenant>')
    .description('switch rewrites off and on, or make a connection strict')
    .option('--off <rewrite...>', 'switch these off, beside those that are')
    .option('--on <rewrite...>', 'switch these on again')
    .option('--strict', 'no rewrite, and unknown attributes are refused')
    .option('--forgiving', 'no longer strict')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const { off = [], on = [], strict, forgiving } = options
      if (strict === true && forgiving === true)
        throw new Misuse('A connection is --strict or --forgiving, not both.')
      const id = await connectionOf(tenant, options.connection)
      const before = await client().readDialect({ tenant, connection: id })
      const names = new Set([...before.off, ...off])
      for (const name of on) names.delete(name)
      const dialect = await client().changeDialect({
        tenant,
        connection: id,
        off: [...names],
        ...(strict === true ? { strict: true } : forgiving === true ? { strict: false } : {}),
      })
      show(options.json, dialect, tableOf(dialect))
    })
}

function tableOf({ strict, off, rewrites }: Dialect): string {
  const stateOf = (name: string) => (strict ? 'strict' : off.includes(name) ? 'off' : 'on')
  return table(
    ['REWRITE', 'STATE', 'SENT BY'],
    rewrites.map(({ name, clients }) => [name, stateOf(name), clients.join(', ')]),
    'There are no rewrites.',
  )
}
