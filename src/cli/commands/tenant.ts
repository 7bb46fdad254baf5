/** tenant: onboard, list, health, show, suspend, resume. */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Failure, Misuse } from '../context.ts'
import { fields, table } from '../output.ts'

type Handover = Awaited<ReturnType<AdminClient['onboardTenant']>>['handover']

interface OnboardOptions {
  readonly label?: string
  readonly kind?: 'okta' | 'entra' | 'other'
  readonly redirectUri?: string[]
  readonly oktaAppName?: string
  readonly admin?: string
  readonly out?: string
  readonly json?: boolean
}

export function addTenantCommands(program: Command, context: Context): void {
  const tenant = program.command('tenant').description('Customers.')
  addOnboarding(tenant, context)
  addReading(tenant, context)
  addSwitching(tenant, context)
}

function addOnboarding(tenant: Command, context: Context): void {
  tenant
    .command('onboard <name>')
    .description('set up a tenant and show, once, what its administrator enters in Okta')
    .option('--label <label>', 'prefix of its fully qualified names; default: the name')
    .addOption(
      new Option('--kind <kind>', 'its identity provider').choices(['okta', 'entra', 'other']),
    )
    .option('--redirect-uri <uri...>', "where its OAuth mode returns to; default: Okta's callbacks")
    .option('--okta-app-name <name>', "the app's name in Okta's callbacks")
    .option('--admin <userName>', 'the administrator who may consent to OAuth provisioning')
    .option('--out <file>', 'write the two-block JSON to a new file, mode 0600')
    .option('--json', 'print the two-block JSON')
    .addHelpText('after', '\nExample:\n  rollcall tenant onboard acme --admin it@acme.example')
    .action((name: string, options: OnboardOptions) => onboard(context, name, options))
}

function addReading(tenant: Command, { client, show, showPage }: Context): void {
  tenant
    .command('list')
    .description('list tenants')
    .option('--search <text>', 'part of a name')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async ({ search, after, limit, json }) => {
      const page = await client().listTenants({ q: search, after, limit })
      const rows = page.items.map((row) => [row.name, row.id, stateOf(row), row.createdAt])
      showPage(
        json,
        page,
        table(['NAME', 'ID', 'STATE', 'CREATED'], rows, 'There are no tenants yet.'),
      )
    })

  tenant
    .command('health')
    .description('show how tenants are, the worst first')
    .option('--search <text>', 'part of a name')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async ({ search, limit, json }) => {
      const overview = await client().readOverview({ q: search, limit })
      const rows = overview.items.map((row) => [
        row.name,
        row.health,
        row.reasons.map(({ code, count }) => (count === 0 ? code : `${count} ${code}`)),
        row.waiting,
        row.signedIn,
        row.refused,
      ])
      const head = ['NAME', 'HEALTH', 'REASONS', 'WAITING', 'SIGNED IN', 'REFUSED']
      show(json, overview, table(head, rows, 'There are no tenants yet.'))
    })

  tenant
    .command('show <tenant>')
    .description('show a tenant, by name or id, and its connections')
    .option('--json', 'for machines')
    .action(async (name: string, { json }) => {
      const shown = await client().readTenant({ tenant: name })
      const connections = shown.connections.map((row) => [
        row.id,
        row.kind,
        row.label,
        row.issuer,
        row.disabledAt === null ? 'enabled' : 'disabled',
      ])
      const head = fields([
        ['Name', shown.name],
        ['Id', shown.id],
        ['Authority', shown.authority],
        ['State', stateOf(shown)],
        ['Created', shown.createdAt],
      ])
      const list = table(['CONNECTION', 'KIND', 'LABEL', 'ISSUER', 'STATE'], connections, '')
      show(json, shown, `${head}\n${list}`)
    })
}

