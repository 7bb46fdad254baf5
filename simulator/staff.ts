/**
 * What happens to people and groups in the organisation, and which applications hear of it.
 *
 * Joining the organisation tells no application anything: an administrator assigns people and
 * pushes groups, per application. From then on Okta tells that application of every change, and a
 * person who leaves also loses their sessions at Okta. Each act ends when all applications have
 * answered; what one refused is among its tasks.
 */
import { createHash } from 'node:crypto'
import type { App } from './app.ts'
import { idFrom } from './ids.ts'
import type { Group, Org, Person } from './org.ts'

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
  readonly apps: () => readonly App[]
  readonly endSessions: (personId: string) => void
}

export function createStaff({ seed, org, apps, endSessions }: Given): Staff {
  /** All applications that know this person or group, at once. */
  const tell = async (about: Person | Group, how: (app: App) => Promise<unknown>) => {
    const know = apps().filter((app) => app.scimIdOf(about) !== undefined)
    await Promise.all(know.map(how))
  }

  return {
    hire: (profile) => {
      const person = newPerson(`${seed}:person:${org.people.size}`, org, profile)
      org.people.set(person.id, person)
      return person
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
  const login = profile.login ?? freeLogin(org, profile)
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
    password: createHash('sha256').update(`password of ${id}`).digest('base64url').slice(0, 16),
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

/** `given.family@domain` in plain letters, with a number if that is taken. */
function freeLogin(org: Org, { givenName, familyName }: NewPerson): string {
  const plain = (name: string) =>
    name
      .replace(/[øØłŁđĐßæÆ]/g, (letter) => UNDECOMPOSED[letter.toLowerCase()] ?? '')
      .normalize('NFKD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase()
  const name = [plain(givenName), plain(familyName)].filter((part) => part !== '').join('.')
  for (let attempt = 1; ; attempt += 1) {
    const login = `${name || 'person'}${attempt === 1 ? '' : attempt}@${org.domain}`
    if (!org.personByLogin(login)) return login
  }
}

function fullName({ givenName, familyName }: { givenName: string; familyName: string }): string {
  return [givenName, familyName].filter((part) => part !== '').join(' ')
}
