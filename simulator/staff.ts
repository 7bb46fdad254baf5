/**
 * What happens to people and groups in the organisation, and which applications hear of it.
 *
 * Joining the organisation tells no application anything: an administrator assigns people and
 * pushes groups, per application. From then on Okta tells that application of every change, and a
 * person who leaves also loses their sessions at Okta. Each act ends when all applications have
 * answered; what one refused is among its tasks.
 */
import type { App } from './app.ts'
import { idFrom } from './ids.ts'
import type { Group, Org, Person } from './org.ts'
import { createPeople, passwordOf } from './people.ts'

export interface NewPerson {
  readonly givenName: string
  readonly familyName: string
  /** `given.family@domain` unless told; the e-mail address too. */
  readonly login?: string
  readonly title?: string
  readonly department?: string
}

export interface Staff {
  /** Adds a person to the organisation and to no application. Throws if the login is taken. */
  readonly hire: (profile: NewPerson) => Person
  /** The same for so many, made up from the seed, with names in many scripts. */
  readonly hireMany: (count: number) => Person[]
  /** Deactivates a person at Okta: sessions end, every application is told. */
  readonly leave: (person: Person) => Promise<void>
  /** Activates a person again, here and where they had been assigned. */
  readonly rehire: (person: Person) => Promise<void>
  readonly rename: (
    person: Person,
    changes: { login?: string; givenName?: string; familyName?: string },
  ) => Promise<void>
  /** Adds a group to the organisation and to no application. */
  readonly createGroup: (name: string, members?: Iterable<Person>) => Group
  readonly addMember: (group: Group, person: Person) => Promise<void>
  readonly removeMember: (group: Group, person: Person) => Promise<void>
  readonly renameGroup: (group: Group, name: string) => Promise<void>
}

interface Given {
  readonly seed: string
  readonly org: Org
  readonly apps: readonly App[]
  readonly endSessions: (personId: string) => void
}

export function createStaff({ seed, org, apps, endSessions }: Given): Staff {
  /** All applications that know this person or group, at once. */
  const tell = async (about: Person | Group, how: (app: App) => Promise<unknown>) => {
    const know = apps.filter((app) => app.scimIdOf(about) !== undefined)
    await Promise.all(know.map(how))
  }

  return {
    hire: (profile) => {
      const person = newPerson(`${seed}:person:${org.people.size}`, org, profile)
      org.people.set(person.id, person)
      return person
    },
    hireMany: (count) => {
      const { domain, people } = org
      const logins = new Set([...people.values()].map(({ login }) => login.toLowerCase()))
      const all = createPeople({ seed, domain, count: people.size + count })
      return all.slice(people.size).map((made) => {
        const login = numbered(made.login, (each) => logins.has(each))
        const person = { ...made, login, email: login }
        logins.add(login)
        people.set(person.id, person)
        return person
      })
    },
    leave: async (person) => {
      person.status = 'DEPROVISIONED'
      endSessions(person.id)
      await tell(person, (app) => app.unassign(person))
    },
    rehire: async (person) => {
      person.status = 'ACTIVE'
      await tell(person, (app) => app.reactivate(person))
    },
    rename: async (person, changes) => {
      if (changes.login !== undefined && changes.login !== person.login) {
        assertFree(org, changes.login, person)
        if (person.email === person.login) person.email = changes.login
      }
      Object.assign(person, changes)
      // Else it stays in the order that its owner writes it in.
      if (changes.givenName !== undefined || changes.familyName !== undefined)
        person.displayName = fullName(person)
      if (person.status === 'ACTIVE') await tell(person, (app) => app.pushProfile(person))
    },
    createGroup: (name, members = []) => {
      const id = idFrom('00g', `${seed}:group:${org.groups.size}`)
      const group = { id, name, members: new Set([...members].map((person) => person.id)) }
      org.groups.set(id, group)
      return group
    },
    addMember: async (group, person) => {
      group.members.add(person.id)
      await tell(group, (app) => app.updateGroupMembers(group, { add: [person], remove: [] }))
    },
    removeMember: async (group, person) => {
      group.members.delete(person.id)
      await tell(group, (app) => app.updateGroupMembers(group, { add: [], remove: [person] }))
    },
    renameGroup: async (group, name) => {
      group.name = name
      await tell(group, (app) => app.pushGroupName(group))
    },
  }
}

function newPerson(seed: string, org: Org, profile: NewPerson): Person {
  const { givenName, familyName } = profile
  const id = idFrom('00u', seed)
  const login =
    profile.login ??
    numbered(loginFor(org, profile), (each) => org.personByLogin(each) !== undefined)
  assertFree(org, login, undefined)
  return {
    id,
    login,
    givenName,
    familyName,
    displayName: fullName(profile),
    email: login,
    title: profile.title ?? 'Associate',
    department: profile.department ?? 'Operations',
    locale: 'en_US',
    phone: '+1 555 0100',
    password: passwordOf(id),
    status: 'ACTIVE',
  }
}

function assertFree(org: Org, login: string, except: Person | undefined): void {
  const holder = org.personByLogin(login)
  if (holder && holder !== except)
    throw new Error(`The login ${login} belongs to ${holder.displayName} (${holder.id}).`)
}

/** Latin letters that Unicode does not take apart into a plain one and a mark. */
const UNDECOMPOSED: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ß: 'ss', æ: 'ae' }

/** `given.family@domain` in plain letters. */
function loginFor({ domain }: Org, { givenName, familyName }: NewPerson): string {
  const plain = (name: string) =>
    name
      .replace(/[øØłŁđĐßæÆ]/g, (letter) => UNDECOMPOSED[letter.toLowerCase()] ?? '')
      .normalize('NFKD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase()
  const name = [plain(givenName), plain(familyName)].filter((part) => part !== '').join('.')
  return `${name || 'person'}@${domain}`
}

/** The login as it is, or with the first number from 2 on that makes it free. */
function numbered(login: string, isTaken: (login: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? login : login.replace('@', `${number}@`)
    if (!isTaken(free)) return free
  }
}

function fullName({ givenName, familyName }: { givenName: string; familyName: string }): string {
  return [givenName, familyName].filter((part) => part !== '').join(' ')
}
