/** People: search, hire; one person: leave, return, rename, move, assign. */
import type { App } from '../app.ts'
import { type Html, html } from '../html.ts'
import type { Okta } from '../okta.ts'
import type { Person } from '../org.ts'
import type { PeoplePage } from './find.ts'
import { actButton, actForm, counted, table } from './forms.ts'
import type { Shown } from './pages.ts'

export function peoplePage(okta: Okta, shown: PeoplePage, words: string): Shown {
  const address = (offset: number) =>
    `/sim?${new URLSearchParams({ q: words, offset: String(offset) })}`
  const body = html`<form class="line" method="get" action="/sim" role="search">
      <label for="q">Search people</label>
      <input id="q" name="q" type="search" value="${words}" />
      <button type="submit">Search</button>
    </form>
    ${table(
      counted(shown.total, 'person', 'people'),
      ['Name', 'Login', 'Password', 'Status', 'Applications', ''],
      shown.people.map((person) => personRow(okta, person)),
    )}
    <p>
      ${shown.previous !== undefined && html`<a href="${address(shown.previous)}">Previous</a> `}
      ${shown.next !== undefined && html`<a href="${address(shown.next)}">Next</a>`}
    </p>
    <h2>Hire</h2>
    <p class="faint">The new person is assigned to every application at once.</p>
    ${actForm('hire', 'Hire', {
      asked: [
        { name: 'givenName', label: 'Given name' },
        { name: 'familyName', label: 'Family name' },
        { name: 'login', label: 'Login (made from the name if empty)', required: false },
      ],
      back: '/sim',
    })}
    <h2>Hire many</h2>
    <p class="faint">Made up from the seed, and assigned to nothing.</p>
    ${actForm('hire-many', 'Hire many', {
      asked: [{ name: 'count', label: 'How many' }],
      back: '/sim',
    })}`
  return { title: 'People', body }
}

function personRow(okta: Okta, person: Person): Html[] {
  const back = '/sim'
  const known = okta.apps.filter((app) => app.scimIdOf(person) !== undefined)
  return [
    html`<a href="/sim/people/${person.id}"><bdi>${person.displayName}</bdi></a>`,
    html`${person.login}`,
    html`<code>${person.password}</code>`,
    html`${person.status.toLowerCase()}`,
    html`${known.map(({ name }) => name).join(', ')}`,
    person.status === 'ACTIVE'
      ? actButton(
          'leave',
          html`<bdi>${person.givenName || person.familyName}</bdi> leaves`,
          { person: person.id },
          back,
        )
      : actButton('rehire', 'Rehire', { person: person.id }, back),
  ]
}

export function personPage(okta: Okta, person: Person): Shown {
  const back = `/sim/people/${person.id}`
  const given = { person: person.id }
  const groups = [...okta.org.groups.values()]
  const mine = groups.filter(({ members }) => members.has(person.id))
  const others = groups.filter(({ members }) => !members.has(person.id))
  const choices = (of: typeof groups) => of.map(({ id, name }) => ({ value: id, label: name }))

  const body = html`<dl>
      <dt>Login</dt>
      <dd>${person.login}</dd>
      <dt>Password</dt>
      <dd><code>${person.password}</code></dd>
      <dt>Okta id</dt>
      <dd><code>${person.id}</code></dd>
      <dt>Status</dt>
      <dd>${person.status.toLowerCase()}</dd>
      <dt>Title</dt>
      <dd>${person.title}, ${person.department}</dd>
      <dt>Groups</dt>
      <dd>${mine.length === 0 ? 'none' : mine.map(({ name }) => name).join(', ')}</dd>
    </dl>
    ${
      person.status === 'ACTIVE'
        ? actButton('leave', 'Deactivate', given, back)
        : actButton('rehire', 'Activate again', given, back)
    }
    <h2>Rename</h2>
    ${actForm('rename', 'Rename', {
      asked: [
        { name: 'givenName', label: 'Given name', value: person.givenName, required: false },
        { name: 'familyName', label: 'Family name', value: person.familyName, required: false },
        { name: 'login', label: 'Login', value: person.login },
      ],
      with: given,
      back,
    })}
    ${
      mine.length > 0 &&
      others.length > 0 &&
      html`<h2>Move</h2>
        ${actForm('move', 'Move', {
          asked: [
            { name: 'from', label: 'From', options: choices(mine) },
            { name: 'to', label: 'To', options: choices(others) },
          ],
          with: given,
          back,
        })}`
    }
    <h2>Applications</h2>
    ${table(
      'Assignments',
      ['Application', 'SCIM id there', ''],
      okta.apps.map((app) => assignmentRow(app, person, back)),
    )}`
  return { title: person.displayName, body }
}

function assignmentRow(app: App, person: Person, back: string): Html[] {
  const scimId = app.scimIdOf(person)
  const given = { app: app.name, person: person.id }
  return [
    html`${app.name}`,
    html`<code>${scimId ?? 'not there'}</code>`,
    html`${actButton('assign', 'Assign', given, back)}
    ${scimId !== undefined && actButton('unassign', 'Unassign', given, back)}`,
  ]
}
