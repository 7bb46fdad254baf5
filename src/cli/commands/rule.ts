/** rule: show, list, preview, apply, restore; what joins people is in `joining.ts`. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { addJoiningCommands } from './joining.ts'
import { type Context, Misuse } from '../context.ts'
import { printable, table } from '../output.ts'

type Version = Awaited<ReturnType<AdminClient['readRules']>>
type RuleSet = Version['rules']
type Preview = Awaited<ReturnType<AdminClient['previewRules']>>

export function addRuleCommands(program: Command, context: Context): void {
  const rule = program
    .command('rule')
    .description('Rules: what the people and groups of a connection are called, shown and told as.')
  addReading(rule, context)
  addChanging(rule, context)
  addJoiningCommands(rule, context)
}

function addReading(rule: Command, { client, show, connectionOf, readObject }: Context): void {
  rule
    .command('show <tenant>')
    .description('show the rules in force')
    .option('--version <number>', 'another version')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines; its "rules" is a file to preview and apply')
    .action(async (tenant: string, { version, connection, json }) => {
      const at = { tenant, connection: await connectionOf(tenant, connection) }
      const shown = await (version === undefined
        ? client().readRules(at)
        : client().readRuleVersion({ ...at, version: numberOf(version) }))
      show(json, shown, tableOf(shown))
    })

  rule
    .command('list <tenant>')
    .description('list the versions, with who wrote each and when')
    .option('--limit <count>', 'how many', '20')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .action(async (tenant: string, { limit, connection, json }) => {
      const at = { tenant, connection: await connectionOf(tenant, connection) }
      const list = await client().listRuleVersions({ ...at, limit })
      const rows = list.items.map(({ version, author, createdAt, rules }) => [
        version,
        createdAt,
        author,
        linesOf(rules).length,
      ])
      show(json, list, table(['VERSION', 'SINCE', 'BY', 'RULES'], rows, 'There are no rules.'))
    })

  rule
    .command('preview <tenant>')
    .description('show what rules would make of the people that are there; nothing is changed')
    .requiredOption('--file <path>', 'JSON with the rules by place; - for standard input')
    .option('--person <name>', 'somebody to show in any case')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .addHelpText('after', EXAMPLE)
    .action(async (tenant: string, { file, person, connection, json }) => {
      const at = { tenant, connection: await connectionOf(tenant, connection) }
      const rules = await readObject<RuleSet>(file)
      const preview = await client().previewRules({ ...at, rules, person })
      show(json, preview, drawPreview(preview))
    })
}

function addChanging(rule: Command, context: Context): void {
  const { client, connectionOf, readObject } = context
  rule
    .command('apply <tenant>')
    .description('put rules in force, and bring along who is there by a full run')
    .requiredOption('--file <path>', 'JSON with the rules by place; - for standard input')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .addHelpText('after', EXAMPLE)
    .action(async (tenant: string, { file, connection, ...options }) => {
      const at = { tenant, connection: await connectionOf(tenant, connection) }
      await apply(context, at, await readObject<RuleSet>(file), options)
    })

  rule
    .command('restore <tenant> <version>')
    .description('put an older version in force again; 0 is none')
    .option('--connection <id>', 'which; default: the only one')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, version: string, { connection, ...options }) => {
      const at = { tenant, connection: await connectionOf(tenant, connection) }
      const { rules } = await client().readRuleVersion({ ...at, version: numberOf(version) })
      await apply(context, at, rules, options)
    })
}

async function apply(
  { client, show, confirm }: Context,
  at: { tenant: string; connection: `con_${string}` },
  rules: RuleSet,
  { yes, json }: { yes?: boolean; json?: boolean },
): Promise<void> {
  const { version: replaces } = await client().readRules(at)
  const { lookedAt, wouldChange, refused } = await client().previewRules({ ...at, rules })
  await confirm(
    yes,
    `Of ${lookedAt} looked at ${wouldChange} would change and ${refused} could not be loaded.`,
  )
  const applied = await client().applyRules({ ...at, rules, replaces })
  show(
    json,
    applied,
    `Version ${applied.version} is in force. The full run ${applied.runId} brings along who is there: sync runs ${printable(at.tenant)}\n`,
  )
}

const EXAMPLE = `
Example of a file:
  { "name": "lower(userName)",
    "displayName": "join(\\" \\", name.givenName, name.familyName)",
    "properties": { "phoneNumbers": null } }

The language: docs/guides/rules.md`

function numberOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Misuse(`A version is a number, not "${text}".`)
}

function linesOf({ properties = {}, roles = {}, ...places }: RuleSet): [string, string][] {
  return [
    ...Object.entries(places).map(([place, text]): [string, string] => [place, text ?? '']),
    ...Object.entries(properties).map(([name, text]): [string, string] => [
      `properties.${name}`,
      text ?? '(left out)',
    ]),
    ...Object.entries(roles).map(([role, groups]): [string, string] => [
      `roles.${role}`,
      groups.join(', '),
    ]),
  ]
}

function tableOf({ version, author, createdAt, rules }: Version): string {
  const head = version === 0 ? '' : `Version ${version}, ${createdAt}, by ${author}\n`
  return head + table(['PLACE', 'RULE'], linesOf(rules), 'There are no rules: all is as without.')
}

function drawPreview({ lookedAt, wouldChange, refused, people }: Preview): string {
  const rows = people.flatMap(({ fqn, resourceId, refused: why, changes }) => {
    const who = fqn ?? resourceId
    if (why !== null) return [[who, 'REFUSED', null, why]]
    const changed = Object.entries(changes).map(([attribute, { from, to }]) => [
      who,
      attribute,
      textOf(from),
      textOf(to),
    ])
    return changed.length > 0 ? changed : [[who, 'nothing changes', null, null]]
  })
  return (
    `Of ${lookedAt} looked at ${wouldChange} would change and ${refused} could not be loaded.\n` +
    table(['WHO', 'WHAT', 'BEFORE', 'AFTER'], rows, 'Nobody would change.')
  )
}

function textOf(value: unknown): string | null {
  return value === null || typeof value === 'string' ? value : JSON.stringify(value)
}
