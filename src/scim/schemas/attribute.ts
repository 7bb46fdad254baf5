/**
 * How a schema is written down here: RFC 7643 section 7 as data. `attribute` fills in what that
 * section gives as the default, so that a schema file shows only what is special.
 */
export interface Attribute {
  readonly name: string
  readonly type:
    | 'string'
    | 'boolean'
    | 'decimal'
    | 'integer'
    | 'dateTime'
    | 'binary'
    | 'reference'
    | 'complex'
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  readonly returned: 'always' | 'never' | 'default' | 'request'
  readonly uniqueness: 'none' | 'server' | 'global'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly Attribute[]
}

export interface Schema {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
}

export function attribute(
  name: string,
  description: string,
  special: Partial<Attribute> = {},
): Attribute {
  return {
    name,
    type: special.subAttributes === undefined ? 'string' : 'complex',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...special,
  }
}

/** A multi-valued attribute of the usual form: value, display, type, primary (section 2.4). */
export function plural(
  name: string,
  description: string,
  types: readonly string[] | undefined,
  value: Partial<Attribute> = {},
): Attribute {
  return attribute(name, description, {
    multiValued: true,
    subAttributes: [
      attribute('value', 'The value itself.', value),
      attribute('display', 'How it is shown to people.'),
      attribute('type', 'What it is for.', types === undefined ? {} : { canonicalValues: types }),
      attribute('primary', 'Whether it is the preferred one; at most one is.', {
        type: 'boolean',
      }),
    ],
  })
}
