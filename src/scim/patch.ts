/**
 * PATCH compiled to edits (RFC 7644 section 3.5.2).
 *
 * Compiling looks at the schema and not at the resource, so its cost does not grow with the
 * resource: edits of `members` say who joins and who leaves, and a store applies them as rows;
 * every other operation becomes a function on the body. A store runs them all on a copy, in order,
 * together or not at all, and writes nothing when nothing is different.
 *
 * Departures of single clients from the RFC are undone before this, in `dialects/`.
 */
import { ScimError } from './errors.ts'
import { parsePatchPath, type PatchTarget } from './patch-path.ts'
import { applyTo, type BodyEdit, type Op } from './patch-apply.ts'
import { membersFrom } from './members.ts'
import { matches } from './filter/match.ts'
import { resolveName } from './path.ts'
import type { ResourceType } from './resource-types.ts'
import type { Body, Draft, Json, MemberEdit } from './store.ts'
import { isAbsent, isJsonObject, sameJson, type Report } from './values.ts'
import { toDraft } from './validate.ts'

/** An operation as it was sent, its names already found whatever their case. */
export interface Operation {
  readonly op: string
  readonly path: string | undefined
  /** Undefined when absent. */
  readonly value: Json | undefined
}

export interface CompiledPatch {
  /** For `Change.edit`: the new draft, or undefined when nothing is different. */
  readonly edit: (body: Body) => Draft | undefined
  readonly members: readonly MemberEdit[]
}

/**
 * @param ownId  the id in the address; an operation may repeat it and may not change it
 * @throws ScimError `invalidSyntax`, `invalidPath`, `invalidValue`, `mutability`, `noTarget`;
 *         `noTarget` also when `edit` finds that a filter selects nothing
 */
export function compilePatch(
  type: ResourceType,
  ownId: string,
  operations: readonly Operation[],
  report: Report,
): CompiledPatch {
  const edits: BodyEdit[] = []
  const members: MemberEdit[] = []
  const into = { type, ownId, edits, members, report }
  for (const operation of operations) compileOne(into, operation)
  return {
    members,
    edit(body) {
      const next = structuredClone<Body>({ ...body })
      for (const edit of edits) edit(next)
      return sameJson({ ...body }, next) ? undefined : toDraft(type, next)
    },
  }
}

interface Into {
  readonly type: ResourceType
  readonly ownId: string
  readonly edits: BodyEdit[]
  readonly members: MemberEdit[]
  readonly report: Report
}

function compileOne(into: Into, { op: written, path, value }: Operation): void {
  const op = written.toLowerCase()
  if (op !== 'add' && op !== 'replace' && op !== 'remove')
    throw ScimError.of(
      'invalidSyntax',
      `"${written.slice(0, 20)}" is no operation. Use add, remove or replace.`,
    )
  if (path === undefined || path === '') return compileWithoutPath(into, op, value)
  const target = parsePatchPath(into.type, path)
  if (target === undefined) into.report(path)
  else compileTarget(into, op, target, value)
}

/** Plain, dotted and qualified names and whole extension objects, mixed (union contract 5). */
function compileWithoutPath(into: Into, op: Op, value: Json | undefined): void {
  if (op === 'remove')
    throw ScimError.of('noTarget', 'A remove operation needs a "path" that says what to remove.')
  if (!isJsonObject(value))
    throw ScimError.of(
      'invalidValue',
      `An ${op} operation without a "path" needs a JSON object of attributes as its "value".`,
    )
  for (const [name, each] of Object.entries(value)) {
    const resolved = resolveName(into.type, name)
    if (resolved === undefined) into.report(name)
    else compileTarget(into, op, { resolved, where: undefined, written: name }, each)
  }
}

function compileTarget(into: Into, op: Op, target: PatchTarget, value: Json | undefined): void {
  if ('extension' in target.resolved)
    return compileExtension(into, op, target.resolved.extension, value)
  const { attribute } = target.resolved.known
  if (attribute.name === 'id') return checkOwnId(into.ownId, value)
  if (attribute.name === 'schemas' || attribute.name === 'meta') {
    // Repeated by clients that send a whole resource as the value (authentik); never ours to take.
    if (target.written.includes('.')) throw readOnly(attribute.name)
    return
  }
  if (attribute.mutability === 'readOnly') throw readOnly(attribute.name)
  if (attribute.returned === 'never') return // SEC P-14: a password is accepted and forgotten
  if (into.type.hasMembers && attribute.name === 'members')
    return compileMembers(into, op, target, value)
  if (op !== 'remove' && value === undefined)
    throw ScimError.of('invalidValue', `The ${op} of "${target.written}" has no "value".`)
  refuseRemovalOfRequired(into, op, target, value)
  into.edits.push(applyTo(op, target, value, into.report))
}

function compileExtension(into: Into, op: Op, urn: string, value: Json | undefined): void {
  if (op === 'remove' || isAbsent(value)) {
    into.edits.push((body) => void delete body[urn])
    return
  }
  if (!isJsonObject(value))
    throw ScimError.of('invalidValue', `"${urn}" must be a JSON object with its attributes.`)
  for (const [name, each] of Object.entries(value)) {
    const written = `${urn}:${name}`
    const resolved = resolveName(into.type, written)
    if (resolved === undefined) into.report(written)
    else compileTarget(into, op, { resolved, where: undefined, written }, each)
  }
}

function checkOwnId(ownId: string, value: Json | undefined): void {
  if (value !== ownId)
    throw ScimError.of('mutability', 'The "id" is ours and never changes; leave it out.')
}

function compileMembers(into: Into, op: Op, target: PatchTarget, value: Json | undefined): void {
  const { where, resolved } = target
  if (!('known' in resolved)) return
  if (resolved.sub !== undefined)
    throw ScimError.of(
      'mutability',
      'The parts of a member cannot be edited: remove the member and add the other one.',
    )
  if (where !== undefined) {
    if (op !== 'remove')
      throw ScimError.of(
        'mutability',
        'A member cannot be edited in place: remove the member and add the other one.',
      )
    into.members.push(leaveWhere(where))
  } else if (op === 'remove') into.members.push({ kind: 'only', members: [] }) // RFC 7644 section 3.5.2.2: no filter, all
  else {
    const members = membersFrom(value ?? null)
    if (members.includes(into.ownId))
      throw ScimError.of('invalidValue', 'A group cannot be a member of itself.') // SEC I-10
    into.members.push({ kind: op === 'add' ? 'join' : 'only', members })
  }
}

function leaveWhere(where: NonNullable<PatchTarget['where']>): MemberEdit {
  // The form every client sends costs a look-up by key instead of a walk through the group.
  if (where.kind === 'compare' && where.operator === 'eq' && where.path.attribute === 'value')
    return { kind: 'leave', members: typeof where.value === 'string' ? [where.value] : [] }
  return { kind: 'leave-where', where: (member) => matches(where, { ...member }) }
}

function refuseRemovalOfRequired(
  { type }: Into,
  op: Op,
  { resolved, written }: PatchTarget,
  value: Json | undefined,
): void {
  if ('extension' in resolved || resolved.sub !== undefined) return
  if (resolved.known.attribute.required && (op === 'remove' || isAbsent(value)))
    throw ScimError.of(
      op === 'remove' ? 'mutability' : 'invalidValue',
      `"${written}" is required: a ${type.name} cannot be without it.`,
    )
}

function readOnly(name: string): ScimError {
  return ScimError.of('mutability', `"${name}" is read-only and cannot be changed by a client.`)
}
