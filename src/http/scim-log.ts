/**
 * What the provisioning log is told of a request under /scim, once it was answered: who called, what
 * became of it, and the words that the identity provider's administrator read.
 *
 * A request that nobody was authenticated for is told of too when its path names a connection, as one
 * of that connection's and without a credential: a wrong token is the commonest mistake of all.
 */
import type { AnsweredScim } from '../audit/index.ts'
import { Unavailable } from '../lib/index.ts'
import type { Outcome, ResourceType } from '../scim/index.ts'
import { connectionInPath, type ScimCaller } from '../tenants/index.ts'
import type { Answer, Exchange } from './area.ts'

/** What the doors learn of a request on its way. */
export interface Trace {
  caller?: ScimCaller
  /** What stands behind the question mark, once it is known who asks. */
  query?: URLSearchParams
  /** Of a request that got as far as the protocol. */
  outcome?: Outcome
  /** Of one that did not. */
  refused?: Refused
}

/** Of somebody who may ask. */
export type Admitted = Trace & Required<Pick<Trace, 'caller' | 'query'>>

export function isAdmitted(trace: Trace): trace is Admitted {
  return trace.caller !== undefined && trace.query !== undefined
}

interface Refused {
  readonly detail: string | null
  /** Not the caller's to mend. */
  readonly isOurs: boolean
}

const TRACE = Symbol('trace')

/** The trace of an exchange, kept with it: each entry of a WeakMap is looked at by each collection of garbage. */
export function traceOf(exchange: Exchange & { [TRACE]?: Trace }): Trace {
  return (exchange[TRACE] ??= {})
}

/** @returns undefined when the path names no connection */
export function logEntryOf(
  types: readonly ResourceType[],
  exchange: Exchange,
  { caller, outcome, refused }: Trace,
  { status, ms }: { readonly status: number; readonly ms: number },
): AnsweredScim | undefined {
  const { params, requestId, address, headers } = exchange
  const connectionId = caller?.connectionId ?? connectionInPath(params['connection'] ?? '')
  if (connectionId === undefined) return undefined
  const isOurs = refused?.isOurs ?? status >= 500
  const detail = refused?.detail ?? outcome?.detail ?? null
  // A bulk request is answered 200 though some of it was refused, and then it has words.
  const isOk = status < 400 && detail === null
  return {
    requestId,
    bulkOperation: null,
    tenantId: caller?.tenantId,
    connectionId,
    credential: caller?.credential ?? null,
    ...(refused === undefined && outcome !== undefined
      ? whatWasDone(outcome)
      : askedFor(types, exchange)),
    status,
    outcome: isOk ? 'ok' : isOurs ? 'failed' : 'refused',
    scimType: outcome?.scimType ?? null,
    detail,
    found: outcome?.count ?? null,
    changes: outcome?.changed === true ? (outcome.changes ?? []) : [],
    movedMembers: outcome?.movedMembers ?? 0,
    rewrites: outcome?.rewrites ?? [],
    ignored: outcome?.ignored ?? [],
    unknownMembers: outcome?.unknownMembers ?? [],
    durationMs: ms,
    address,
    userAgent: headers['user-agent'] ?? null,
  }
}

type Asked = Pick<AnsweredScim, 'operation' | 'resourceType' | 'resourceId'>

function whatWasDone({ operation, resourceType, resourceId }: Outcome): Asked {
  return { operation, resourceType: resourceType ?? null, resourceId: resourceId ?? null }
}

const ON_ONE: Readonly<Record<string, string>> = {
  GET: 'read',
  HEAD: 'read',
  PUT: 'replace',
  PATCH: 'patch',
  DELETE: 'delete',
}
const ON_ALL: Readonly<Record<string, string>> = { GET: 'list', HEAD: 'list', POST: 'create' }

/** What a request that was turned away before it was understood seems to have wanted. */
function askedFor(types: readonly ResourceType[], { method, params }: Exchange): Asked {
  const [collection = '', id = ''] = (params['*'] ?? '').split('/')
  const type = types.find(
    ({ endpoint }) => endpoint.toLowerCase() === `/${collection.toLowerCase()}`,
  )
  if (type === undefined) return { operation: 'none', resourceType: null, resourceId: null }
  const operation = (id === '' ? ON_ALL : ON_ONE)[method] ?? 'none'
  return { operation, resourceType: type.name, resourceId: id === '' ? null : id }
}

/** What a refusal says, from the very body that is sent. */
export function refusalOf(thrown: unknown, { status, body }: Answer): Refused {
  const said: unknown = body === undefined ? undefined : JSON.parse(body)
  const detail =
    typeof said === 'object' && said !== null && 'detail' in said ? String(said.detail) : null
  return { detail, isOurs: status >= 500 || thrown instanceof Unavailable }
}
