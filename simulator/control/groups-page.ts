/** Groups: make, push; one group: rename, members. */
import type { App } from '../app.ts'
import { type Html, html } from '../html.ts'
import type { Okta } from '../okta.ts'
import type { Group } from '../org.ts'
import { actButton, actForm, counted, table } from './forms.ts'
import type { Shown } from './pages.ts'

const MEMBERS_SHOWN = 100

export function groupsPage(okta: Okta): Shown {
  const body = html`${table(
      counted(okta.org.groups.size, 'group'),
      ['Name', 'Members', 'Pushed to', ''],
      [...okta.org.groups.values()].map((group) => groupRow(okta, group, '/sim/groups')),
    )}
    <h2>New group</h2>
    ${actForm('create-group', 'Create', {
      asked: [
        { name: 'name', label: 'Name' },
        { name: 'members', label: 'Logins of members', required: false },
      ],
      back: '/sim/groups',
    })}`
  return { title: 'Groups', body }
}

function groupRow(okta: Okta, group: Group, back: string): Html[] {
  const pushed = okta.apps.filter((app) => app.scimIdOf(group) !== undefined)
  return [
    html`<a href="/sim/groups/${group.id}"><bdi>${group.name}</bdi></a>`,
    html`${group.members.size}`,
    html`${pushed.map(({ name }) => name).join(', ')}`,
    html`${okta.apps.map((app) => pushButtons(app, group, back))}`,
  ]
}

function pushButtons(app: App, group: Group, back: string): Html {
  const given = { app: app.name, group: group.id }
  if (app.scimIdOf(group) === undefined)
    return actButton('push', `Push to ${app.name}`, given, back)
  return html`${actButton('push', `Push to ${app.name} now`, given, back)}
  ${actButton('unlink', `Unlink and delete there`, { ...given, delete: 'yes' }, back)}`
}

export function groupPage(okta: Okta, group: Group): Shown {
  const back = `/sim/groups/${group.id}`
  const given = { group: group.id }
  const members = [...group.members].slice(0, MEMBERS_SHOWN)
  const body = html`<p>${okta.apps.map((app) => pushButtons(app, group, back))}</p>
    <h2>Rename</h2>
    ${actForm('rename-group', 'Rename', {
      asked: [{ name: 'name', label: 'Name', value: group.name }],
      with: given,
      back,
    })}
    <h2>Members</h2>
    ${actForm('add-member', 'Add', {
      asked: [{ name: 'person', label: 'Login' }],
      with: given,
      back,
    })}
    ${table(
      counted(group.members.size, 'member') +
        (group.members.size > MEMBERS_SHOWN ? `, the first ${MEMBERS_SHOWN}` : ''),
      ['Name', 'Login', ''],
      members.flatMap((id) => {
        const person = okta.org.people.get(id)
        if (!person) return []
        const remove = actButton('remove-member', 'Remove', { ...given, person: id }, back)
        return [
          [
            html`<a href="/sim/people/${id}"><bdi>${person.displayName}</bdi></a>`,
            person.login,
            remove,
          ],
        ]
      }),
    )}`
  return { title: group.name, body }
}
