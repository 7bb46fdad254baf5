/** person, group, event: who is there, and what happened to them. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { fields, table } from '../output.ts'

type Whole = Awaited<ReturnType<AdminClient['readIdentity']>>

export function addDirectoryCommands(program: Command, context: Context): void {
  const person = program.command('person').description('People, as sites know them.')
  addReading(person, context, 'person')
  const group = program.command('group').description('Groups, as sites know them.')
  addReading(group, context, 'group')
  addMembers(group, context)
  addEvents(program.command('event').description('What happened to identities.'), context)
}

function addReading(noun: Command, context: Context, kind: 'person' | 'group'): void {
  const { client, show, terminal } = context
  noun
    .command('list <tenant>')
    .description('list them')
    .option('--search <text>', 'part of a name')
    .option('--state <state>', 'active, inactive or deleted')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { search, state, after, limit, json }) => {
      const page = await client().listIdentities({ tenant, q: search, state, after, limit, kind })
      const rows = page.items.map((row) => [row.fqn, row.displayName, row.state, row.id])
      show(json, page, table(['FQN', 'NAME', 'STATE', 'ID'], rows, 'Nobody is found.'))
      if (page.next !== null) terminal.err(`More: add --after ${page.next}\n`)
    })

  noun
    .command('show <tenant> <who>')
    .description('show one, by id or by a present or old fully qualified name')
    .option('--json', 'for machines')
    .action(async (tenant: string, who: string, { json }) => {
      const shown = who.startsWith('idn_')
        ? await client().readIdentity({ tenant, identity: identityId(who) })
        : await client().readIdentityByFqn({ tenant, fqn: who })
      show(json, shown, present(shown))
    })
}

function addMembers(group: Command, { client, show, terminal }: Context): void {
  group
    .command('members <tenant> <group>')
    .description('list the members of a group')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, id: string, { after, limit, json }) => {
      const page = await client().listMembers({ tenant, identity: identityId(id), after, limit })
      const rows = page.items.map((row) => [row.fqn, row.displayName, row.id])
      show(json, page, table(['FQN', 'NAME', 'ID'], rows, 'It has no members.'))
      if (page.next !== null) terminal.err(`More: add --after ${page.next}\n`)
    })
}

function addEvents(event: Command, { client, show, terminal }: Context): void {
  event
    .command('list <tenant>')
    .description('list what happened, in order')
    .option('--after <position>', 'go on after this position', '0')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { after, limit, json }) => {
      const page = await client().listEvents({ tenant, after, limit })
      const rows = page.items.map((row) => [
        row.position,
        row.happenedAt,
        row.kind,
        row.identityId,
        row.otherId,
      ])
      show(
        json,
        page,
        table(['POSITION', 'AT', 'KIND', 'IDENTITY', 'OTHER'], rows, 'Nothing happened since.'),
      )
      if (page.next !== null) terminal.err(`More: add --after ${page.next}\n`)
    })
}

function identityId(text: string): `idn_${string}` {
  if (text.startsWith('idn_')) return text as `idn_${string}`
  throw new Misuse(`"${text}" is not the id of an identity (idn_…).`)
}

function present(shown: Whole): string {
  const names = shown.history.map((row) => [row.fqn, row.validFrom, row.validTo ?? 'now'])
  const groups = shown.groups.map((row) => [row.fqn, row.displayName, row.id])
  return [
    fields([
      ['FQN', shown.fqn],
      ['Id', shown.id],
      ['State', shown.state],
      ['Name', shown.displayName],
      ['E-mail', shown.email],
      ['External id', shown.externalId],
      ['Changed', shown.changedAt],
    ]),
    table(['NAMES IT HAS HAD', 'FROM', 'TO'], names, 'It has had no other names.'),
    table(['GROUPS', 'NAME', 'ID'], groups, 'It is in no group.'),
  ].join('\n')
}
