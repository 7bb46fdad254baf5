/** log: list, show, policy: what identity providers asked and what became of it. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { fields, printable, table } from '../output.ts'
import { COME_BACK_MS, mayPass } from './come-back.ts'
import { exportCommand, type ExportOptions, saveExport } from './export.ts'
import { idOf, instantOf } from './given.ts'

type Entry = Awaited<ReturnType<AdminClient['readProvisioningLogEntry']>>
type Query = Parameters<AdminClient['listProvisioningLog']>[0]

/** How often --follow looks, and how far behind the newest a slow request may come in. */
const LOOK_MS = 1000
const LATE_MS = 30_000

export function addProvisioningLog(log: Command, context: Context): void {
  const { client, show, showPage, connectionOf } = context
  withFilters(
    log
      .command('list <tenant>', { isDefault: true })
      .description('list SCIM requests, latest first; "log <tenant>" does so, too'),
  )
    .option('--after <id>', 'go on after this id')
    .option('--limit <count>', 'how many', '20')
    .option('--follow', 'keep showing what arrives until interrupted')
    .option('--json', 'for machines; one line a request with --follow')
    .action(async (tenant: string, options: ListOptions) => {
      const query = queryOf(tenant, options)
      if (options.follow === true) return follow(context, query, options.json)
      const page = await client().listProvisioningLog(query)
      showPage(
        options.json,
        page,
        table(HEAD, page.items.map(cellsOf), 'No such request is in the log.'),
      )
    })

  withFilters(exportCommand(log, 'SCIM requests')).action(
    async (tenant: string, { format, out, json, ...filters }: Filters & ExportOptions) => {
      const asked = { ...filterOf(tenant, filters), format }
      await saveExport(context, client().exportProvisioningLog(asked), { out, json })
    },
  )

  log
    .command('show <request>')
    .description('show one request, by the id that its answer carried')
    .option('--json', 'for machines')
    .action(async (request: string, { json }) => {
      const shown = await client().readProvisioningLogEntry({ requestId: idOf('req', request) })
      show(json, shown, draw(shown))
    })

  log
    .command('policy <tenant>')
    .description('show or set whether values are kept, or names of attributes only')
    .option('--connection <id>', 'which; default: the only one')
    .option('--keep <what>', 'names (the default of every connection) or values')
    .option('--json', 'for machines')
    .action(async (tenant: string, { connection, keep, json }) => {
      const at = { tenant, connection: await connectionOf(tenant, connection) }
      if (keep !== undefined && keep !== 'names' && keep !== 'values')
        throw new Misuse('--keep takes names or values.')
      const shown =
        keep === undefined
          ? await client().readProvisioningLogPolicy(at)
          : await client().changeProvisioningLogPolicy({ ...at, keepsValues: keep === 'values' })
      show(json, shown, `${shown.keepsValues ? 'Values are' : 'Names only are'} kept.\n`)
    })
}

function withFilters(command: Command): Command {
  return command
    .option('--connection <id>', 'of this connection only')
    .option('--resource <id>', 'of this resource only')
    .option('--request <id>', 'this request only')
    .option('--operation <name>', 'create, read, list, replace, patch, delete, bulk, discovery')
    .option('--outcome <word>', 'ok, refused or failed')
    .option('--status <code>', 'with this status only')
    .option('--text <words>', 'whose detail holds this')
    .option('--since <time>', 'from then on, such as 2026-11-02T09:00Z')
    .option('--until <time>', 'before then')
}

interface Filters {
  readonly connection?: string
  readonly resource?: string
  readonly request?: string
  readonly operation?: string
  readonly outcome?: string
  readonly status?: string
  readonly text?: string
  readonly since?: string
  readonly until?: string
}

interface ListOptions extends Filters {
  readonly after?: string
  readonly limit: string
  readonly follow?: boolean
  readonly json?: boolean
}

/** @throws Misuse */
function queryOf(tenant: string, options: ListOptions): Query {
  const { after, limit, follow: follows, until } = options
  if (follows === true && (after !== undefined || until !== undefined))
    throw new Misuse('--follow shows what arrives: give neither --after nor --until with it.')
  return { ...filterOf(tenant, options), after, limit }
}

/** @throws Misuse */
function filterOf(tenant: string, options: Filters): Omit<Query, 'after' | 'limit'> {
  const { connection, resource, request, operation, outcome, status, text } = options
  if (outcome !== undefined && outcome !== 'ok' && outcome !== 'refused' && outcome !== 'failed')
    throw new Misuse('--outcome takes ok, refused or failed.')
  return {
    tenant,
    ...{ resource, operation, outcome, status, text },
    connection:
      connection === undefined ? undefined : idOf('con', connection.replace(/^con-/, 'con_')),
    requestId: request === undefined ? undefined : idOf('req', request),
    since: instantOf('--since', options.since),
    until: instantOf('--until', options.until),
  }
}

