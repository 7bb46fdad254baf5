/** `domain`: whose people sign in through which connection. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'

type Shown = Awaited<ReturnType<AdminClient['verifyDomain']>>

export function addDomainCommands(
  program: Command,
  { client, show, confirm, connectionOf }: Context,
): void {
  const domain = program
    .command('domain')
    .description('Whose people sign in through which connection, by their e-mail address.')

  domain
    .command('add <tenant> <domain>')
    .description('claim a domain and show the TXT record that its owner has to publish')
    .option('--connection <id>', 'where its people sign in; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, name: string, options) => {
      const connectionId = await connectionOf(tenant, options.connection)
      const shown = await client().addDomain({ tenant, domain: name, connectionId })
      show(options.json, shown, fields(pairsOf(shown)))
    })

  domain
    .command('verify <tenant> <domain>')
    .description('look for the record in the DNS; from then on its people are sent there')
    .option('--json', 'for machines')
    .action(async (tenant: string, name: string, options) => {
      const shown = await client().verifyDomain({ tenant, domain: name })
      show(options.json, shown, fields(pairsOf(shown)))
    })

  domain
    .command('list <tenant>')
    .description('list the domains of a tenant')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const list = await client().listDomains({ tenant })
      const rows = list.items.map((each) => [each.domain, each.connectionId, stateOf(each)])
      const none = 'There are no domains: people pick where they work.'
      show(options.json, list, table(['DOMAIN', 'CONNECTION', 'STATE'], rows, none))
    })

  domain
    .command('remove <tenant> <domain>')
    .description('give a domain up')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, name: string, { yes, json }) => {
      await confirm(yes, `People of ${name} will be asked where they work.`)
      await client().removeDomain({ tenant, domain: name })
      show(json, { removed: name }, `${name} is given up.\n`)
    })
}

function stateOf({ verifiedAt }: Shown): string {
  return verifiedAt === null ? 'not verified' : `verified ${verifiedAt}`
}

function pairsOf(shown: Shown) {
  return [
    ['Domain', shown.domain],
    ['Connection', shown.connectionId],
    ['State', stateOf(shown)],
    ['TXT record', shown.record.name],
    ['Its value', shown.record.value],
  ] as const
}
