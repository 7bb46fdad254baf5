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
import type { Reading } from './dialects/reading.ts'
import { ScimError } from './errors.ts'
import { parsePatchPath, type PatchTarget } from './patch-path.ts'
import { applyTo, type BodyEdit, type Op } from './patch-apply.ts'
import { startWork } from './patch-work.ts'
import { LIMITS } from './limits.ts'
import { isMembers, membersFrom, mergeEdits, refuseTooManyMembers } from './members.ts'
import { matches } from './filter/match.ts'
import type { Filter } from './filter/tree.ts'
import { resolveName, type Resolved } from './path.ts'
import type { ResourceType } from './resource-types.ts'
import type { Body, Draft, Json, MemberEdit } from './store.ts'
import { refuseImmutable } from './mutability.ts'
import { isAbsent, isJsonObject, sameJson } from './values.ts'
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
 *         `noTarget` also when `edit` finds that a filter selects nothing, `tooMany` when it would
 *         take too long
 */
export function compilePatch(
  type: ResourceType,
  ownId: string,
  operations: readonly Operation[],
  reading: Reading,
): CompiledPatch {
  const edits: BodyEdit[] = []
  const members: MemberEdit[] = []
  const into = { type, ownId, edits, members, reading, named: 0 }
  for (const operation of operations) compileOne(into, operation)
  refuseWalks(members)
  return {
    members: mergeEdits(members),
    edit(body) {
      // Edits put new values in the place of old ones and change none.
      const next: Body = Object.assign(Object.create(null), body)
      const work = startWork()
      for (const edit of edits) edit(next, work)
      if (sameJson(body, next)) return undefined
      refuseImmutable(type, body, next)
      return toDraft(type, next)
    },
  }
}

interface Into {
  readonly type: ResourceType
  readonly ownId: string
  readonly edits: BodyEdit[]
  readonly members: MemberEdit[]
  readonly reading: Reading
  /** Members so far, in all operations. */
  named: number
}

function compileOne(into: Into, { op: written, path, value }: Operation): void {
  const op = written.toLowerCase()
  if (op !== 'add' && op !== 'replace' && op !== 'remove')
    throw ScimError.of(
      'invalidSyntax',
      `"${written.slice(0, 20)}" is no operation. Use add, remove or replace.`,
    )
  if (path === undefined || path === '') return compileWithoutPath(into, op, value)
  if (isCore(into, path)) return compileCore(into, op, path, value)
  const target = parsePatchPath(into.type, path)
  if (target === undefined) into.reading.ignore(path)
  else compileTarget(into, op, target, value)
}

/** Plain, dotted and qualified names and whole extension objects, mixed (union contract 5). */
function compileWithoutPath(into: Into, op: Op, value: Json | undefined): void {
  if (op === 'remove')
    throw ScimError.of('noTarget', 'A remove operation needs a "path" that says what to remove.')
  if (into.reading.strict)
    throw ScimError.of(
      'invalidSyntax',
      `An ${op} operation needs a "path" on this connection, which is strict: one for each attribute.`,
    )
  compileAttributes(into, op, value)
}

/** The core schema's URN in the place of a path, as that of an extension may stand there. */
function compileCore(into: Into, op: Op, path: string, value: Json | undefined): void {
  if (op === 'remove')
    throw ScimError.of(
      'invalidPath',
      `The path "${path.slice(0, 100)}" is all of a ${into.type.name}. Name the attribute to remove.`,
    )
  compileAttributes(into, op, value)
}

function compileAttributes(into: Into, op: Op, value: Json | undefined): void {
  if (!isJsonObject(value))
    throw ScimError.of(
      'invalidValue',
      `An ${op} operation that names no attribute needs a JSON object of attributes as its "value".`,
    )
  for (const [name, each] of Object.entries(value)) {
    const resolved = resolveName(into.type, name)
    if (resolved !== undefined)
      compileTarget(into, op, { resolved, where: undefined, written: name }, each)
    else if (isCore(into, name) && isJsonObject(each)) compileAttributes(into, op, each)
    else into.reading.ignore(name)
  }
}

