/**
 * The SCIM edge: who calls, may they, how much, and only then what they say (SEC P-1).
 *
 * The tenant and the connection come from the credential (I-1); the connection in the address is
 * compared with it, and another is the same 401 as a bad token (T-9). Whatever goes wrong under
 * /scim is answered with a SCIM Error (P-15): the customer's administrator reads it in Okta's own
 * log.
 */
import type { ProvisioningLog } from '../audit/index.ts'
import { type Scope, Unavailable } from '../lib/index.ts'
import {
  answer as answerScim,
  type ResourceStore,
  type ResourceType,
  typesWith,
} from '../scim/index.ts'
import { connectionInPath, type ScimCaller, type Tenants } from '../tenants/index.ts'
import { type Answer, type Area, type Door, type Exchange, HttpRefusal } from './area.ts'
import { bearerOf } from './authenticate.ts'
import { scimAnswer, TooManyRequests } from './errors.ts'
import { eachOperation } from './bulk-operations.ts'
import { createFairShare } from './fair-share.ts'
import { DATA_HEADERS } from './headers.ts'
import type { Log } from './log.ts'
import { type Admitted, isAdmitted, logEntryOf, refusalOf, traceOf } from './scim-log.ts'
import { pass, type RateClass, type RateLimits } from './rate-limits.ts'

const MEBIBYTE = 1024 * 1024
/** The whole of a request; Okta gives up at 60 s (SEC P-2). */
const DEADLINE_MS = 20_000
/** From then on nothing more of a bulk request is begun. */
const LATE_MS = 15_000
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

export interface ScimGiven {
  readonly tenants: Pick<Tenants, 'authenticateScim'>
  readonly sync: { readonly storeFor: (scope: Scope) => ResourceStore }
  /** Told of each request once it was answered. */
  readonly provisioningLog: Pick<ProvisioningLog, 'record'>
  readonly limits: RateLimits
  readonly log: Log
  readonly publicUrl: string
  readonly resourceTypes: readonly ResourceType[]
}

export function scimArea(given: ScimGiven): Area {
  const share = createFairShare()
  const keys = keysOf(given.resourceTypes)
  const door: Door = {
    methods: METHODS,
    path: '/v2/{connection}/*',
    bodyLimit: ({ params }) => (mayBeLong(params['*'] ?? '') ? 8 : 1) * MEBIBYTE,
    async admit(exchange) {
      const trace = traceOf(exchange)
      const caller = await authenticate(given, exchange)
      trace.caller = caller
      refuseUnserved(caller)
      trace.query = new URLSearchParams(exchange.query)
      await pass(given.limits.take(caller.tenantId, classOf(exchange, trace.query, keys)))
      refuseEncoding(exchange)
    },
    async answer(exchange, body) {
      const trace = traceOf(exchange)
      if (!isAdmitted(trace)) throw new Error('SCIM was reached without authentication.')
      refuseType(exchange, body)
      return inTime((isLate) =>
        share.run(trace.caller.tenantId, () => serve(given, trace, exchange, body, isLate)),
      )
    },
  }
  return {
    name: 'scim',
    prefix: '/scim',
    canonicalPaths: true,
    doors: [door, { ...door, path: '/v2/{connection}' }],
    refuse(thrown, exchange) {
      const reply = scimAnswer(thrown, exchange, given.log)
      traceOf(exchange).refused = refusalOf(thrown, reply)
      return reply
    },
    answered(exchange, told) {
      const entry = logEntryOf(given.resourceTypes, exchange, traceOf(exchange), told)
      if (entry !== undefined) given.provisioningLog.record(entry)
    },
  }
}

/** @throws HttpRefusal 401, the same for every credential that is not good here (SEC T-3, T-9) */
async function authenticate(
  { tenants, limits }: ScimGiven,
  exchange: Exchange,
): Promise<ScimCaller> {
  const bearer = bearerOf(exchange, { bare: true })
  const named = connectionInPath(exchange.params['connection'] ?? '')
  const caller =
    bearer === undefined ? undefined : await tenants.authenticateScim(bearer, exchange.address)
  if (caller === undefined || caller.connectionId !== named) {
    const verdict = limits.take(exchange.address, 'failed-authentication')
    if (!verdict.go) throw new TooManyRequests(verdict.retrySeconds)
    throw new HttpRefusal(
      401,
      'The bearer token is missing or not valid for this address. Enter the base URL and the token ' +
        'of this connection again; ask the operator for a new token if it may have expired.',
      { 'www-authenticate': 'Bearer' },
    )
  }
  const { tenantId, connectionId, credential } = caller
  Object.assign(exchange.seen, { tenantId, connectionId, credentialId: credential.id })
  return caller
}

