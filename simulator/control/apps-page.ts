/** Applications: connect; one application: test, give it everybody, its tasks and exchanges. */
import type { App } from '../app.ts'
import { html } from '../html.ts'
import type { Okta } from '../okta.ts'
import { actButton, actForm, table, time } from './forms.ts'
import type { Shown } from './pages.ts'

const EXCHANGES_SHOWN = 50

export function appsPage(okta: Okta): Shown {
  const back = '/sim/apps'
  const body = html`${table(
      `${okta.apps.length} applications`,
      ['Name', 'Kind', 'Base URL', 'Tasks', ''],
      okta.apps.map((app) => [
        html`<a href="/sim/apps/${encodeURIComponent(app.name)}">${app.name}</a>`,
        app.kind,
        html`<code>${app.baseUrl}</code>`,
        app.tasks.length,
        actButton('test', 'Test', { app: app.name }, back),
      ]),
    )}
    <h2>Connect an application</h2>
    <p class="faint">Sign-in: the return address that the application gave you.</p>
    ${actForm('register-oidc-app', 'Register', {
      asked: [
        { name: 'redirectUri', label: 'Sign-in redirect URI' },
        { name: 'postLogoutRedirectUri', label: 'Sign-out redirect URI', required: false },
      ],
      back,
    })}
    <p>Issuer: <code>${okta.issuer}</code></p>`
  return { title: 'Applications', body }
}

export function appPage(okta: Okta, app: App): Shown {
  const back = `/sim/apps/${encodeURIComponent(app.name)}`
  const given = { app: app.name }
  const assigned = [...okta.org.people.values()].filter((each) => app.scimIdOf(each) !== undefined)
  const body = html`<dl>
      <dt>Base URL</dt>
      <dd><code>${app.baseUrl}</code></dd>
      <dt>Kind</dt>
      <dd>${app.kind}</dd>
      <dt>People there</dt>
      <dd>${assigned.length} of ${okta.org.people.size}</dd>
      <dt>OAuth</dt>
      <dd>${app.oauth.connected ? 'connected' : 'not connected'}</dd>
    </dl>
    ${actButton('test', 'Test connection', given, back)}
    ${actButton('provision-all', 'Assign everybody', given, back)}
    ${actButton('import', 'Import users', given, back)}
    <h2>Tasks</h2>
    ${table(
      'What an administrator must look at',
      ['When', 'What', 'Why'],
      app.tasks.map((task) => [
        time(task.at),
        task.what,
        html`${task.sentence} <span class="faint">${task.detail}</span>`,
      ]),
    )}
    <h2>Exchanges</h2>
    ${table(
      'The last requests',
      ['When', 'Request', 'Status', 'Milliseconds'],
      app.exchanges
        .slice(-EXCHANGES_SHOWN)
        .toReversed()
        .map(({ at, method, path, status, ms }) => [
          time(at),
          html`<code>${method} ${path}</code>`,
          status,
          Math.round(ms),
        ]),
    )}`
  return { title: app.name, body }
}
