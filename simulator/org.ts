/**
 * The organisation that is simulated: its people and groups, as its identity provider knows them.
 *
 * Both sides of the simulator read it, provisioning (scim/) and sign-in (openid/); only okta.ts
 * changes it. Ids have Okta's form: `00u` or `00g` and seventeen letters of base 62.
 */

export interface Person {
  readonly id: string
  login: string
  givenName: string
  familyName: string
  displayName: string
  email: string
  title: string
  department: string
  locale: string
  phone: string
  password: string
  /** The identity provider by which Okta lets them in, if it is another; Okta's own id for it. */
  idp?: string
  /** Whether they are asked for a second factor when they sign in, and answer it. */
  secondFactor?: boolean
  status: 'ACTIVE' | 'SUSPENDED' | 'DEPROVISIONED'
}

export interface Group {
  readonly id: string
  name: string
  /** Ids of people. */
  readonly members: Set<string>
}

export interface Org {
  readonly domain: string
  readonly people: Map<string, Person>
  readonly groups: Map<string, Group>
  /** Upper and lower case are the same in a login. */
  readonly personByLogin: (login: string) => Person | undefined
}

export function createOrg({ domain }: { domain: string }): Org {
  const people = new Map<string, Person>()
  return {
    domain,
    people,
    groups: new Map(),
    personByLogin: (login) => {
      const wanted = login.toLowerCase()
      for (const person of people.values()) if (person.login.toLowerCase() === wanted) return person
      return undefined
    },
  }
}
