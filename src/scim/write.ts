/** The requests that change something: POST, PUT, PATCH and DELETE of a resource. */
import { rewriteBody, rewriteOperations } from './dialects/index.ts'
import { differences } from './differences.ts'
import { ScimError } from './errors.ts'
import { checkFor, entityTag } from './etag.ts'
import { parseObject, type JsonObject } from './json.ts'
import { LIMITS } from './limits.ts'
import { keepImmutable, refuseImmutable } from './mutability.ts'
import { compilePatch, type Operation } from './patch.ts'
import { choosesAttributes, projectionOf, wantsOf } from './project.ts'
import { resourceReply, type Call, type Reply } from './reply.ts'
import type { ResourceType } from './resource-types.ts'
import type { Body, Draft, Json, Written } from './store.ts'
import { toDraft, validate } from './validate.ts'
import { isJsonObject, partNamed, sameJson } from './values.ts'

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:patchop'

export async function create(call: Call, type: ResourceType): Promise<Reply> {
  const { store, request, outcome, reading } = call
  outcome.operation = 'create'
  const projection = projectionOf(type, request.query)
  const { body, members } = validate(type, rewriteBody(bodyOf(call), type, reading), reading)
  // Whoever is assigned may sign in unless said otherwise; clients expect to read it back.
  if (type.attributes.has('active')) body.active ??= true
  const draft = toDraft(type, body)
  const written = await store.create(type, draft, members ?? [], wantsOf(type, projection))
  outcome.resourceId = written.id
  outcome.changes = differences({}, draft.body)
  note(call, written)
  return resourceReply(call, type, 201, written, projection)
}

/**
 * What a PUT leaves out is cleared, except what only some clients send: `active` and `externalId`
 * stay (authentik leaves attributes out), and so do the members of a group and what can be set only
 * once. An `externalId` that is there and empty is cleared; `active` is true or false, or stays.
 */
export async function replace(call: Call, type: ResourceType, id: string): Promise<Reply> {
  const { store, request, outcome, reading } = call
  outcome.operation = 'replace'
  const projection = projectionOf(type, request.query)
  const sent = rewriteBody(bodyOf(call), type, reading)
  const { body, members } = validate(type, sent, reading)
  const kept = ['active', ...(partNamed(sent, 'externalid') === undefined ? ['externalId'] : [])]
  if (members?.includes(id) === true) throw selfMember()
  const written = await store.update(type, id, {
    check: checkFor(request),
    edit: noting(call, (before) => replaced(type, before, body, kept)),
    ...(members === undefined ? {} : { members: [{ kind: 'only', members }] }),
    wants: wantsOf(type, projection),
  })
  if (written === undefined) throw ScimError.notFound(type.name, id)
  note(call, written)
  return resourceReply(call, type, 200, written, projection)
}

function replaced(
  type: ResourceType,
  before: Body,
  sent: Body,
  keptNames: readonly string[],
): Draft | undefined {
  const kept: Body = Object.create(null)
  for (const name of keptNames) if (before[name] !== undefined) kept[name] = before[name]
  const body = keepImmutable(type, before, Object.assign(kept, sent))
  if (sameJson(before, body)) return undefined
  refuseImmutable(type, before, body)
  return toDraft(type, body)
}

/** A user comes back whole; a group without a body, which may be long, unless it was asked for. */
export async function patch(call: Call, type: ResourceType, id: string): Promise<Reply> {
  const { store, request, outcome, reading } = call
  outcome.operation = 'patch'
  const projection = projectionOf(type, request.query)
  const silent = type.hasMembers && !choosesAttributes(request.query)
  const sent = operationsIn(bodyOf(call))
  const operations = rewriteOperations(sent, { type, ownId: id }, reading)
  const { edit, members } = compilePatch(type, id, operations, reading)
  const written = await store.update(type, id, {
    check: checkFor(request),
    edit: noting(call, edit),
    members,
    wants: silent ? { members: false, groups: false } : wantsOf(type, projection),
  })
  if (written === undefined) throw ScimError.notFound(type.name, id)
  note(call, written)
  if (silent) return { status: 204, headers: { etag: entityTag(written.version) }, body: undefined }
  return resourceReply(call, type, 200, written, projection)
}

export async function remove(call: Call, type: ResourceType, id: string): Promise<Reply> {
  const { store, request, outcome } = call
  outcome.operation = 'delete'
  if (!(await store.remove(type, id, checkFor(request)))) throw ScimError.notFound(type.name, id)
  outcome.changed = true
  return { status: 204, headers: {}, body: undefined }
}

/** The body of a request, or the data of one of the operations of a bulk request. */
export function bodyOf({ request, reading, data }: Call): JsonObject {
  if (data !== undefined) return data
  const media = request.contentType?.split(';')[0]?.trim().toLowerCase()
  const offered = ['application/scim+json', ...(reading.strict ? [] : ['application/json'])]
  if (media !== undefined && !offered.includes(media))
    throw ScimError.plain(415, `The body is "${media.slice(0, 60)}"; send ${offered.join(' or ')}.`)
  return parseObject(request.body)
}

/** The operations of a PatchOp message, their member names in any case (RFC 7644 section 3.5.2). */
function operationsIn(message: JsonObject): Operation[] {
  const schemas = partNamed(message, 'schemas')
  const urns = Array.isArray(schemas) ? schemas : [schemas]
  if (!urns.some((urn: unknown) => typeof urn === 'string' && urn.toLowerCase() === PATCH_OP))
    throw ScimError.of(
      'invalidSyntax',
      'A PATCH body names urn:ietf:params:scim:api:messages:2.0:PatchOp in "schemas".',
    )
  const list = partNamed(message, 'operations')
  if (!Array.isArray(list) || list.length === 0)
    throw ScimError.of('invalidSyntax', 'A PATCH body needs "Operations", a list of at least one.')
  if (list.length > LIMITS.operations)
    throw ScimError.of(
      'tooMany',
      `The request has ${list.length} operations; at most ${LIMITS.operations} are taken at once.`,
    )
  return list.map((each: Json) => {
    const object = isJsonObject(each) ? each : {}
    const [op, path] = [partNamed(object, 'op'), partNamed(object, 'path')]
    if (typeof op !== 'string' || (path !== undefined && path !== null && typeof path !== 'string'))
      throw ScimError.of(
        'invalidSyntax',
        'Each element of "Operations" has an "op", and its "path" is text when it has one.',
      )
    return { op, path: path ?? undefined, value: partNamed(object, 'value') }
  })
}

/** Keeps what the edit makes different; when its transaction is tried again, the last time counts. */
function noting({ outcome }: Call, edit: (before: Body) => Draft | undefined): typeof edit {
  return (before) => {
    const draft = edit(before)
    outcome.changes = draft === undefined ? [] : differences(before, draft.body)
    return draft
  }
}

function note({ outcome }: Call, { changed, unknownMembers, movedMembers }: Written): void {
  outcome.changed = changed
  outcome.unknownMembers = unknownMembers
  outcome.movedMembers = movedMembers
}

// SEC I-10
function selfMember(): ScimError {
  return ScimError.of('invalidValue', 'A group cannot be a member of itself.')
}
