/** site: create, list, show, update, rotate-secret, disable, enable, remove. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { fields, table } from '../output.ts'
import { addSettings, addTakingAway, settingsOf } from './site-settings.ts'

type Shown = Awaited<ReturnType<AdminClient['readSite']>>

export function addSiteCommands(program: Command, context: Context): void {
  const site = program
    .command('site')
    .description('Applications that sign people in through a tenant’s Authority.')
  addMaking(site, context)
  addReading(site, context)
  addChanging(site, context)
}

function addMaking(site: Command, context: Context): void {
  const { client, show, terminal } = context
  addSettings(site.command('create <tenant>'))
    .description('register a site and show its client secret, once')
    .requiredOption('--name <name>', 'its name, as people know it')
    .option('--gateway-origin <origin>', 'instead of all that, for a site behind the gateway')
    .option('--json', 'for machines')
    .action(async (tenant: string, { name, gatewayOrigin, json, ...words }) => {
      const settings = await settingsOf(words, context)
      const made = await client().createSite({ tenant, ...settings, name, gatewayOrigin })
      show(json, made, fields([...pairsOf(made), ['Client secret', made.clientSecret]]))
      if (json !== true && made.clientSecret !== null) terminal.err(SHOWN_ONCE)
    })

  site
    .command('rotate-secret <tenant> <site>')
    .description(
      'give a site a new client secret, shown once; the one before ends after the overlap',
    )
    .option('--overlap-hours <hours>', 'how long the one before goes on, 0 to 720', '168')
    .option('--json', 'for machines')
    .action(async (tenant: string, id: string, { overlapHours: hours, json }) => {
      const at = { tenant, site: siteId(id), overlapHours: Number(hours) }
      const rotated = await client().rotateSiteSecret(at)
      show(
        json,
        rotated,
        fields([
          ['Client ID', rotated.id],
          ['Client secret', rotated.clientSecret],
          ['The one before ends', rotated.previousSecretEndsAt],
        ]),
      )
      if (json !== true) terminal.err(SHOWN_ONCE)
    })
}

const SHOWN_ONCE = 'The client secret is shown this once.\n'

function addReading(site: Command, { client, show, showPage }: Context): void {
  site
    .command('list <tenant>')
    .description('list the sites of a tenant')
    .option('--search <text>', 'part of a name or of a client id')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { search, after, limit, json }) => {
      const page = await client().listSites({ tenant, q: search, after, limit })
      const rows = page.items.map((row) => [row.name, row.id, stateOf(row), row.redirectUris])
      showPage(
        json,
        page,
        table(['NAME', 'ID', 'STATE', 'REDIRECT URIS'], rows, 'There are no sites yet.'),
      )
    })

  site
    .command('show <tenant> <site>')
    .description('show a site')
    .option('--json', 'for machines')
    .action(async (tenant: string, id: string, { json }) => {
      const shown = await client().readSite({ tenant, site: siteId(id) })
      show(json, shown, fields(pairsOf(shown)))
    })
}

function addChanging(site: Command, context: Context): void {
  const { client, show, confirm } = context
  addTakingAway(addSettings(site.command('update <tenant> <site>')))
    .description('change what is given and leave the rest')
    .option('--name <name>', 'its name')
    .option('--json', 'for machines')
    .action(async (tenant: string, id: string, { json, ...words }) => {
      const change = await settingsOf(words, context)
      const shown = await client().changeSite({ tenant, site: siteId(id), ...change })
      show(json, shown, fields(pairsOf(shown)))
    })

  for (const [word, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const)
    site
      .command(`${word} <tenant> <site>`)
      .description(disabled ? 'sign nobody in there from now on' : 'let people sign in there again')
      .option('--yes', 'do not ask')
      .option('--json', 'for machines')
      .action(async (tenant: string, id: string, { yes, json }) => {
        if (disabled) await confirm(yes, `Nobody will be able to sign in at ${id}.`)
        const shown = await client().changeSite({ tenant, site: siteId(id), disabled })
        show(json, shown, fields(pairsOf(shown)))
      })

  site
    .command('remove <tenant> <site>')
    .description('remove a site for good')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, id: string, { yes, json }) => {
      const { name } = await client().readSite({ tenant, site: siteId(id) })
      await confirm(yes, `The site "${name}" (${id}) and its client secret will be gone.`)
      await client().removeSite({ tenant, site: siteId(id) })
      show(json, { removed: id }, `${name} is removed.\n`)
    })
}

function siteId(text: string): `sit_${string}` {
  if (text.startsWith('sit_')) return text as `sit_${string}`
  throw new Misuse(`"${text}" is not the id of a site (sit_…). List them with: site list`)
}

function stateOf({ disabledAt }: { disabledAt: string | null }): string {
  return disabledAt === null ? 'enabled' : 'disabled'
}

function pairsOf(shown: Shown): (readonly [string, unknown])[] {
  return [
    ['Name', shown.name],
    ['Client ID', shown.id],
    ['Authority', shown.authority],
    ['State', stateOf(shown)],
    ['Redirect URIs', shown.redirectUris],
    ['After signing out', shown.postLogoutRedirectUris],
    ['Back-channel logout', shown.backchannelLogoutUri],
    ['Started from outside at', shown.startUrl],
    ['Shows who it is by', credentialOf(shown)],
    ['Refresh tokens', shown.refreshTokens],
    ['Pushes its requests', shown.parRequired],
    ['Reads the directory', shown.directoryAccess],
    ['Gateway', shown.gatewayUrl],
  ]
}

function credentialOf({ jwks, jwksUri, gatewayUrl }: Shown): string | null {
  if (gatewayUrl !== null) return null
  if (jwks !== null) return `its keys ${jwks.keys.map(({ kid }) => String(kid)).join(', ')}`
  return jwksUri === null ? 'its secret' : `its keys at ${jwksUri}`
}
