/**
 * Bulk: many writes in one request (RFC 7644 section 3.7).
 *
 * Each operation is the write that it would be alone, by the same functions and in a transaction of
 * its own (SEC P-9): one that is refused changes nothing and stops nobody else, unless
 * `failOnErrors` says how many may be refused. It is counted and told as that write would be, by what
 * the edge handed over (`eachOperation`); when no more is let through, the rest is answered with 429.
 *
 * An operation may refer to what another one creates, whatever their order. It then runs after that
 * one. Where two creates refer to each other, one is created without the reference and is replaced by
 * the whole of what was sent once the other has its id; if that is refused, it is taken back.
 */
import { Unavailable } from '../lib/index.ts'
import { referenceIn, referencesIn, resolveReferences } from './bulk-references.ts'
import { createReading, FORGIVING } from './dialects/index.ts'
import { errorBody, ScimError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { LIMITS } from './limits.ts'
import { locationOf } from './render.ts'
import { CONTENT_TYPE, emptyOutcome, type Call, type Outcome, type Reply } from './reply.ts'
import type { ResourceType } from './resource-types.ts'
import type { Json } from './store.ts'
import { isJsonObject, partNamed } from './values.ts'
import { bodyOf, create, patch, remove, replace } from './write.ts'

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:bulkrequest'
const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'

/** One operation of the request, and how far it has come. */
interface Step {
  /** Its place in the request, from 1 on. */
  readonly nth: number
  /** What became of it. */
  readonly outcome: Outcome
  readonly method: string
  /** Whose endpoint the path begins with. */
  readonly type: ResourceType | undefined
  readonly bulkId: string | undefined
  readonly path: string
  readonly version: string | undefined
  readonly data: Json | undefined
  /** The bulkIds that it refers to. */
  readonly references: ReadonlySet<string>
  state: 'waiting' | 'running' | 'done' | 'failed'
  /** Of what it created. */
  id?: string | undefined
  result?: Result
}

/** What is said of an operation beside its method and bulkId (RFC 7644 section 3.7.3). */
interface Result {
  readonly version?: string | undefined
  readonly location?: string | undefined
  readonly status: string
  /** The body of a refusal. */
  readonly response?: unknown
}

interface Run {
  readonly call: Call
  readonly steps: readonly Step[]
  readonly creates: ReadonlyMap<string, Step>
  /** Created without some of their references, to be completed. */
  readonly incomplete: Step[]
  errors: number
  /** Set once no more is let through. */
  retrySeconds?: number | undefined
}

export async function bulk(call: Call): Promise<Reply> {
  const { outcome } = call
  outcome.operation = 'bulk'
  const { steps, failOnErrors } = stepsIn(bodyOf(call), call.types)
  outcome.count = steps.length
  const run: Run = { call, steps, creates: createsIn(steps), incomplete: [], errors: 0 }
  for (const step of steps) {
    if (run.errors >= failOnErrors) break
    if (step.state === 'waiting') await take(run, step)
    for (const made of run.incomplete.splice(0)) await complete(run, made)
  }
  const { retrySeconds } = run
  return {
    status: 200,
    headers: {
      'content-type': CONTENT_TYPE,
      ...(retrySeconds === undefined ? {} : { 'retry-after': String(retrySeconds) }),
    },
    body: JSON.stringify({
      schemas: [BULK_RESPONSE],
      Operations: steps.flatMap(({ method, bulkId, result }) =>
        result === undefined ? [] : [{ method, bulkId, ...result }],
      ),
    }),
  }
}

/** @throws ScimError 413 naming the limit (section 3.7.4), `invalidSyntax` for what is no request */
function stepsIn(
  message: JsonObject,
  types: readonly ResourceType[],
): { steps: Step[]; failOnErrors: number } {
  const urns = partNamed(message, 'schemas')
  if (
    !Array.isArray(urns) ||
    !urns.some((urn: Json) => textIn(urn)?.toLowerCase() === BULK_REQUEST)
  )
    throw ScimError.of(
      'invalidSyntax',
      'A bulk request names urn:ietf:params:scim:api:messages:2.0:BulkRequest in "schemas".',
    )
  const operations = partNamed(message, 'operations')
  if (!Array.isArray(operations) || operations.length === 0)
    throw ScimError.of(
      'invalidSyntax',
      'A bulk request needs "Operations", a list of at least one.',
    )
  if (operations.length > LIMITS.bulkOperations)
    throw ScimError.plain(
      413,
      `The request has ${operations.length} operations, more than maxOperations (${LIMITS.bulkOperations}).`,
    )
  const failOnErrors = partNamed(message, 'failonerrors') ?? Infinity
  if (typeof failOnErrors !== 'number' || failOnErrors < 1)
    throw ScimError.of('invalidValue', '"failOnErrors" is a whole number, 1 or more.')
  return {
    steps: operations.map((each: Json, index) => stepFrom(each, index + 1, types)),
    failOnErrors,
  }
}

function stepFrom(operation: Json, nth: number, types: readonly ResourceType[]): Step {
  const given = isJsonObject(operation) ? operation : {}
  const [path, data] = [textIn(partNamed(given, 'path')) ?? '', partNamed(given, 'data')]
  const method = textIn(partNamed(given, 'method'))?.toUpperCase() ?? ''
  const [collection = ''] = path.replace(/^\//, '').split('/')
  const type = types.find(
    ({ endpoint }) => endpoint.toLowerCase() === `/${collection.toLowerCase()}`,
  )
  const asked = METHODS.get(method) ?? 'none'
  return {
    nth,
    type,
    outcome: { ...emptyOutcome(), operation: asked, ...(type && { resourceType: type.name }) },
    method,
    bulkId: textIn(partNamed(given, 'bulkid')),
    path: path.startsWith('/') ? path : `/${path}`,
    version: textIn(partNamed(given, 'version')),
    data,
    references: referencesIn([...path.split('/'), data ?? null]),
    state: 'waiting',
  }
}

function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The creates by their bulkId; the first has it, and a second is refused when its turn comes. */
function createsIn(steps: readonly Step[]): ReadonlyMap<string, Step> {
  const creates = new Map<string, Step>()
  for (const step of steps)
    if (step.method === 'POST' && step.bulkId !== undefined && !creates.has(step.bulkId))
      creates.set(step.bulkId, step)
  return creates
}

/** Runs a step after those that it refers to, and keeps its result. */
async function take(run: Run, step: Step): Promise<void> {
  step.state = 'running'
  try {
    for (const bulkId of step.references) {
      const other = run.creates.get(bulkId)
      if (other?.state === 'waiting' && run.errors < Infinity) await take(run, other)
    }
    refuseLate(run)
    await admit(run)
    const missing = refuseDangling(run, step)
    const { type, id } = targetOf(run, step)
    const { reply, resourceId } = await write(run, step, type, step.method, id)
    if (id === undefined) step.id = resourceId
    step.state = 'done'
    step.result = {
      version: reply.headers.etag,
      location: locationOf(type, resourceId, run.call.baseUrl),
      status: String(reply.status),
    }
    if (missing) run.incomplete.push(step)
    else tell(run, step)
  } catch (error) {
    fail(run, step, error)
  }
}

/** @throws ScimError 429 once no more is let through */
async function admit(run: Run): Promise<void> {
  run.retrySeconds ??= (await run.call.eachOperation?.admit())?.retrySeconds
  if (run.retrySeconds !== undefined)
    throw ScimError.plain(
      429,
      `Too many requests. Wait ${run.retrySeconds} seconds and send this operation again.`,
    )
}

/** What became of an operation, to whoever wants to know, and as part of the whole request. */
function tell({ call }: Run, { nth, outcome, result }: Step): void {
  const { outcome: whole, eachOperation } = call
  eachOperation?.answered(nth, Number(result?.status), outcome)
  whole.changed ||= outcome.changed
  whole.unknownMembers = [...new Set([...whole.unknownMembers, ...outcome.unknownMembers])]
  for (const name of ['rewrites', 'ignored'] as const)
    whole[name].push(...outcome[name].filter((each) => !whole[name].includes(each)))
}

/** The second half of a create in a circle: all that was sent, now that everything has its id. */
async function complete(run: Run, step: Step): Promise<void> {
  const { type } = targetOf(run, step)
  const id = step.id ?? ''
  try {
    refuseLate(run)
    refuseDangling(run, step)
    const { changes, movedMembers = 0 } = step.outcome
    const { reply } = await write(run, step, type, 'PUT', id)
    const moved = movedMembers + (step.outcome.movedMembers ?? 0)
    Object.assign(step.outcome, {
      operation: 'create',
      changed: true,
      changes,
      movedMembers: moved,
    })
    step.result = { status: '201', ...step.result, version: reply.headers.etag }
    tell(run, step)
  } catch (error) {
    await run.call.store.remove(type, id)
    step.id = undefined
    step.outcome.changed = false
    fail(run, step, error)
  }
}

/** What is begun late would be done after its sender was told to send it again. */
function refuseLate({ call }: Run): void {
  if (call.isLate?.() === true) throw new Unavailable('The bulk request takes too long.')
}

/**
 * @returns whether it refers to what is under way and has no id yet
 * @throws ScimError for a reference to nothing, or to what was refused
 */
function refuseDangling({ creates }: Run, { references }: Step): boolean {
  let isWaiting = false
  for (const bulkId of references) {
    const other = creates.get(bulkId)
    if (other === undefined)
      throw ScimError.of(
        'invalidValue',
        `No operation of this request creates "bulkId:${bulkId.slice(0, 100)}".`,
      )
    if (other.state === 'failed')
      throw ScimError.plain(
        409,
        `It refers to "bulkId:${bulkId.slice(0, 100)}", whose operation was refused.`,
      )
    isWaiting ||= other.id === undefined
  }
  return isWaiting
}

/** @throws ScimError for an operation that is none */
function targetOf(run: Run, step: Step): { type: ResourceType; id: string | undefined } {
  const { method, bulkId, path, type } = step
  if (!METHODS.has(method))
    throw ScimError.plain(405, `"${method.slice(0, 20)}" is no method of a bulk operation.`)
  const [, , written, ...rest] = path.split('/')
  if (type === undefined || rest.length > 0 || (written === undefined) !== (method === 'POST'))
    throw ScimError.of(
      'invalidPath',
      `"${path.slice(0, 100)}" is no path for ${method}: it is ` +
        `${run.call.types.map(({ endpoint }) => endpoint).join(' or ')}, with an id for all but POST.`,
    )
  if (method === 'POST' && bulkId === undefined)
    throw ScimError.of('invalidSyntax', 'A POST in a bulk request needs a "bulkId".')
  if (method === 'POST' && run.creates.get(bulkId ?? '') !== step)
    throw ScimError.of('invalidValue', `Another POST has the bulkId "${bulkId?.slice(0, 100)}".`)
  const reference = referenceIn(written ?? '')
  return { type, id: reference === undefined ? written : run.creates.get(reference)?.id }
}

const METHODS: ReadonlyMap<string, Outcome['operation']> = new Map([
  ['POST', 'create'],
  ['PUT', 'replace'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
])

/** As the request would be that the operation is alone. */
async function write(
  { call, creates }: Run,
  step: Step,
  type: ResourceType,
  method: string,
  id: string | undefined,
): Promise<{ reply: Reply; resourceId: string }> {
  const { data = null, references, outcome } = step
  if (id !== undefined) outcome.resourceId = id
  const resolved =
    references.size === 0 ? data : resolveReferences(data, (bulkId) => creates.get(bulkId)?.id)
  const alone: Call = {
    ...call,
    outcome,
    reading: createReading(call.dialect ?? FORGIVING, outcome),
    request: {
      ...call.request,
      query: new URLSearchParams(),
      ifMatch: step.method === 'POST' ? undefined : step.version,
    },
    data: isJsonObject(resolved) ? { ...resolved } : {},
  }
  const reply = await writeAlone(alone, type, method, id)
  return { reply, resourceId: id ?? outcome.resourceId ?? '' }
}

async function writeAlone(
  call: Call,
  type: ResourceType,
  method: string,
  id: string | undefined,
): Promise<Reply> {
  if (id === undefined) return create(call, type)
  if (method === 'DELETE') return remove(call, type, id)
  return method === 'PUT' ? replace(call, type, id) : patch(call, type, id)
}

/**
 * A refusal is the result of its operation. When we are away for a moment, or it has become late, the
 * operation is refused with 429 and the request ends there, as `failOnErrors` would end it: the client
 * sends the rest again.
 */
function fail(run: Run, step: Step, error: unknown): void {
  const isAway = error instanceof Unavailable
  if (isAway && !run.steps.some(({ state }) => state === 'done')) throw error
  const refusal = isAway
    ? ScimError.plain(429, `The service is busy for a moment. Send this again and what follows it.`)
    : error
  if (!(refusal instanceof ScimError)) throw error
  step.state = 'failed'
  run.errors = isAway ? Infinity : run.errors + 1
  const { status, message, scimType } = refusal
  const { outcome } = run.call
  step.outcome.detail = message
  if (scimType !== undefined) step.outcome.scimType = scimType
  // The first refusal stands for the request in the provisioning log.
  if (outcome.detail === undefined && scimType !== undefined) outcome.scimType = scimType
  outcome.detail ??= `${step.method} ${step.path.slice(0, 100)}: ${message}`
  const isAddress = step.method !== 'POST' && !/\/bulkId:/i.test(step.path)
  step.result = {
    location: isAddress ? run.call.baseUrl + step.path : undefined,
    status: String(status),
    response: JSON.parse(errorBody(status, message, scimType)),
  }
  tell(run, step)
}
