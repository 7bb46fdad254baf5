/** connection: keys, rotate-key, set-provisioning: how we show who we are there, and it here. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { fields } from '../output.ts'
import { pairsOfClient } from './connection-shown.ts'
import { keysTable } from './signing-key.ts'
import type { Keys } from './site-settings.ts'

export function addConnectionKeyCommands(connection: Command, context: Context): void {
  addProvisioning(connection, context)
  const { client, show, confirm, connectionOf } = context
  const none = 'There is none: this connection shows who it is by a secret.'
  connection
    .command('keys <tenant>')
    .description('list the keys by which we show its identity provider who we are')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const listed = await client().listConnectionKeys({ tenant, connection: id })
      show(options.json, listed, keysTable(listed, none))
    })

  connection
    .command('rotate-key <tenant>')
    .description('publish the key that signs from tomorrow on')
    .option('--at-once', 'it signs now, and the others are withdrawn: for a key that has leaked')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, { atOnce, ...options }) => {
      const id = await connectionOf(tenant, options.connection)
      if (atOnce === true)
        await confirm(
          options.yes,
          'Nobody signs in until the identity provider has fetched our keys anew.',
        )
      const listed = await client().rotateConnectionKey({ tenant, connection: id, atOnce })
      show(options.json, listed, keysTable(listed, none))
    })
}

function addProvisioning(connection: Command, context: Context): void {
  const { client, show, readObject, connectionOf } = context
  connection
    .command('set-provisioning <tenant>')
    .description('say how its OAuth provisioning client shows who it is, and what it gets')
    .option('--client-credentials', 'tokens by its own credentials, without a consent')
    .option('--no-client-credentials', 'only what an administrator consented to')
    .option(
      '--jwks <file>',
      'its public keys as a JWK set (- for the input), instead of its secret',
    )
    .option('--no-jwks', 'by its secret again')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, { clientCredentials, jwks, ...options }) => {
      const shown = await client().changeProvisioningClient({
        tenant,
        connection: await connectionOf(tenant, options.connection),
        clientCredentials,
        jwks: jwks === false ? null : jwks && (await readObject<Keys>(jwks)),
      })
      show(options.json, shown, fields(pairsOfClient(shown)))
    })
}
