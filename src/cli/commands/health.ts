/** health: how the service itself is. How each tenant is says `tenant health`. */
import type { Command } from 'commander'
import { type Context, Failure } from '../context.ts'
import { table } from '../output.ts'

const MARKS = { ok: 'ok', attention: 'LOOK', failing: 'BAD' } as const
const MB = 1e6

export function addHealthCommand(program: Command, { client, show }: Context): void {
  program
    .command('health')
    .description('how the service itself is: nodes, database, queues; exit 1 when something fails')
    .option('--json', 'for machines')
    .action(async ({ json }) => {
      const health = await client().readHealth({})
      const checks = health.checks.flatMap(({ name, verdict, seen, next }) => [
        [MARKS[verdict], name, seen],
        ...(next === null ? [] : [['', '', `→ ${next}`]]),
      ])
      const nodes = health.nodes.map((node) => [
        node.name,
        ...[node.version, node.startedAt, node.lost ? `lost, last ${node.seenAt}` : node.seenAt],
        `${Math.round(node.rssBytes / MB)} MB`,
        `${node.loopDelayMs} ms`,
        `${node.connectionsBusy}/${node.connectionsMost}, ${node.transactionsWaiting} wait`,
      ])
      const head = ['NODE', 'RELEASE', 'STARTED', 'SEEN', 'MEMORY', 'LOOP LATE', 'CONNECTIONS']
      const human = [
        table(['', 'WHAT', 'SEEN'], checks, 'Nothing was looked at.'),
        table(head, nodes, 'No node was seen.'),
      ]
      show(json, health, human.join('\n'))
      const bad = health.checks.filter(({ verdict }) => verdict === 'failing')
      if (bad.length > 0) throw new Failure(`Failing: ${bad.map(({ name }) => name).join(', ')}.`)
    })
}
