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
