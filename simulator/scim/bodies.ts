/**
 * What Okta writes into its requests about people.
 *
 * A create says all that Okta has; an update is the server's own answer with Okta's values written
 * over it, so that every mistake in the answer returns. Attributes are those that an administrator
 * maps: the base ones, title, phone and department.
 */
import { randomBytes } from 'node:crypto'
import type { Person } from '../org.ts'

export type Json = Readonly<Record<string, unknown>>

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** Carries a random password also when passwords are not synchronised, as Okta's does. */
export function newUser(person: Person): Json {
  const { title, phone, department } = person
  return {
    schemas: department === '' ? [USER] : [USER, ENTERPRISE],
    userName: person.login,
    name: {
      givenName: person.givenName,
      ...(person.familyName !== '' && { familyName: person.familyName }),
    },
    emails: [workEmail(person)],
    ...(title !== '' && { title }),
    displayName: person.displayName,
    ...(phone !== '' && { phoneNumbers: [workPhone(person)] }),
    locale: languageTag(person.locale),
    externalId: person.id,
    groups: [],
    password: randomBytes(12).toString('base64url'),
    active: true,
    ...(department !== '' && { [ENTERPRISE]: { department } }),
  }
}

/** Empty is said as an empty string here: that is how Okta clears. */
export function updatedUser(stored: Json, person: Person): Json {
  const middleName = objectOf(stored.name).middleName ?? ''
  const { givenName, familyName } = person
  const schemas = Array.isArray(stored.schemas) ? (stored.schemas as unknown[]) : []
  return {
    ...stored,
    schemas: [...new Set([...schemas, USER, ENTERPRISE])],
    userName: person.login,
    name: { ...objectOf(stored.name), givenName, middleName, familyName },
    emails: withWork(stored.emails, workEmail(person)),
    title: person.title,
    displayName: person.displayName,
    phoneNumbers: withWork(stored.phoneNumbers, workPhone(person)),
    locale: languageTag(person.locale),
    externalId: person.id,
    active: true,
    [ENTERPRISE]: { ...objectOf(stored[ENTERPRISE]), department: person.department },
  }
}

export function patchOf(...operations: readonly Json[]): Json {
  return { schemas: [PATCH], Operations: operations }
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

function workEmail({ email }: Person) {
  return { primary: true, value: email, type: 'work' }
}

function workPhone({ phone }: Person) {
  return { primary: true, value: phone, type: 'work' }
}

/** Writes over the element of type work, or adds one; what it does not know stays. */
function withWork(stored: unknown, mine: { type: string; value: string }): unknown[] {
  const elements = Array.isArray(stored) ? stored.map(objectOf) : []
  const rest = elements.filter(({ type }) => type !== mine.type)
  const work = elements.find(({ type }) => type === mine.type)
  return mine.value === '' ? rest : [{ ...work, ...mine }, ...rest]
}

/** Okta keeps `pt_BR` and sends `pt-BR`. */
function languageTag(locale: string): string {
  return locale.replace('_', '-')
}
