/** site: create, list, show, update, disable, enable, remove. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { fields, table } from '../output.ts'

type Shown = Awaited<ReturnType<AdminClient['readSite']>>

export function addSiteCommands(program: Command, context: Context): void {
  const site = program
    .command('site')
    .description('Applications that sign people in through a tenant’s Authority.')
  addMaking(site, context)
  addReading(site, context)
  addChanging(site, context)
}

function addMaking(site: Command, { client, show, terminal }: Context): void {
  site
    .command('create <tenant>')
    .description('register a site and show its client secret, once')
    .requiredOption('--name <name>', 'its name, as people know it')
    .option('--redirect-uri <uri...>', 'where it takes people back')
    .option('--post-logout-redirect-uri <uri...>', 'where it takes people after signing out')
    .option('--backchannel-logout-uri <uri>', 'where it is told that a session ended')
    .option('--gateway-origin <origin>', 'instead of the others, for a site behind the gateway')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const made = await client().createSite({
        tenant,
        name: options.name,
        redirectUris: options.redirectUri,
        postLogoutRedirectUris: options.postLogoutRedirectUri,
        backchannelLogoutUri: options.backchannelLogoutUri,
        gatewayOrigin: options.gatewayOrigin,
      })
      show(options.json, made, fields([...pairsOf(made), ['Client secret', made.clientSecret]]))
      if (options.json !== true && made.clientSecret !== null)
        terminal.err('The client secret is shown this once.\n')
    })
}

function addReading(site: Command, { client, show, terminal }: Context): void {
  site
    .command('list <tenant>')
    .description('list the sites of a tenant')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { after, limit, json }) => {
      const page = await client().listSites({ tenant, after, limit })
      const rows = page.items.map((row) => [row.name, row.id, stateOf(row), row.redirectUris])
      show(
        json,
        page,
        table(['NAME', 'ID', 'STATE', 'REDIRECT URIS'], rows, 'There are no sites yet.'),
      )
      if (page.next !== null) terminal.err(`More: add --after ${page.next}\n`)
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

function addChanging(site: Command, { client, show, confirm }: Context): void {
  site
    .command('update <tenant> <site>')
    .description('change what is given and leave the rest')
    .option('--name <name>', 'its name')
    .option('--redirect-uri <uri...>', 'where it takes people back')
    .option('--post-logout-redirect-uri <uri...>', 'where it takes people after signing out')
    .option('--backchannel-logout-uri <uri>', 'where it is told that a session ended')
    .option('--json', 'for machines')
    .action(async (tenant: string, id: string, options) => {
      const shown = await client().changeSite({
        tenant,
        site: siteId(id),
        name: options.name,
        redirectUris: options.redirectUri,
        postLogoutRedirectUris: options.postLogoutRedirectUri,
        backchannelLogoutUri: options.backchannelLogoutUri,
      })
      show(options.json, shown, fields(pairsOf(shown)))
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
    ['Gateway', shown.gatewayUrl],
  ]
}