function addSwitching(tenant: Command, { client, show, confirm }: Context): void {
  tenant
    .command('update <tenant>')
    .description('say what its own administrators may')
    .option('--sites-by-administrators', 'they may register sites')
    .option('--no-sites-by-administrators', 'they may not')
    .option('--json', 'for machines')
    .action(async (name: string, { sitesByAdministrators, json }) => {
      if (sitesByAdministrators === undefined)
        throw new Misuse('Give --sites-by-administrators or --no-sites-by-administrators.')
      const shown = await client().changeTenant({ tenant: name, sitesByAdministrators })
      const may = shown.sitesByAdministrators ? 'may' : 'may not'
      show(json, shown, `Administrators of ${shown.name} ${may} register sites.\n`)
    })

  tenant
    .command('suspend <tenant>')
    .description('refuse its provisioning and sign-ins from now on')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (name: string, { yes, json }) => {
      await confirm(yes, `Nobody of tenant "${name}" will be able to sign in.`)
      const shown = await client().suspendTenant({ tenant: name })
      show(json, shown, `${shown.name} is suspended.\n`)
    })

  tenant
    .command('resume <tenant>')
    .description('end a suspension')
    .option('--json', 'for machines')
    .action(async (name: string, { json }) => {
      const shown = await client().resumeTenant({ tenant: name })
      show(json, shown, `${shown.name} is active.\n`)
    })
}

async function onboard(context: Context, name: string, options: OnboardOptions): Promise<void> {
  const { client, show, terminal } = context
  const { out } = options
  // First: the values are shown once, and are lost where they cannot be written.
  if (out !== undefined) makeNew(out)
  const { connection, handover, tenant } = await client()
    .onboardTenant({
      name,
      label: options.label,
      kind: options.kind,
      redirectUris: options.redirectUri,
      oktaAppName: options.oktaAppName,
      adminUserName: options.admin,
    })
    .catch((error: unknown) => {
      if (out !== undefined) rmSync(out)
      throw error
    })
  if (out !== undefined) writeInto(out, handover)
  show(options.json, handover, valuesOf(handover))
  if (options.json === true) return
  terminal.err(`
${tenant.name} is onboarded (${tenant.id}); its people will be named ${connection.label}:…
The client secret and the token are shown this once. Hand them over on a safe way.

In Okta, for provisioning ("Provisioning" > "Integration"):
  SCIM connector base URL     the Base URL. If the underscore is refused, write con- for con_
  Unique identifier field     userName
  Authentication Mode         HTTP Header, and the Token as "Bearer"
                              or OAuth 2.0: the Client ID and Client secret, with
                              ${handover.client.authority}/connect/authorize and …/connect/token
In Okta, for sign-in ("Sign On", an OpenID Connect web application):
  Sign-in redirect URI        ${connection.callbackUrl}
Then enter what Okta shows there: connection set-oidc ${tenant.name} --issuer … --client-id …
`)
}

/** Never over something: the file is made new, for its owner alone. @throws Failure */
function makeNew(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : ''
    throw new Failure(`Nothing is set up: ${file} cannot be made (${why}). Name a new file.`, {
      cause,
    })
  }
}

/** @throws Failure */
function writeInto(file: string, handover: Handover): void {
  try {
    writeFileSync(file, `${JSON.stringify(handover, null, 2)}\n`)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : ''
    throw new Failure(
      `The tenant is onboarded, but its values could not be written (${why}). ` +
        'Mint a token and rotate the client secret to get new ones.',
      { cause },
    )
  }
}

function valuesOf({ client, scim }: Handover): string {
  return fields([
    ['Authority', client.authority],
    ['Client ID', client.clientId],
    ['Client secret', client.clientSecret],
    ['Redirect URI', client.redirectUri],
    ['Scope', client.scope],
    ['Base URL', scim.baseUrl],
    ['Token', scim.token],
  ])
}

function stateOf({ suspendedAt }: { suspendedAt: string | null }): string {
  return suspendedAt === null ? 'active' : `suspended since ${suspendedAt}`
}
