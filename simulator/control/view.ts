/** How people, groups and applications are told in JSON. */
import type { App } from '../app.ts'
import type { Okta } from '../okta.ts'
import type { Group, Person } from '../org.ts'

/** With the password: these people are invented, and somebody wants to sign in as them. */
export function viewPerson({ org, apps }: Okta, person: Person) {
  const groups = [...org.groups.values()].filter(({ members }) => members.has(person.id))
  return {
    ...person,
    groups: groups.map(({ id, name }) => ({ id, name })),
    apps: apps.flatMap((app) => known(app, person)),
  }
}

export function viewGroup({ apps }: Okta, group: Group) {
  const { id, name, members } = group
  return { id, name, members: members.size, apps: apps.flatMap((app) => known(app, group)) }
}

export function viewApp(app: App) {
  const { name, kind, baseUrl, authMode, tasks, oauth, oauthRedirectUri } = app
  return { name, kind, baseUrl, authMode, oauth, oauthRedirectUri, tasks: tasks.length }
}

function known(app: App, resource: Person | Group) {
  const scimId = app.scimIdOf(resource)
  return scimId === undefined ? [] : [{ name: app.name, scimId }]
}
