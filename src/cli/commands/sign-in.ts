/** sign-in: list, export, show. */
import { type Command, Option } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'
import { exportCommand, type ExportOptions, saveExport } from './export.ts'
import { idOf, instantOf } from './given.ts'
import { identityNamed } from './identity-named.ts'

type SignIn = Awaited<ReturnType<AdminClient['readSignIn']>>
type Query = Parameters<AdminClient['listSignIns']>[0]

interface Filters {
  readonly identity?: string
  readonly site?: string
  readonly connection?: string
  readonly outcome?: SignIn['outcome']
  readonly code?: string
  readonly since?: string
  readonly until?: string
}

export function addSignIns(signIn: Command, context: Context): void {
  const { client, show, showPage } = context
  withFilters(signIn.command('list <tenant>').description('list attempts, latest first'))
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '20')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json, after, limit, ...filters }) => {
      const page = await client().listSignIns({
        ...(await filterOf(context, tenant, filters)),
        after,
        limit,
      })
      const rows = page.items.map((row) => [
        row.startedAt,
        row.id,
        row.outcome,
        row.code,
        row.clientId,
        row.connectionId,
        row.identityId,
      ])
      const head = ['STARTED', 'REFERENCE', 'OUTCOME', 'CODE', 'SITE', 'CONNECTION', 'IDENTITY']
      showPage(json, page, table(head, rows, 'There was no such attempt.'))
    })

  withFilters(exportCommand(signIn, 'attempts to sign in')).action(
    async (tenant: string, { format, out, json, ...filters }: Filters & ExportOptions) => {
      const asked = { ...(await filterOf(context, tenant, filters)), format }
      await saveExport(context, client().exportSignIns(asked), { out, json })
    },
  )

  signIn
    .command('show <reference>')
    .description('show one attempt with every step, by the reference on the page')
    .option('--json', 'for machines')
    .action(async (reference: string, { json }) => {
      const shown = await client().readSignIn({ reference: idOf('sgn', reference) })
      const head = fields([
        ['Reference', shown.id],
        ['Tenant', shown.tenantId],
        ['Site', shown.clientId],
        ['Connection', shown.connectionId],
        ['Identity', shown.identityId],
        ['Outcome', shown.outcome],
        ['Code', shown.code],
        ['Started', shown.startedAt],
        ['Ended', shown.endedAt],
      ])
      show(json, shown, `${head}\n${drawSteps(shown)}`)
    })
}

function withFilters(command: Command): Command {
  const outcomes = ['started', 'signed-in', 'refused', 'tested']
  return command
    .option('--identity <who>', 'of this person only, by id or fully qualified name')
    .option('--site <id>', 'at this site only')
    .option('--connection <id>', 'through this connection only')
    .addOption(new Option('--outcome <outcome>', 'that ended so').choices(outcomes))
    .option('--code <code>', 'refused with this code')
    .option('--since <time>', 'from then on, such as 2026-11-02T09:00Z')
    .option('--until <time>', 'before then')
}

/** @throws Misuse */
async function filterOf(
  context: Context,
  tenant: string,
  filters: Filters,
): Promise<Omit<Query, 'after' | 'limit'>> {
  const { identity, site, connection, outcome, code, since, until } = filters
  return {
    ...{ tenant, outcome, code },
    identity: identity === undefined ? undefined : await identityNamed(context, tenant, identity),
    site: site === undefined ? undefined : idOf('sit', site),
    connection: connection === undefined ? undefined : idOf('con', connection),
    since: instantOf('--since', since),
    until: instantOf('--until', until),
  }
}

/** Each step, how long after the beginning it was taken, and what was seen there. */
export function drawSteps({ startedAt, steps }: Pick<SignIn, 'startedAt' | 'steps'>): string {
  const rows = steps.map(({ step, at, ...seen }) => [
    step,
    `${Date.parse(String(at)) - Date.parse(startedAt)} ms`,
    Object.entries(seen).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
  ])
  return table(['STEP', 'AFTER', 'SEEN'], rows, 'No step was taken.')
}