function isCore({ type }: Into, name: string): boolean {
  return name.trim().toLowerCase() === type.schema.id.toLowerCase()
}

function compileTarget(into: Into, op: Op, target: PatchTarget, value: Json | undefined): void {
  if ('extension' in target.resolved)
    return compileExtension(into, op, target.resolved.extension, value)
  const { known, sub } = target.resolved
  const { attribute } = known
  // Which schemas a resource has follows from its attributes, not from a client's word.
  if (attribute.name === 'schemas') return
  // SEC P-8
  if (attribute.mutability === 'readOnly' || sub?.attribute.mutability === 'readOnly')
    throw readOnly(target.written)
  if (attribute.returned === 'never') return // SEC P-14: a password is accepted and forgotten
  if (op !== 'remove' && value === undefined)
    throw ScimError.of('invalidValue', `The ${op} of "${target.written}" has no "value".`)
  // Nobody is switched on or off but by true or false: a leaver whose `active` is cleared stays one.
  if (isActive(target.resolved) && (op === 'remove' || isAbsent(value))) return
  if (isMembers(into.type, target.resolved)) return compileMembers(into, op, target, value)
  if (into.reading.strict && target.where !== undefined && sub === undefined)
    throw ScimError.of(
      'invalidPath',
      `"${target.written.slice(0, 100)}" names an element; a strict connection wants one of its parts.`,
    )
  refuseRemovalOfRequired(into, op, target, value)
  into.edits.push(applyTo(op, target, value, into.reading))
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
    if (resolved === undefined) into.reading.ignore(written)
    else compileTarget(into, op, { resolved, where: undefined, written }, each)
  }
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
    editMembers(into, leaveWhere(where))
  } else if (op === 'remove') {
    // SEC P-11
    if (value !== undefined && value !== null)
      throw ScimError.of(
        'invalidValue',
        `A remove of "${target.written.slice(0, 100)}" means all members and takes no "value". ` +
          'To remove some, name them: members[value eq "…"].',
      )
    editMembers(into, { kind: 'only', members: [] }) // RFC 7644 section 3.5.2.2: no filter, all
  } else {
    const members = membersFrom(value ?? null)
    if (members.includes(into.ownId))
      throw ScimError.of('invalidValue', 'A group cannot be a member of itself.') // SEC I-10
    editMembers(into, { kind: op === 'add' ? 'join' : 'only', members })
  }
}

function editMembers(into: Into, edit: MemberEdit): void {
  into.named += 'members' in edit ? edit.members.length : 0
  refuseTooManyMembers(into.named)
  into.members.push(edit)
}

/**
 * The forms that clients send cost a look-up by key for each member that they name; any other filter
 * costs a walk through the group.
 */
function leaveWhere(where: Filter): MemberEdit {
  const members = membersNamedBy(where)
  if (members !== undefined) return { kind: 'leave', members }
  return { kind: 'leave-where', where: (member) => matches(where, { ...member }) }
}

function refuseWalks(edits: readonly MemberEdit[]): void {
  const walks = edits.filter(({ kind }) => kind === 'leave-where').length
  if (walks > LIMITS.memberWalks)
    throw ScimError.of(
      'tooMany',
      `${walks} operations select members by something else than their ids; at most ` +
        `${LIMITS.memberWalks} do in one request. Select them by members[value eq "…"].`,
    )
}

/** Of `value eq "a" or value eq "b"`; undefined for any other filter. */
function membersNamedBy(where: Filter): readonly string[] | undefined {
  if (where.kind === 'or') {
    const named = where.of.map(membersNamedBy)
    return named.every((each) => each !== undefined) ? named.flat() : undefined
  }
  if (where.kind !== 'compare' || where.operator !== 'eq' || where.path.attribute !== 'value')
    return undefined
  return typeof where.value === 'string' ? [where.value] : []
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

function isActive({ schema, known, sub }: Resolved): boolean {
  return schema === undefined && sub === undefined && known.attribute.name === 'active'
}

function readOnly(written: string): ScimError {
  const what = written.slice(0, 100)
  return ScimError.of('mutability', `"${what}" is read-only and cannot be changed by a client.`)
}
