/** connection: list, show, add, rename, set-oidc, set-redirects, allow-hosts, rotate-secret, and what stands beside this file. */
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'
import { addEndingCommands } from './connection-ending.ts'
import { addConnectionKeyCommands } from './connection-key.ts'
import { addApplicationCommand } from './connection-oidc.ts'
import { pairsOf, pairsOfClient, stateOf } from './connection-shown.ts'
import { addTestCommand } from './connection-test.ts'
import { addDialectCommands } from './dialect.ts'

export function addConnectionCommands(program: Command, context: Context): void {
  const connection = program.command('connection').description("A tenant's identity providers.")
  addReading(connection, context)
  addApplicationCommand(connection, context)
  addSettingUp(connection, context)
  addAllowing(connection, context)
  addNaming(connection, context)
  addTestCommand(connection, context)
  addDialectCommands(connection, context)
  addConnectionKeyCommands(connection, context)
  addEndingCommands(connection, context)
}

function addReading(connection: Command, { client, show, connectionOf }: Context): void {
  connection
    .command('list <tenant>')
    .description('list the connections of a tenant')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json }) => {
      const list = await client().listConnections({ tenant })
      const rows = list.items.map((row) => [row.id, row.kind, row.label, row.issuer, stateOf(row)])
      show(
        json,
        list,
        table(['ID', 'KIND', 'LABEL', 'ISSUER', 'STATE'], rows, 'There are no connections.'),
      )
    })

  connection
    .command('show <tenant>')
    .description('show a connection and its provisioning client')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const shown = await client().readConnection({ tenant, connection: id })
      const ofClient = pairsOfClient(shown.provisioningClient)
      show(options.json, shown, fields([...pairsOf(shown), ...ofClient]))
    })
}

function addSettingUp(connection: Command, context: Context): void {
  const { client, show, connectionOf } = context
  connection
    .command('set-redirects <tenant> <uri...>')
    .description("replace the callbacks of the identity provider's OAuth provisioning mode")
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, provisioningRedirectUris: string[], options) => {
      const id = await connectionOf(tenant, options.connection)
      const shown = await client().changeConnection({
        tenant,
        connection: id,
        provisioningRedirectUris,
      })
      show(options.json, shown, fields(pairsOf(shown)))
    })

  connection
    .command('rotate-secret <tenant>')
    .description('replace the client secret of OAuth provisioning; the old one ends at once')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      await context.confirm(
        options.yes,
        'OAuth provisioning stops until the new secret is entered.',
      )
      const shown = await client().rotateProvisioningSecret({ tenant, connection: id })
      show(
        options.json,
        shown,
        fields([
          ['Client ID', shown.clientId],
          ['Client secret', shown.clientSecret],
        ]),
      )
    })
}

function addAllowing(connection: Command, { client, show, connectionOf }: Context): void {
  connection
    .command('allow-hosts <tenant> [hosts...]')
    .description('what of the inner network its identity provider may be at; none: nothing')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, internalHosts: string[], options) => {
      const id = await connectionOf(tenant, options.connection)
      const shown = await client().allowInternalHosts({ tenant, connection: id, internalHosts })
      show(options.json, shown, fields(pairsOf(shown)))
    })
}

function addNaming(connection: Command, { client, show, connectionOf }: Context): void {
  connection
    .command('add <tenant>')
    .description('add another identity provider and show, once, what its administrator enters')
    .requiredOption('--name <name>', 'what people pick it by')
    .requiredOption('--label <label>', 'prefix of its fully qualified names')
    .addOption(new Option('--kind <kind>', 'its kind').choices(['okta', 'entra', 'other']))
    .option('--redirect-uri <uri...>', "where its OAuth mode returns to; default: Okta's callbacks")
    .option('--okta-app-name <name>', "the app's name in Okta's callbacks")
    .option('--json', 'for machines')
    .action(async (tenant: string, { redirectUri, json, ...options }) => {
      const made = await client().addConnection({ tenant, ...options, redirectUris: redirectUri })
      const { client: oauth, scim } = made.handover
      show(
        json,
        made,
        fields([
          ...pairsOf(made.connection),
          ['OAuth client ID', oauth.clientId],
          ['OAuth client secret', oauth.clientSecret],
          ['Token', scim.token],
        ]),
      )
    })

  connection
    .command('rename <tenant> <name>')
    .description('change what people pick it by')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, name: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const shown = await client().changeConnection({ tenant, connection: id, name })
      show(options.json, shown, fields(pairsOf(shown)))
    })
}
