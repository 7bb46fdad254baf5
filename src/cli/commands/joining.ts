/** rule preview-joining: who would be one person, of several connections. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { table } from '../output.ts'

export function addJoiningCommand(rule: Command, { client, show, connectionOf }: Context): void {
  rule
    .command('preview-joining <tenant>')
    .description('show who of several connections would be one person; nothing is changed')
    .requiredOption('--by <rule>', 'whoever it gives the same text for is one person')
    .option('--connections <ids...>', 'the one that leads first; default: all, the oldest first')
    .option('--json', 'for machines')
    .addHelpText('after', EXAMPLE)
    .action(async (tenant: string, { by, connections = [], json }) => {
      const named = await Promise.all(connections.map((id: string) => connectionOf(tenant, id)))
      const preview = await client().previewJoining({ tenant, by, connections: named })
      const { lookedAt, isWhole, without, joined, refused, wouldBeOut, people } = preview
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
        `Of ${lookedAt} looked at${isWhole ? '' : ' (not all there are)'} ${without} have nothing that the rule could compare.` +
          ` ${joined} would be joined, ${wouldBeOut} of them deactivated at one connection; ${refused} stay apart.\n` +
          table(['VALUE', 'WHO', 'WOULD BE'], rows, 'Nobody would be joined.'),
      )
    })
}

const EXAMPLE = `
Example:
  rollcall rule preview-joining acme \\
    --by urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber

The language: docs/guides/rules.md`
