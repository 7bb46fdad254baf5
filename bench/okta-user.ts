/** The nth person and the nth group, as Okta and the benches know them. */
import { createHash } from 'node:crypto'

/** The nth person's. Hashed, so that neighbours in time are none in the index, as with real names. */
export function userNameOf(n: number): string {
  return `${createHash('md5').update(String(n)).digest('hex').slice(0, 12)}@acme.example`
}

export function externalIdOf(n: number): string {
  return `00u${createHash('md5').update(`external${n}`).digest('hex').slice(0, 17)}`
}

export function userIdOf(n: number): string {
  return `usr_${n.toString(16).padStart(26, '0')}`
}

/** Never with the end of a person's: an identity's id is made of that (decision 0005). */
export function groupIdOf(n: number): string {
  return `grp_z${n.toString(16).padStart(25, '0')}`
}

/** What Okta sends to create somebody; without the random password, which is dropped anyway. */
export function oktaUser(userName: string, externalId: string) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    name: { givenName: 'Nadia', familyName: 'Osei' },
    emails: [{ primary: true, value: userName, type: 'work' }],
    displayName: 'Nadia Osei',
    locale: 'en-US',
    externalId,
    groups: [],
    active: true,
  }
}
