/** `connection set-oidc`: the application that people sign in through, and what is missing until they can. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { fields, printable } from '../output.ts'
import { pairsOf } from './connection-shown.ts'

export function addApplicationCommand(connection: Command, context: Context): void {
  const { client, show, readInput, connectionOf } = context
  connection
    .command('set-oidc <tenant>')
    .description("enter the customer's OpenID Connect application")
    .requiredOption('--issuer <url>', 'its issuer, exactly as its discovery document says')
    .requiredOption('--client-id <id>', 'its client id')
    .option('--client-secret-file <file>', 'file of its client secret; - reads standard input')
    .option('--private-key', 'show who we are by a signed JWT; give it the JWKS URL')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const file: string | undefined = options.clientSecretFile
      const clientSecret = file === undefined ? undefined : await readInput(file)
      const at = { tenant, connection: await connectionOf(tenant, options.connection) }
      const { issuer, clientId } = await client().readConnection(at)
      const isAnother = issuer !== options.issuer || clientId !== options.clientId
      if (issuer !== null && isAnother)
        await context.confirm(
          options.yes,
          `People sign in through the application ${clientId} of ${issuer} now, and from then on through this one.`,
        )
      const shown = await client().changeConnection({
        ...at,
        oidcApplication: {
          issuer: options.issuer,
          clientId: options.clientId,
          clientSecret,
          ...(options.privateKey === true ? { authentication: 'private_key_jwt' } : {}),
          ...(clientSecret === undefined ? {} : { authentication: 'client_secret' }),
        },
      })
      show(options.json, shown, fields(pairsOf(shown)))
      const named = options.connection === undefined ? '' : ` --connection ${at.connection}`
      await sayWhatIsNext(context, tenant, options.issuer, named)
    })
}

/** An application is of use once a mapping stands for its issuer, and only a sign-in shows that it fits. */
async function sayWhatIsNext(
  { client, terminal }: Context,
  tenant: string,
  issuer: string,
  named: string,
): Promise<void> {
  const { items } = await client().listClaimTypeMappings({ tenant })
  if (!items.some((mapping) => mapping.issuer === issuer))
    terminal.err(
      `${printable(
        `No claim type mapping stands for ${issuer}, so nobody can sign in yet. ` +
          `Make one: rollcall claim-type-mapping create ${tenant} --issuer ${issuer}${named}`,
      )}\n`,
    )
  terminal.err(`${printable(`See whether it fits: rollcall connection test ${tenant}${named}`)}\n`)
}
