/**
 * One entry of the provisioning log: as the edge hands it over, as it is kept, as it is read.
 *
 * What comes from outside (an id in a path, a name in a body, a user agent) is cut to a length and
 * rid of what PostgreSQL's text cannot hold, so that no request can keep its own entry, or the
 * entries written with it, from being written.
 */
import type { Selectable } from 'kysely'
import { arrayLiteral, type Database, insertSelected } from '../db/index.ts'
import { type ConnectionId, storable, type TenantId } from '../lib/index.ts'

export interface ProvisioningEntry {
  readonly requestId: string
  /** Which operation of a bulk request it tells of, from 1 on; null: it tells of the request. */
  readonly bulkOperation: number | null
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId
  /** Null when the request could not be authenticated. */
  readonly credential: { readonly kind: 'token' | 'oauth'; readonly id: string } | null
  /** `create`, `read`, `list`, … as the SCIM edge names them. */
  readonly operation: string
  readonly resourceType: string | null
  readonly resourceId: string | null
  readonly status: number
  /** `refused`: the caller can do something about it. `failed`: we could not serve it. */
  readonly outcome: 'ok' | 'refused' | 'failed'
  readonly scimType: string | null
  /** What the identity provider's administrator was told, word for word. */
  readonly detail: string | null
  /** Resources in the answer to a list. */
  readonly found: number | null
  /** Names of the attributes that are different now, `members` among them. */
  readonly changed: readonly string[]
  /** With their values; null where the connection's policy keeps names only. */
  readonly changes: readonly ChangedValue[] | null
  /** Memberships that are different now. */
  readonly movedMembers: number
  /** Names of the dialect rewrites that fired. */
  readonly rewrites: readonly string[]
  /** Attributes that no schema has, left out. */
  readonly ignored: readonly string[]
  /** Members named that the connection does not have, left out; the first hundred. */
  readonly unknownMembers: readonly string[]
  readonly receivedAt: Date
  readonly durationMs: number
  readonly address: string
  readonly userAgent: string | null
}

export interface ChangedValue {
  readonly attribute: string
  /** Text as it is, anything else as JSON, cut when it is long; null for none. */
  readonly before: string | null
  readonly after: string | null
}

/** A request that was answered, as the edge knows it. */
export interface AnsweredScim extends Omit<
  ProvisioningEntry,
  'tenantId' | 'changed' | 'changes' | 'receivedAt'
> {
  /** Undefined when nobody was authenticated: the connection is then the one that the path names. */
  readonly tenantId: TenantId | undefined
  readonly changes: readonly {
    readonly attribute: string
    readonly before: unknown
    readonly after: unknown
  }[]
}

/** The columns that an entry brings, with the types that they come in; the tenant comes with the transaction. */
const COLUMNS = {
  request_id: 'text',
  bulk_operation: 'integer',
  connection_id: 'text',
  credential_kind: 'text',
  credential_id: 'text',
  operation: 'text',
  resource_type: 'text',
  resource_id: 'text',
  status: 'integer',
  outcome: 'text',
  scim_type: 'text',
  detail: 'text',
  found: 'integer',
  changed: 'text',
  changes: 'jsonb',
  moved_members: 'integer',
  rewrites: 'text',
  ignored: 'text',
  unknown_members: 'text',
  received_at: 'timestamptz',
  duration_ms: 'double precision',
  address: 'text',
  user_agent: 'text',
} as const
/** What an entry does not say is left out: most say little. */
export type LogRow = { readonly [C in keyof typeof COLUMNS]?: unknown }
/** What of it is kept otherwise than it comes: columns that are never null where it is left out, and lists. */
const KEPT_AS: Readonly<Partial<Record<keyof LogRow, string>>> = {
  bulk_operation: 'coalesce(bulk_operation, 0)',
  changed: "coalesce(changed::text[], '{}')",
  moved_members: 'coalesce(moved_members, 0)',
  rewrites: "coalesce(rewrites::text[], '{}')",
  ignored: "coalesce(ignored::text[], '{}')",
  unknown_members: "coalesce(unknown_members::text[], '{}')",
}
const NAMES = Object.keys(COLUMNS) as (keyof LogRow)[]

