/** person, group, event: who is there, and what happened to them. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'
import { exportCommand, saveExport } from './export.ts'
import { instantOf } from './given.ts'
import { identityNamed } from './identity-named.ts'
import { addSessionCommands } from './person-sessions.ts'

type Whole = Awaited<ReturnType<AdminClient['readIdentity']>>

export function addDirectoryCommands(program: Command, context: Context): void {
  const person = program.command('person').description('People, as sites know them.')
  addReading(person, context, 'person')
  addGroups(person, context)
  addSessionCommands(person, context)
  const group = program.command('group').description('Groups, as sites know them.')
  addReading(group, context, 'group')
  addMembers(group, context)
  addEvents(program.command('event').description('What happened to identities.'), context)
}

function addReading(noun: Command, context: Context, kind: 'person' | 'group'): void {
  const { client, show, showPage, terminal } = context
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
      showPage(json, page, table(['FQN', 'NAME', 'STATE', 'ID'], rows, 'Nobody is found.'))
    })

  exportCommand(noun, kind === 'person' ? 'people' : 'groups')
    .option('--search <text>', 'part of a name')
    .option('--state <state>', 'active, inactive or deleted')
    .action(async (tenant: string, { search, state, format, ...file }) => {
      const asked = { tenant, q: search, state, format }
      const { exportPeople, exportGroups } = client()
      const bytes = kind === 'person' ? exportPeople(asked) : exportGroups(asked)
      await saveExport(context, bytes, file)
    })

  noun
    .command('show <tenant> <who>')
    .description('show one, by id or by a present or old fully qualified name')
    .option('--as-of <instant>', 'as it was then, such as 2026-11-02T09:00:00Z')
    .option('--json', 'for machines')
    .action(async (tenant: string, who: string, { asOf, json }) => {
      const identity = await identityNamed(context, tenant, who)
      const shown = await client().readIdentity({
        tenant,
        identity,
        asOf: instantOf('--as-of', asOf),
      })
      show(json, shown, present(shown))
    })

  noun
    .command('events <tenant> <who>')
    .description('what happened to one, the latest first, with the request that began it')
    .option('--before <position>', 'go on before this position')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, who: string, { before, limit, json }) => {
      const identity = await identityNamed(context, tenant, who)
      const page = await client().listEventsOf({ tenant, identity, before, limit })
      const rows = page.items.map((row) => [
        row.position,
        row.happenedAt,
        row.kind,
        row.identityId === identity ? row.otherId : row.identityId,
        Object.keys(row.changes),
        row.requestId,
      ])
      const head = ['POSITION', 'AT', 'KIND', 'OTHER', 'CHANGED', 'REQUEST']
      show(json, page, table(head, rows, 'Nothing has happened to it.'))
      if (page.next !== null) terminal.err(`More: add --before ${page.next}\n`)
    })
}

function addMembers(group: Command, context: Context): void {
  const { client, showPage } = context
  group
    .command('members <tenant> <group>')
    .description('list the members of a group, by id or by fully qualified name')
    .option('--as-of <instant>', 'those it had then, such as 2026-11-02T09:00:00Z')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, who: string, { asOf, after, limit, json }) => {
      const identity = await identityNamed(context, tenant, who)
      const at = instantOf('--as-of', asOf)
      const page = await client().listMembers({ tenant, identity, after, limit, asOf: at })
      const rows = page.items.map((row) => [row.fqn, row.displayName, row.id])
      showPage(json, page, table(['FQN', 'NAME', 'ID'], rows, 'It has no members.'))
    })
}

function addGroups(person: Command, context: Context): void {
  const { client, showPage } = context
  person
    .command('groups <tenant> <who>')
    .description('list the groups that somebody is in, by id or by fully qualified name')
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, who: string, { after, limit, json }) => {
      const identity = await identityNamed(context, tenant, who)
      const page = await client().listGroupsOf({ tenant, identity, after, limit })
      const rows = page.items.map((row) => [row.fqn, row.displayName, row.id])
      showPage(json, page, table(['FQN', 'NAME', 'ID'], rows, 'In no group.'))
    })
}

function addEvents(event: Command, { client, show, showPage, terminal }: Context): void {
  event
    .command('latest <tenant>')
    .description('list what happened last, the latest first, by the names of today')
    .option('--before <position>', 'go on before this position')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { before, limit, json }) => {
      const page = await client().listLatestEvents({ tenant, before, limit })
      const rows = page.items.map((row) => [
        row.position,
        row.happenedAt,
        row.kind,
        row.identity?.fqn ?? row.identityId,
        row.other?.fqn ?? row.otherId,
        row.requestId,
      ])
      const head = ['POSITION', 'AT', 'KIND', 'WHO', 'OTHER', 'REQUEST']
      show(json, page, table(head, rows, 'Nothing has happened yet.'))
      if (page.next !== null) terminal.err(`More: add --before ${page.next}\n`)
    })

  event
    .command('list <tenant>')
    .description('list what happened, in order')
    .option(
      '--after <position>',
      'go on after this position; default: from the first on that is kept',
    )
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
      showPage(
        json,
        page,
        table(['POSITION', 'AT', 'KIND', 'IDENTITY', 'OTHER'], rows, 'Nothing happened since.'),
      )
    })
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
