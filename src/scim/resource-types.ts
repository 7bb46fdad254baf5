/**
 * The resource types that are served, as data. To add one: its schema in `schemas/`, and an entry
 * here. `app.ts` hands the list to whatever serves it; what a type needs beside that, its schema says.
 *
 * Looking an attribute up by the name a client wrote (in any letter case) is on every path, so
 * the look-up tables are made once.
 */
import type { Attribute, Schema } from './schemas/attribute.ts'
import { COMMON } from './schemas/common.ts'
import { ENTERPRISE_USER } from './schemas/enterprise-user.ts'
import { GROUP } from './schemas/group.ts'
import { USER } from './schemas/user.ts'

/** An attribute and its sub-attributes by lower-case name. */
export interface Known {
  readonly attribute: Attribute
  readonly subs: ReadonlyMap<string, Known>
}

export interface Extension {
  readonly schema: Schema
  readonly attributes: ReadonlyMap<string, Known>
}

export interface ResourceType {
  readonly name: string
  /** Below the BaseUrl, with its slash. */
  readonly endpoint: string
  readonly description: string
  readonly idPrefix: string
  readonly schema: Schema
  /** What its schema says is unique: per connection and type, compared as its `caseExact` says. */
  readonly uniqueAttribute: string
  /** Has `members`, which are kept as rows and never part of a body. */
  readonly hasMembers: boolean
  /** The names of the types whose resources may be members. */
  readonly memberTypes: readonly string[]
  /** Shows its `groups`. */
  readonly hasGroups: boolean
  /** Common and core attributes by lower-case name. */
  readonly attributes: ReadonlyMap<string, Known>
  /** By lower-case URN. */
  readonly extensions: ReadonlyMap<string, Extension>
}

export const RESOURCE_TYPES: readonly ResourceType[] = [
  defineType({
    name: 'User',
    endpoint: '/Users',
    description: 'People',
    idPrefix: 'usr',
    schema: USER,
    extensions: [ENTERPRISE_USER],
  }),
  defineType({
    name: 'Group',
    endpoint: '/Groups',
    description: 'Groups of people',
    idPrefix: 'grp',
    schema: GROUP,
    extensions: [],
  }),
]

/** @throws Error for a name that no entry has: our own mistake, never a client's */
export function resourceType(name: string): ResourceType {
  const type = RESOURCE_TYPES.find((each) => each.name === name)
  if (type === undefined) throw new Error(`There is no resource type ${name}.`)
  return type
}

export interface TypeDefinition extends Pick<
  ResourceType,
  'name' | 'endpoint' | 'description' | 'idPrefix' | 'schema'
> {
  readonly extensions: readonly Schema[]
}

/**
 * A type as data, with what its schema says and the look-up tables that every path needs.
 * @throws Error for a schema without exactly one required text that is unique: our own mistake
 */
export function defineType(given: TypeDefinition): ResourceType {
  const attributes = known([...COMMON, ...given.schema.attributes])
  const membersRef = attributes.get('members')?.subs.get('$ref')
  return {
    ...given,
    uniqueAttribute: uniqueIn(given.schema),
    hasMembers: membersRef !== undefined,
    memberTypes: membersRef?.attribute.referenceTypes ?? [],
    hasGroups: attributes.get('groups')?.subs.has('$ref') === true,
    attributes,
    extensions: new Map(extensionsOf(given.extensions)),
  }
}

function uniqueIn({ id, attributes }: Schema): string {
  const [unique, ...others] = attributes.filter(({ uniqueness }) => uniqueness !== 'none')
  if (unique?.type !== 'string' || unique.multiValued || !unique.required || others.length > 0)
    throw new Error(`${id} needs one attribute that is unique: a required text of one value.`)
  return unique.name
}

/** The type with more extensions than its own. */
export function extended(type: ResourceType, schemas: readonly Schema[]): ResourceType {
  if (schemas.length === 0) return type
  return { ...type, extensions: new Map([...type.extensions, ...extensionsOf(schemas)]) }
}

function extensionsOf(schemas: readonly Schema[]): [string, Extension][] {
  return schemas.map((schema) => [
    schema.id.toLowerCase(),
    { schema, attributes: known(schema.attributes) },
  ])
}

function known(attributes: readonly Attribute[]): ReadonlyMap<string, Known> {
  return new Map(
    attributes.map((attribute) => [
      attribute.name.toLowerCase(),
      { attribute, subs: known(attribute.subAttributes ?? []) },
    ]),
  )
}