/** 1 tenant, then the columns. Rows come column by column: read from JSON they cost the database a third more. */
const ROWS = `
  insert into provisioning_log (tenant_id, ${NAMES.join(', ')})
  select $1, ${NAMES.map((name) => KEPT_AS[name] ?? name).join(', ')}
    from unnest(${Object.values(COLUMNS)
      .map((type, index) => `$${index + 2}::${type}[]`)
      .join(', ')}) as entry (${NAMES.join(', ')})`
export const INSERT = insertSelected(ROWS)
/** The same where some are there already: to look first costs the database a quarter more. */
export const INSERT_MISSING = `${ROWS} on conflict do nothing`

/** One that no row says has no elements: shorter columns are filled up. */
export function columnsOf(rows: readonly LogRow[]): unknown[][] {
  return NAMES.map((name) => {
    const column = rows.map((row) => row[name] ?? null)
    return column.every((value) => value === null) ? [] : column
  })
}

const MOST_NAMES = 100

export function rowOf(request: AnsweredScim, keepsValues: boolean, now: Date): LogRow {
  const { credential, changes, movedMembers, durationMs } = request
  const names = changes.map(({ attribute }) => attribute)
  return {
    request_id: request.requestId,
    bulk_operation: request.bulkOperation ?? undefined,
    connection_id: request.connectionId,
    credential_kind: credential?.kind,
    credential_id: credential?.id,
    operation: request.operation,
    resource_type: request.resourceType ?? undefined,
    resource_id: cutOf(request.resourceId, 100),
    status: request.status,
    outcome: request.outcome,
    scim_type: request.scimType ?? undefined,
    detail: cutOf(request.detail, 2000),
    found: request.found ?? undefined,
    changed: listOf(movedMembers > 0 ? [...names, 'members'] : names),
    changes: keepsValues ? JSON.stringify(changes.slice(0, MOST_NAMES).map(valuesOf)) : undefined,
    moved_members: movedMembers || undefined,
    rewrites: listOf(request.rewrites),
    ignored: listOf(request.ignored),
    unknown_members: listOf(request.unknownMembers),
    received_at: new Date(now.getTime() - durationMs),
    duration_ms: durationMs,
    address: request.address,
    user_agent: cutOf(request.userAgent, 200),
  }
}

export function entryOf(row: Selectable<Database['provisioning_log']>): ProvisioningEntry {
  const { credential_kind: kind, credential_id: id } = row
  return {
    requestId: row.request_id,
    bulkOperation: row.bulk_operation === 0 ? null : row.bulk_operation,
    tenantId: row.tenant_id,
    connectionId: row.connection_id,
    credential: kind === null || id === null ? null : { kind, id },
    operation: row.operation,
    resourceType: row.resource_type,
    resourceId: row.resource_id,
    status: row.status,
    outcome: row.outcome,
    scimType: row.scim_type,
    detail: row.detail,
    found: row.found,
    changed: row.changed,
    // Written by `rowOf`, in this form and no other.
    changes: row.changes as ChangedValue[] | null,
    movedMembers: row.moved_members,
    rewrites: row.rewrites,
    ignored: row.ignored,
    unknownMembers: row.unknown_members,
    receivedAt: row.received_at,
    durationMs: row.duration_ms,
    address: row.address,
    userAgent: row.user_agent,
  }
}

function valuesOf({ attribute, before, after }: AnsweredScim['changes'][number]): ChangedValue {
  return { attribute: cut(attribute, 200), before: textOf(before), after: textOf(after) }
}

function textOf(value: unknown): string | null {
  if (value === undefined) return null
  return cut(typeof value === 'string' ? value : JSON.stringify(value), 500)
}

/** As a text, since lists of several lengths are no array. */
function listOf(texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined
  return arrayLiteral(texts.slice(0, MOST_NAMES).map((text) => cut(text, 200)))
}

function cutOf(text: string | null, most: number): string | undefined {
  return text === null ? undefined : cut(text, most)
}

function cut(text: string, most: number): string {
  const short = text.length > most ? `${text.slice(0, most - 1)}…` : text
  return storable(short)
}
