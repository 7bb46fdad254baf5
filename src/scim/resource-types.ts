/**
 * The resource types that are served, as data. To add one: its schema in `schemas/`, and an entry
 * here. Everything else in this folder reads this list.
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
  /** The attribute whose folded value is unique per connection. */
  readonly uniqueAttribute: string
  /** Has `members`, which are kept as rows and never part of a body. */
  readonly hasMembers: boolean
  /** Can be a member, and shows its `groups`. */
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
    uniqueAttribute: 'userName',
    hasMembers: false,
    hasGroups: true,
  }),
  defineType({
    name: 'Group',
    endpoint: '/Groups',
    description: 'Groups of people',
    idPrefix: 'grp',
    schema: GROUP,
    extensions: [],
    uniqueAttribute: 'displayName',
    hasMembers: true,
    hasGroups: false,
  }),
]

/** @throws Error for a name that no entry has: our own mistake, never a client's */
export function resourceType(name: string): ResourceType {
  const type = RESOURCE_TYPES.find((each) => each.name === name)
  if (type === undefined) throw new Error(`There is no resource type ${name}.`)
  return type
}

/** A type as data, with the look-up tables that every path needs. */
export function defineType(
  given: Omit<ResourceType, 'attributes' | 'extensions'> & { extensions: readonly Schema[] },
): ResourceType {
  return {
    ...given,
    attributes: known([...COMMON, ...given.schema.attributes]),
    extensions: new Map(extensionsOf(given.extensions)),
  }
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
