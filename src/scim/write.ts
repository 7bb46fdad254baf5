/** The requests that change something: POST, PUT, PATCH and DELETE of a resource. */
import { rewriteAll } from './dialects/index.ts'
import { differences } from './differences.ts'
import { ScimError } from './errors.ts'
import { parseObject, type JsonObject } from './json.ts'
import { LIMITS } from './limits.ts'
import { compilePatch, type Operation } from './patch.ts'
import { projectionOf, wantsOf } from './project.ts'
import { isNamedBy, resourceReply, type Call, type Reply } from './reply.ts'
import type { ResourceType } from './resource-types.ts'
import type { Body, Draft, Json, Written } from './store.ts'
import { toDraft, validate } from './validate.ts'
import { isJsonObject, sameJson, type Report } from './values.ts'

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:patchop'

export async function create(call: Call, type: ResourceType): Promise<Reply> {
  const { store, request, outcome } = call
  outcome.operation = 'create'
  const projection = projectionOf(type, request.query)
  const { body, members } = validate(type, bodyOf(call), reportTo(call))
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
 * stay (authentik leaves attributes out), and so do the members of a group.
 */
export async function replace(call: Call, type: ResourceType, id: string): Promise<Reply> {
  const { store, request, outcome } = call
  outcome.operation = 'replace'
  const projection = projectionOf(type, request.query)
  const { body, members } = validate(type, bodyOf(call), reportTo(call))
  if (members?.includes(id) === true) throw selfMember()
  const written = await store.update(type, id, {
    check: checkFor(call),
    edit: noting(call, (before) => replaced(type, before, body)),
    ...(members === undefined ? {} : { members: [{ kind: 'only', members }] }),
    wants: wantsOf(type, projection),
  })
  if (written === undefined) throw ScimError.notFound(type.name, id)
  note(call, written)
  return resourceReply(call, type, 200, written, projection)
}

function replaced(type: ResourceType, before: Body, sent: Body): Draft | undefined {
  const kept: Body = Object.create(null)
  for (const name of ['active', 'externalId'])
    if (before[name] !== undefined) kept[name] = before[name]
  const body = Object.assign(kept, sent)
  return sameJson({ ...before }, { ...body }) ? undefined : toDraft(type, body)
}

/** A user comes back whole; a group without a body, which may be long, unless it was asked for. */
export async function patch(call: Call, type: ResourceType, id: string): Promise<Reply> {
  const { store, request, outcome } = call
  outcome.operation = 'patch'
  const projection = projectionOf(type, request.query)
  const silent = type.hasMembers && projection === undefined
  const { operations, applied } = rewriteAll(operationsIn(bodyOf(call)), id)
  outcome.rewrites = applied
  const { edit, members } = compilePatch(type, id, operations, reportTo(call))
  const written = await store.update(type, id, {
    check: checkFor(call),
    edit: noting(call, edit),
    members,
    wants: silent ? { members: false, groups: false } : wantsOf(type, projection),
  })
  if (written === undefined) throw ScimError.notFound(type.name, id)
  note(call, written)
  if (silent) return { status: 204, headers: {}, body: undefined }
  return resourceReply(call, type, 200, written, projection)
}

export async function remove(call: Call, type: ResourceType, id: string): Promise<Reply> {
  const { store, outcome } = call
  outcome.operation = 'delete'
  if (!(await store.remove(type, id, checkFor(call)))) throw ScimError.notFound(type.name, id)
  outcome.changed = true
  return { status: 204, headers: {}, body: undefined }
}

function bodyOf({ request }: Call): JsonObject {
  const media = request.contentType?.split(';')[0]?.trim().toLowerCase()
  if (media !== undefined && media !== 'application/scim+json' && media !== 'application/json')
    throw ScimError.plain(
      415,
      `The body is "${media.slice(0, 60)}"; send application/scim+json or application/json.`,
    )
  return parseObject(request.body)
}

/** The operations of a PatchOp message, their member names in any case (RFC 7644 section 3.5.2). */
function operationsIn(message: JsonObject): Operation[] {
  const byName = (object: { readonly [name: string]: Json }, name: string) =>
    Object.entries(object).find(([each]) => each.toLowerCase() === name)?.[1]
  const schemas = byName(message, 'schemas')
  const urns = Array.isArray(schemas) ? schemas : [schemas]
  if (!urns.some((urn: unknown) => typeof urn === 'string' && urn.toLowerCase() === PATCH_OP))
    throw ScimError.of(
      'invalidSyntax',
      'A PATCH body names urn:ietf:params:scim:api:messages:2.0:PatchOp in "schemas".',
    )
  const list = byName(message, 'operations')
  if (!Array.isArray(list) || list.length === 0)
    throw ScimError.of('invalidSyntax', 'A PATCH body needs "Operations", a list of at least one.')
  if (list.length > LIMITS.operations)
    throw ScimError.of(
      'tooMany',
      `The request has ${list.length} operations; at most ${LIMITS.operations} are taken at once.`,
    )
  return list.map((each: Json) => {
    const object = isJsonObject(each) ? each : {}
    const [op, path] = [byName(object, 'op'), byName(object, 'path')]
    if (typeof op !== 'string' || (path !== undefined && path !== null && typeof path !== 'string'))
      throw ScimError.of(
        'invalidSyntax',
        'Each element of "Operations" has an "op", and its "path" is text when it has one.',
      )
    return { op, path: path ?? undefined, value: byName(object, 'value') }
  })
}

/** If-Match: the write happens only to the version the client has seen (RFC 7644 section 3.14). */
function checkFor({ request }: Call): (version: number) => void {
  return (version) => {
    if (request.ifMatch !== undefined && !isNamedBy(request.ifMatch, version))
      throw ScimError.plain(
        412,
        'The resource has changed since it was read: its version is ' +
          `W/"${version}" now. Read it again and repeat the change.`,
      )
  }
}

function reportTo({ outcome }: Call): Report {
  return (name) => {
    if (outcome.ignored.length < 50 && !outcome.ignored.includes(name))
      outcome.ignored.push(name.slice(0, 200))
  }
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
