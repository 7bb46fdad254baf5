/** Finding what an administrator names: people by id or login, groups by id or name, apps by name. */
import type { App } from '../app.ts'
import type { Okta } from '../okta.ts'
import type { Group, Person } from '../org.ts'

/** What was asked cannot be done as asked; the message is for the one who asked. */
export class Misused extends Error {
  readonly status: 400 | 404

  constructor(status: 400 | 404, message: string) {
    super(message)
    this.name = 'Misused'
    this.status = status
  }
}

export function personIn({ org }: Okta, named: string): Person {
  const person = org.people.get(named) ?? org.personByLogin(named)
  if (!person) throw new Misused(404, `There is no person "${named}". Name one by id or login.`)
  return person
}

export function groupIn({ org }: Okta, named: string): Group {
  const group = org.groups.get(named) ?? [...org.groups.values()].find(({ name }) => name === named)
  if (!group) throw new Misused(404, `There is no group "${named}". Name one by id or name.`)
  return group
}

export function appIn({ apps }: Okta, named: string): App {
  const app = apps.find(({ name }) => name === named)
  if (app) return app
  const names = apps.map(({ name }) => `"${name}"`).join(', ') || 'none'
  throw new Misused(404, `There is no application "${named}"; there is: ${names}.`)
}

export interface PeoplePage {
  readonly people: readonly Person[]
  readonly total: number
  /** The offset of the page before and after, where there is one. */
  readonly previous: number | undefined
  readonly next: number | undefined
}

/** People in the order they came whose name, login, title or department contains the words. */
export function searchPeople(
  { org }: Okta,
  { words, offset, limit }: { words: string; offset: number; limit: number },
): PeoplePage {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const found = [...org.people.values()].filter((person) => {
    const { displayName, login, title, department } = person
    const text = `${displayName} ${login} ${title} ${department} ${person.status}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
  return {
    people: found.slice(offset, offset + limit),
    total: found.length,
    previous: offset > 0 ? Math.max(0, offset - limit) : undefined,
    next: offset + limit < found.length ? offset + limit : undefined,
  }
}
