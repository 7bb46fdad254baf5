/**
 * Extension schemas that a connection declares for itself (RFC 7643 section 3.3): attributes of the
 * customer's own under a URN of their own, beside those that every connection has.
 *
 * A declaration is data like our own schemas and is read by the same code: what it names is checked,
 * stored, filtered and served in /Schemas from then on.
 */
import { Refusal } from '../lib/index.ts'
import { extended, type ResourceType } from './resource-types.ts'
import { attribute, type Attribute, type Schema } from './schemas/attribute.ts'

/** As an operator writes it: what is left out is as RFC 7643 section 2.2 says. */
export interface DeclaredAttribute {
  readonly name: string
  readonly type?: Attribute['type'] | undefined
  readonly multiValued?: boolean | undefined
  readonly description?: string | undefined
  readonly caseExact?: boolean | undefined
  readonly mutability?: 'readWrite' | 'immutable' | undefined
  readonly returned?: 'default' | 'request' | undefined
  readonly canonicalValues?: readonly string[] | undefined
  readonly subAttributes?: readonly DeclaredAttribute[] | undefined
}

export interface DeclaredExtension {
  /** The name of the type that it extends. */
  readonly resourceType: string
  readonly schema: Schema
}

const MOST_ATTRIBUTES = 100
const MOST_EXTENSIONS = 10
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/
/** Of what RFC 8141 allows the part that needs no escape in a filter, a list of attributes or an address. */
const URN = /^urn:[a-z0-9][a-z0-9-]{0,31}:[\w.:-]{1,200}$/i
/** Common to all resources, and what would reach behind an object. */
const RESERVED = new Set(['id', 'externalid', 'meta', 'schemas', '__proto__', 'constructor'])

/**
 * The schema as it is kept and served.
 * @param types  those that there are to be extended
 * @throws Refusal `invalid_input` naming the attribute and the rule of RFC 7643 section 7
 */
export function declareExtension(
  given: {
    readonly resourceType: string
    readonly id: string
    readonly name: string
    readonly description: string
    readonly attributes: readonly DeclaredAttribute[]
  },
  others: readonly DeclaredExtension[],
  types: readonly ResourceType[],
): DeclaredExtension {
  const { resourceType, id, name, description } = given
  if (!types.some((type) => type.name === resourceType))
    throw invalid(
      `"${resourceType}" is no resource type; ${types.map((type) => type.name).join(', ')} are.`,
    )
  if (!URN.test(id) || id.toLowerCase().startsWith('urn:ietf:'))
    throw invalid(
      `"${id}" cannot name an extension: take a URN of your own, such as urn:acme:User, of letters, digits and . : _ -.`,
    )
  const clash = others.find(
    ({ schema }) =>
      isAttributeOf(schema, id) || isAttributeOf({ id, attributes: given.attributes }, schema.id),
  )
  if (clash !== undefined)
    throw invalid(
      `"${id}" and "${clash.schema.id}": one would be an attribute of the other. Take another URN.`,
    )
  if (others.length >= MOST_EXTENSIONS)
    throw invalid(`A connection may declare ${MOST_EXTENSIONS} extensions; it has as many.`)
  return {
    resourceType,
    schema: { id, name, description, attributes: attributesOf(id, given.attributes, true) },
  }
}

/** The types of a connection: ours, with what it declares. */
export function typesWith(
  types: readonly ResourceType[],
  declared: readonly DeclaredExtension[],
): readonly ResourceType[] {
  if (declared.length === 0) return types
  return types.map((type) =>
    extended(
      type,
      declared.filter(({ resourceType }) => resourceType === type.name).map(({ schema }) => schema),
    ),
  )
}

function isAttributeOf(
  schema: { readonly id: string; readonly attributes: readonly { readonly name: string }[] },
  urn: string,
): boolean {
  const names = schema.attributes.map(({ name }) => `${schema.id}:${name}`.toLowerCase())
  return names.includes(urn.toLowerCase())
}

function attributesOf(
  where: string,
  given: readonly DeclaredAttribute[],
  mayNest: boolean,
): Attribute[] {
  if (given.length === 0 || given.length > MOST_ATTRIBUTES)
    throw invalid(`${where} takes 1 to ${MOST_ATTRIBUTES} attributes.`)
  const names = given.map(({ name }) => name.toLowerCase())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw invalid(`${where} names "${twice}" twice, in whatever letter case.`)
  return given.map((each) => attributeOf(where, each, mayNest))
}

function attributeOf(where: string, given: DeclaredAttribute, mayNest: boolean): Attribute {
  const { name, subAttributes, description = '', type = 'string', ...rest } = given
  if (!NAME.test(name) || RESERVED.has(name.toLowerCase()))
    throw invalid(
      `"${name}" cannot be an attribute of ${where}: letters, digits, _ and -, and not ${[...RESERVED].slice(0, 4).join(', ')}.`,
    )
  const isComplex = subAttributes !== undefined
  if (isComplex !== (type === 'complex') && !(isComplex && given.type === undefined))
    throw invalid(`"${name}" of ${where}: type complex and subAttributes go together.`)
  if (isComplex && !mayNest)
    throw invalid(
      `"${name}" of ${where}: a sub-attribute cannot be complex (RFC 7643 section 2.3.8).`,
    )
  const special = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  )
  return attribute(name, description, {
    ...special,
    ...(isComplex
      ? { type: 'complex', subAttributes: attributesOf(`${where}:${name}`, subAttributes, false) }
      : { type }),
  })
}

function invalid(message: string): Refusal {
  return new Refusal('invalid_input', message)
}
