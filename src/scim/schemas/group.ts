/**
 * The Group schema (RFC 7643 section 4.2), with the errata 5368 (`displayName` is required) and
 * 6011 (`members.display` exists).
 */
import { attribute, type Schema } from './attribute.ts'

export const GROUP: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'A group of people',
  attributes: [
    attribute('displayName', 'The name of the group; unique in the connection.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('members', 'Who is in the group.', {
      multiValued: true,
      subAttributes: [
        attribute('value', 'The id of the member.', { mutability: 'immutable', caseExact: true }),
        attribute('$ref', 'The address of the member.', {
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          mutability: 'immutable',
          caseExact: true,
        }),
        attribute('type', 'User or Group.', {
          mutability: 'immutable',
          canonicalValues: ['User', 'Group'],
        }),
        attribute('display', 'The name of the member.', { mutability: 'readOnly' }),
      ],
    }),
  ],
}
