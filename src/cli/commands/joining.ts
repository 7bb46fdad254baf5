/** rule …-joining: who of several connections is one person, by which rule. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import type { Context } from '../context.ts'
import { printable, table } from '../output.ts'

type Joining = Awaited<ReturnType<AdminClient['readJoining']>>

const BY = ['--by <rule>', 'whoever it gives the same text for is one person'] as const
const CONNECTIONS = [
  '--connections <ids...>',
  'the one that leads first; default: all, the oldest first',
] as const

export function addJoiningCommands(rule: Command, context: Context): void {
  addPreview(rule, context)
  addReading(rule, context)
  addChanging(rule, context)
}

function addPreview(rule: Command, { client, show, connectionOf }: Context): void {
  rule
    .command('preview-joining <tenant>')
    .description('show who of several connections would be one person; nothing is changed')
    .requiredOption(...BY)
    .option(...CONNECTIONS)
    .option('--json', 'for machines')
    .addHelpText('after', exampleOf('preview'))
    .action(async (tenant: string, { by, connections = [], json }) => {
      const named = await Promise.all(connections.map((id: string) => connectionOf(tenant, id)))
      const preview = await client().previewJoining({ tenant, by, connections: named })
      const { people } = preview
      const rows = people.map(({ value, refused: why, sources }) => [
        value,
        sources.map(({ userName, connectionId, isActive }) =>
          [userName, connectionId, ...(isActive ? [] : ['(deactivated)'])].join(' '),
        ),
        why ?? 'one person',
      ])
      show(
        json,
        preview,
        `${countsOf(preview)}\n${table(['VALUE', 'WHO', 'WOULD BE'], rows, 'Nobody would be joined.')}`,
      )
    })
}

function addReading(rule: Command, { client, show }: Context): void {
  rule
    .command('show-joining <tenant>')
    .description('show by which rule people of several connections are one person')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json }) => {
      const shown = await client().readJoining({ tenant })
      const head =
        shown.version === 0
          ? ''
          : `Version ${shown.version}, ${shown.createdAt}, by ${shown.author}\n`
      show(json, shown, `${head}${inWords(shown)}\n`)
    })

  rule
    .command('list-joining <tenant>')
    .description('list the versions of that rule, with who wrote each and when')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'for machines')
    .action(async (tenant: string, { limit, json }) => {
      const list = await client().listJoiningVersions({ tenant, limit })
      const rows = list.items.map((each) => [
        each.version,
        each.createdAt,
        each.author,
        inWords(each),
      ])
      show(json, list, table(['VERSION', 'SINCE', 'BY', 'RULE'], rows, 'There is no rule.'))
    })
}

function addChanging(rule: Command, { client, show, confirm, connectionOf }: Context): void {
  rule
    .command('apply-joining <tenant>')
    .description('join people of several connections by a rule, and whoever is there by a full run')
    .requiredOption(...BY)
    .option('--active <which>', 'all: out at one connection is out; any: in at one is in', 'all')
    .option(...CONNECTIONS)
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .addHelpText('after', exampleOf('apply'))
    .action(async (tenant: string, { by, active, connections: ids = [], yes, json }) => {
      const connections = await Promise.all(ids.map((id: string) => connectionOf(tenant, id)))
      const { version: replaces } = await client().readJoining({ tenant })
      const preview = await client().previewJoining({ tenant, by, connections })
      await confirm(
        yes,
        `${countsOf(preview)} Whoever is joined is signed out once as the other, and in the groups of both.`,
      )
      const applied = await client().applyJoining({ tenant, by, active, connections, replaces })
      show(json, applied, carriedOut(tenant, applied))
    })

  rule
    .command('remove-joining <tenant>')
    .description('take the rule back: everybody is their own again, under the id they had')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, { yes, json }) => {
      const before = await client().readJoining({ tenant })
      await confirm(
        yes,
        `${inWords(before)} Whoever is joined will be two people again, and is signed out.`,
      )
      const applied = await client().applyJoining({ tenant, by: null, replaces: before.version })
      show(json, applied, carriedOut(tenant, applied))
    })
}

function carriedOut(tenant: string, { version, runId }: Joining & { runId: string }): string {
  return `Version ${version} is in force. The full run ${runId} brings along who is there: sync runs ${printable(tenant)}\n`
}

function countsOf({
  lookedAt,
  isWhole,
  without,
  joined,
  wouldBeOut,
  refused,
}: Awaited<ReturnType<AdminClient['previewJoining']>>): string {
  return (
    `Of ${lookedAt} looked at${isWhole ? '' : ' (not all there are)'} ${without} have nothing that the rule could compare.` +
    ` ${joined} would be joined, ${wouldBeOut} of them deactivated at one connection; ${refused} stay apart.`
  )
}

function inWords({ by, active, connections }: Joining): string {
  if (by === null) return 'Nobody is joined.'
  const order = connections.length === 0 ? 'the oldest connection' : connections.join(', then ')
  const access =
    active === 'all' ? 'out at one connection is out' : 'active at one connection is active'
  return `One person is whoever has the same ${by}; ${order} leads; ${access}.`
}

function exampleOf(verb: 'preview' | 'apply'): string {
  return `
Example:
  rollcall rule ${verb}-joining acme \\
    --by urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber

The language: docs/guides/rules.md`
}