/** After authentication only, so that nobody learns of a suspension by asking (SEC I-11). */
function refuseUnserved({ tenantSuspended, connectionDisabled }: ScimCaller): void {
  if (tenantSuspended)
    throw new HttpRefusal(403, 'This tenant is suspended. Nothing was stored. Ask the operator.')
  if (connectionDisabled)
    throw new HttpRefusal(403, 'This connection is disabled. Nothing was stored. Ask the operator.')
}

/** A compressed body could be a million times its size; none of our clients compresses (SEC P-4). */
function refuseEncoding({ headers }: Exchange): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || /^identity$/i.test(encoding)) return
  throw new HttpRefusal(415, 'Send the body as it is: Content-Encoding is not accepted here.', {
    'accept-encoding': 'identity',
  })
}

/** An empty parameter is none (RFC 9110 section 5.6.6). */
const TYPE = /^application\/(scim\+)?json\s*(;\s*(charset\s*=\s*"?utf-8"?\s*)?)*$/i

function refuseType({ headers }: Exchange, body: string | undefined): void {
  const type = headers['content-type']
  if (body === undefined || (typeof type === 'string' && TYPE.test(type.trim()))) return
  throw new HttpRefusal(
    415,
    'The Content-Type of the body must be application/scim+json or application/json, in UTF-8.',
  )
}

async function serve(
  given: ScimGiven,
  trace: Admitted,
  exchange: Exchange,
  body: string | undefined,
  isLate: () => boolean,
): Promise<Answer> {
  const { sync, publicUrl, resourceTypes } = given
  const { caller, query } = trace
  const { tenantId, connectionId } = caller
  const { requestId, method, headers, params } = exchange
  const {
    status,
    headers: said,
    body: text,
    rest,
    outcome,
  } = await answerScim(
    {
      store: sync.storeFor({ tenantId, connectionId, requestId }),
      // As the client wrote it, with or without the underscore: it compares what it gets back.
      baseUrl: `${publicUrl}/scim/v2/${params['connection']}`,
      types: typesOf(caller, resourceTypes),
      dialect: caller.dialect,
      isLate,
      eachOperation: eachOperation(given, caller, exchange),
    },
    {
      method,
      path: `/${params['*'] ?? ''}`,
      query,
      contentType: headers['content-type'],
      ifMatch: headers['if-match'],
      ifNoneMatch: headers['if-none-match'],
      body,
    },
  )
  // What may name a person is for the provisioning log and not for this one (SEC G-1).
  const { detail: _, changes: __, ...logged } = outcome
  exchange.seen['scim'] = logged
  trace.outcome = outcome
  return { status, headers: { ...DATA_HEADERS, ...said }, body: text, rest }
}

/** Made once for each answer of the credential's look-up, which is believed for seconds. */
function typesOf(caller: ScimCaller, resourceTypes: readonly ResourceType[]) {
  const types = TYPES.get(caller) ?? typesWith(resourceTypes, caller.extensions)
  TYPES.set(caller, types)
  return types
}
const TYPES = new WeakMap<ScimCaller, ReturnType<typeof typesWith>>()

/** @throws Unavailable after 20 s: late, but in time for the caller to hear it */
function inTime(begin: (isLate: () => boolean) => Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let isLate = false
    let timer = setTimeout(() => {
      isLate = true
      timer = setTimeout(
        () => reject(new Unavailable('The request took longer than 20 seconds.')),
        DEADLINE_MS - LATE_MS,
      )
    }, LATE_MS)
    // Whatever comes of it later than that was answered already.
    void begin(() => isLate)
      .then(resolve, reject)
      .then(() => clearTimeout(timer))
  })
}

/** A group, with its members, and a bulk request, as /ServiceProviderConfig says. */
function mayBeLong(rest: string): boolean {
  return /^(groups(\/|$)|bulk$)/i.test(rest)
}

const LOOKUP = /^\s*(\w+)\s+eq\s+"(?:\\.|[^"\\])*"\s*$/i

/** What resources are found by at once, in lower case. */
function keysOf(types: readonly ResourceType[]): ReadonlySet<string> {
  const names = ['id', 'externalId', ...types.map(({ uniqueAttribute }) => uniqueAttribute)]
  return new Set(names.map((name) => name.toLowerCase()))
}

/** What a request costs: all but a walk and a look-up by a key may read the whole connection. */
function classOf(
  { method, params }: Exchange,
  query: URLSearchParams,
  keys: ReadonlySet<string>,
): RateClass {
  if (/(^|\/)\.search$/i.test(params['*'] ?? '')) return 'search'
  if (method !== 'GET' && method !== 'HEAD') return 'write'
  const filter = query.get('filter')
  if (query.has('sortBy')) return 'search'
  const named = LOOKUP.exec(filter ?? '')?.[1]?.toLowerCase() ?? ''
  return filter === null || keys.has(named) ? 'read' : 'search'
}
