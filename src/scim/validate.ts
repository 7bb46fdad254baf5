/**
 * The body of a POST or PUT against its resource type.
 *
 * What is ours to say (`id`, `meta`, `groups`) is ignored where a client repeats it (SEC P-8); the
 * password is dropped here, before anything could keep it (P-14); names that no schema has are
 * dropped and reported, because Okta and Entra send them.
 */
import type { Reading } from './dialects/reading.ts'
import { ScimError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { isMembers, membersFrom } from './members.ts'
import { resolveName } from './path.ts'
import type { Known, ResourceType } from './resource-types.ts'
import type { Body, Draft, Json } from './store.ts'
import { fold } from '../lib/index.ts'
import { isAbsent, isJsonObject, partNamed, valueFor } from './values.ts'

export interface Validated {
  readonly body: Body
  /** Undefined when the body does not speak of members. */
  readonly members: readonly string[] | undefined
}

/** @throws ScimError `invalidValue` or `invalidSyntax` */
export function validate(type: ResourceType, sent: JsonObject, reading: Reading): Validated {
  checkSchemas(type, sent, reading)
  const body: Body = Object.create(null)
  let members: readonly string[] | undefined
  for (const [name, value] of Object.entries(sent)) {
    const resolved = resolveName(type, name)
    if (resolved === undefined) reading.ignore(name)
    else if ('extension' in resolved) setExtension(type, body, resolved.extension, value, reading)
    else if (resolved.sub !== undefined || resolved.schema !== undefined) reading.ignore(name)
    else if (isMembers(type, resolved)) members = membersFrom(value)
    else setAttribute(body, resolved.known, value, reading)
  }
  return { body, members }
}

/** A draft for the store; the last look at a body, whatever way it came to be. */
export function toDraft(type: ResourceType, body: Body): Draft {
  const unique = body[type.uniqueAttribute]
  const known = type.attributes.get(type.uniqueAttribute.toLowerCase())
  if (typeof unique !== 'string' || unique.trim() === '')
    throw ScimError.of(
      'invalidValue',
      `A ${type.name} needs "${type.uniqueAttribute}", and it may not be blank. ` +
        'Map it in the identity provider’s attribute mappings.',
    )
  return {
    body,
    keys: {
      unique: known?.attribute.caseExact === true ? unique : fold(unique),
      externalId: typeof body.externalId === 'string' ? body.externalId : null,
      active: body.active !== false,
    },
  }
}

function checkSchemas(type: ResourceType, sent: JsonObject, reading: Reading): void {
  const given = partNamed(sent, 'schemas')
  if (isAbsent(given) && reading.undoes('authentik.no-schemas')) return
  const urns = (Array.isArray(given) ? given : [given]).map((urn: unknown) =>
    typeof urn === 'string' ? urn.toLowerCase() : '',
  )
  if (urns.some((urn) => urn.startsWith('urn:scim:schemas:core:1.')))
    throw ScimError.of(
      'invalidSyntax',
      'The body is SCIM 1.1. Choose the SCIM 2.0 connector in the identity provider.',
    )
  if (!urns.includes(type.schema.id.toLowerCase()))
    throw ScimError.of(
      'invalidSyntax',
      `"schemas" does not name ${type.schema.id}, which a ${type.name} has.`,
    )
  if (!reading.strict) return
  for (const urn of urns)
    if (urn !== type.schema.id.toLowerCase() && !type.extensions.has(urn)) reading.ignore(urn)
}

function setAttribute(body: Body, known: Known, value: Json, reading: Reading): void {
  const { name, mutability, returned } = known.attribute
  if (name === 'schemas' || mutability === 'readOnly' || returned === 'never') return
  const clean = valueFor(known, value, reading)
  if (clean !== undefined) body[name] = clean
}

function setExtension(
  type: ResourceType,
  body: Body,
  urn: string,
  value: Json,
  reading: Reading,
): void {
  if (isAbsent(value)) return
  const extension = type.extensions.get(urn.toLowerCase())
  if (!isJsonObject(value) || extension === undefined)
    throw ScimError.of('invalidValue', `"${urn}" must be a JSON object with its attributes.`)
  const held: Body = Object.create(null)
  for (const [name, each] of Object.entries(value)) {
    const known = extension.attributes.get(name.toLowerCase())
    if (known === undefined) reading.ignore(`${urn}:${name}`)
    else setAttribute(held, known, each, reading)
  }
  if (Object.keys(held).length > 0) body[urn] = held
}
