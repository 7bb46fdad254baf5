/** The User schema (RFC 7643 section 4.1), with the errata 8471 (`groups.$ref` names a Group). */
import { attribute, plural, type Schema } from './attribute.ts'

const readOnly = { mutability: 'readOnly' } as const
/** References are compared exactly (section 2.3.7), whatever section 8.7.1 prints. */
const address = { type: 'reference', referenceTypes: ['external'], caseExact: true } as const

export const USER: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A person',
  attributes: [
    attribute('userName', 'What the person is called at sign-in; unique in the connection.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('name', 'The parts of the person’s name.', {
      subAttributes: [
        attribute('formatted', 'The whole name as it is written.'),
        attribute('familyName', 'Family name.'),
        attribute('givenName', 'Given name.'),
        attribute('middleName', 'Middle name or names.'),
        attribute('honorificPrefix', 'Title before the name.'),
        attribute('honorificSuffix', 'What follows the name, such as III.'),
      ],
    }),
    attribute('displayName', 'The name to show for the person.'),
    attribute('nickName', 'What the person is called informally.'),
    attribute('profileUrl', 'Address of a page about the person.', address),
    attribute('title', 'Job title.'),
    attribute('userType', 'How the person relates to the organisation, such as Contractor.'),
    attribute('preferredLanguage', 'Languages in the form of an Accept-Language header.'),
    attribute('locale', 'Where the person is, for formatting: a language tag such as en-US.'),
    attribute('timezone', 'Time zone by its IANA name, such as Europe/Berlin.'),
    attribute('active', 'Whether the person may sign in.', { type: 'boolean' }),
    attribute('password', 'Accepted and forgotten: people sign in at their identity provider.', {
      mutability: 'writeOnly',
      returned: 'never',
    }),
    plural('emails', 'E-mail addresses.', ['work', 'home', 'other']),
    plural('phoneNumbers', 'Telephone numbers.', [
      'work',
      'home',
      'mobile',
      'fax',
      'pager',
      'other',
    ]),
    plural('ims', 'Instant messaging addresses.', [
      'aim',
      'gtalk',
      'icq',
      'xmpp',
      'msn',
      'skype',
      'qq',
      'yahoo',
    ]),
    plural('photos', 'Addresses of pictures.', ['photo', 'thumbnail'], address),
    attribute('addresses', 'Postal addresses.', {
      multiValued: true,
      subAttributes: [
        attribute('formatted', 'The whole address as it is written.'),
        attribute('streetAddress', 'Street, house number and the like.'),
        attribute('locality', 'City.'),
        attribute('region', 'State or region.'),
        attribute('postalCode', 'Postal code.'),
        attribute('country', 'Country as an ISO 3166-1 alpha-2 code.'),
        attribute('type', 'What it is for.', { canonicalValues: ['work', 'home', 'other'] }),
        attribute('primary', 'Whether it is the preferred one.', { type: 'boolean' }),
      ],
    }),
    attribute('groups', 'The groups the person is in; changed through the groups.', {
      multiValued: true,
      ...readOnly,
      subAttributes: [
        attribute('value', 'The id of the group.', { ...readOnly, caseExact: true }),
        attribute('$ref', 'The address of the group.', {
          ...readOnly,
          type: 'reference',
          referenceTypes: ['Group'],
          caseExact: true,
        }),
        attribute('display', 'The name of the group.', readOnly),
        attribute('type', 'How the person is in it.', {
          ...readOnly,
          canonicalValues: ['direct', 'indirect'],
        }),
      ],
    }),
    plural('entitlements', 'What the person is entitled to.', undefined),
    plural('roles', 'The roles of the person.', undefined),
    plural('x509Certificates', 'Certificates of the person.', undefined, {
      type: 'binary',
      caseExact: true,
    }),
  ],
}
