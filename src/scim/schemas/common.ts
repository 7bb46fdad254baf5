/** The attributes that every resource has (RFC 7643 section 3.1). No schema lists them. */
import { attribute, type Attribute } from './attribute.ts'

const fixed = { caseExact: true, mutability: 'readOnly' } as const

export const COMMON: readonly Attribute[] = [
  attribute('schemas', 'The URNs of the schemas that the resource uses.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    returned: 'always',
  }),
  attribute('id', 'Our identifier of the resource: it never changes and is never used again.', {
    ...fixed,
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'The identity provider’s own identifier of the resource.', {
    caseExact: true,
  }),
  attribute('meta', 'When and where the resource came to be.', {
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'The name of its resource type.', fixed),
      attribute('created', 'When it was created.', { ...fixed, type: 'dateTime' }),
      attribute('lastModified', 'When it last really changed.', { ...fixed, type: 'dateTime' }),
      attribute('location', 'Its address.', {
        ...fixed,
        type: 'reference',
        referenceTypes: ['uri'],
      }),
      attribute('version', 'Its entity tag.', fixed),
    ],
  }),
]