/**
 * The last ones, then what arrives, oldest first. Requests are ordered by their arrival and are logged
 * when they were answered, so each look goes back a little and shows what was not there before.
 */
async function follow(
  { client, terminal }: Context,
  query: Query,
  json: boolean | undefined,
): Promise<void> {
  const say = (entry: Entry) =>
    terminal.out(json === true ? `${JSON.stringify(entry)}\n` : `${lineOf(entry)}\n`)
  let { items } = await client().listProvisioningLog(query)
  const oldest = items.at(-1)?.requestId ?? ''
  let shown = new Set<string>()
  for (;;) {
    for (const entry of items.toReversed())
      if (entry.requestId >= oldest && !shown.has(keyOf(entry))) say(entry)
    shown = new Set(items.map(keyOf))
    await terminal.wait(LOOK_MS)
    const newest = items[0]?.receivedAt ?? query.since
    const since =
      newest === undefined ? undefined : new Date(Date.parse(newest) - LATE_MS).toISOString()
    items = await persistently(terminal, () => everyPage(client(), { ...query, limit: 500, since }))
  }
}

async function persistently<T>(terminal: Context['terminal'], act: () => Promise<T>): Promise<T> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await act()
    } catch (error) {
      if (!mayPass(error)) throw error
    }
    if (!isTold) terminal.err('The server cannot be reached. Trying again until it is back.\n')
    await terminal.wait(COME_BACK_MS)
  }
}

async function everyPage(client: AdminClient, query: Query): Promise<Entry[]> {
  const entries: Entry[] = []
  for (let after: string | undefined; ;) {
    const page = await client.listProvisioningLog({ ...query, after })
    entries.push(...page.items)
    if (page.next === null) return entries
    after = page.next
  }
}

const HEAD = ['RECEIVED', 'REQUEST', 'STATUS', 'OPERATION', 'RESOURCE', 'WHAT']

function cellsOf(entry: Entry): unknown[] {
  const { receivedAt, status, operation, resourceType, resourceId } = entry
  return [receivedAt, keyOf(entry), status, operation, resourceId ?? resourceType, whatOf(entry)]
}

function lineOf(entry: Entry): string {
  const { receivedAt, status, operation, resourceType, resourceId } = entry
  const resource = printable(resourceId ?? resourceType ?? '–')
  return `${receivedAt}  ${keyOf(entry)}  ${status}  ${operation.padEnd(9)}  ${resource.padEnd(30)}  ${whatOf(entry)}`
}

/** An operation of a bulk request stands behind its request, with a dot. */
function keyOf({ requestId, bulkOperation }: Entry): string {
  return bulkOperation === null ? requestId : `${requestId}.${bulkOperation}`
}

/** In few words: why it was refused, what it found, or what it changed. */
function whatOf({ detail, found, changed, movedMembers, operation }: Entry): string {
  if (detail !== null) return printable(detail)
  if (operation === 'list' && found !== null) return `found ${found}`
  if (changed.length === 0) return ''
  return printable(changed.join(', ')) + (movedMembers > 0 ? ` (${movedMembers} moved)` : '')
}

function draw(entry: Entry): string {
  const { credential, changes } = entry
  const head = fields([
    ['Request', entry.requestId],
    ['Received', entry.receivedAt],
    ['Tenant', entry.tenantId],
    ['Connection', entry.connectionId],
    ['Credential', credential === null ? null : `${credential.kind} ${credential.id}`],
    ['From', entry.address],
    ['User agent', entry.userAgent],
    ['Operation', entry.operation],
    ['Resource', entry.resourceId ?? entry.resourceType],
    ['Status', `${entry.status} (${entry.outcome})`],
    ['SCIM type', entry.scimType],
    ['Detail', entry.detail],
    ['Took', `${entry.durationMs} ms`],
    ['Found', entry.found],
    ['Changed', entry.changed],
    ['Members moved', entry.movedMembers],
    ['Rewrites', entry.rewrites],
    ['Ignored', entry.ignored],
    ['Unknown members', entry.unknownMembers],
  ])
  if (changes === null || changes.length === 0) return head
  const rows = changes.map(({ attribute, before, after }) => [attribute, before, after])
  return `${head}\n${table(['ATTRIBUTE', 'BEFORE', 'AFTER'], rows, '')}`
}
