/** schema: list, declare, remove. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'

export function addSchemaCommands(program: Command, context: Context): void {
  const { client, show, confirm, connectionOf, readObject } = context
  const schema = program
    .command('schema')
    .description('Extension schemas: attributes of your own beside the standard ones.')

  schema
    .command('list <tenant>')
    .description('list the extension schemas of a connection')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, { connection, json }) => {
      const id = await connectionOf(tenant, connection)
      const list = await client().listExtensionSchemas({ tenant, connection: id })
      show(json, list, tableOf(list.items))
    })

  schema
    .command('declare <tenant>')
    .description('declare an extension schema from a file')
    .requiredOption('--file <path>', 'JSON with id, name and attributes; - for standard input')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\nExample of a file:\n  { "id": "urn:acme:User", "name": "Acme",' +
        ' "attributes": [{ "name": "costCenterCode" }, { "name": "badge", "type": "integer" }] }',
    )
    .action(async (tenant: string, { file, connection, json }) => {
      const id = await connectionOf(tenant, connection)
      const declaration = await readObject<Declared>(file)
      const made = await client().declareExtensionSchema({
        ...declaration,
        tenant,
        connection: id,
      })
      show(json, made, tableOf([made]))
    })

  schema
    .command('remove <tenant> <urn>')
    .description('remove an extension schema; what resources carry of it stays until written again')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, urn: string, { connection, yes, json }) => {
      const id = await connectionOf(tenant, connection)
      await confirm(yes, `What ${urn} names will be left out of writes to ${id}.`)
      await client().removeExtensionSchema({ tenant, connection: id, urn })
      show(json, { removed: urn }, `${urn} is removed.\n`)
    })
}

type Declaration = Parameters<ReturnType<Context['client']>['declareExtensionSchema']>[0]

type Declared = Omit<Declaration, 'tenant' | 'connection'>

function tableOf(
  items: readonly {
    resourceType: string
    schema: { id: string; name: string; attributes: readonly Record<string, unknown>[] }
  }[],
): string {
  return table(
    ['URN', 'OF', 'NAME', 'ATTRIBUTES'],
    items.map(({ resourceType, schema: { id, name, attributes } }) => [
      id,
      resourceType,
      name,
      attributes.map((each) => String(each['name'])).join(', '),
    ]),
    'This connection declares no extension.',
  )
}
