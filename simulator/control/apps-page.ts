/** Applications: add, connect; one application: test, give it everybody, its tasks and exchanges. */
import type { App } from '../app.ts'
import { type Html, html } from '../html.ts'
import type { Okta } from '../okta.ts'
import { actButton, actForm, type Asked, counted, table, time } from './forms.ts'
import type { Shown } from './pages.ts'

const EXCHANGES_SHOWN = 50

const OAUTH_ASKED: readonly Asked[] = [
  { name: 'authority', label: 'Authority' },
  { name: 'clientId', label: 'Client ID' },
  { name: 'clientSecret', label: 'Client secret' },
  { name: 'scope', label: 'Scope, if any', value: '' },
]

/** What is asked about an application in any case, before and after how it is let in. */
const ABOUT: readonly Asked[] = [
  { name: 'name', label: 'Name' },
  {
    name: 'kind',
    label: 'Kind',
    options: [
      { value: 'oin', label: 'OIN, by PATCH' },
      { value: 'aiw', label: 'AIW, by PUT' },
    ],
  },
  { name: 'baseUrl', label: 'SCIM base URL' },
]
const PACE: Asked = {
  name: 'pace',
  label: 'Pace',
  options: [
    { value: 'okta', label: 'Okta’s, ten a second' },
    { value: 'full', label: 'full speed' },
  ],
}
const TOKEN_MODE: Asked = {
  name: 'auth',
  label: 'Sent as',
  options: [
    { value: 'bearer', label: 'Bearer and the token' },
    { value: 'header', label: 'the token alone' },
  ],
}

export function appsPage(okta: Okta): Shown {
  const back = '/sim/apps'
  const body = html`${table(
      counted(okta.apps.length, 'application'),
      ['Name', 'Kind', 'Base URL', 'Tasks', ''],
      okta.apps.map((app) => [
        html`<a href="${addressOf(app)}">${app.name}</a>`,
        app.kind,
        html`<code>${app.baseUrl}</code>`,
        app.tasks.length,
        actButton('test', 'Test', { app: app.name }, back),
      ]),
    )}
    <h2>Add an application with a token</h2>
    ${actForm('add-app', 'Add', {
      asked: [...ABOUT, { name: 'token', label: 'Token' }, TOKEN_MODE, PACE],
      back,
    })}
    <h2>Add an application by OAuth 2.0</h2>
    <p class="faint">
      You go to its Authority, sign in there and let this Okta in. It returns to
      <code>${okta.oauthRedirectUriFor('NAME')}</code>, with the application’s name for NAME.
    </p>
    ${actForm('add-app', 'Add and authenticate', {
      asked: [...ABOUT, ...OAUTH_ASKED, PACE],
      with: { auth: 'oauth' },
      back,
    })}
    <h2>Register an application for sign-in</h2>
    <p class="faint">Its issuer is <code>${okta.issuer}</code>.</p>
    ${actForm('register-oidc-app', 'Register', {
      asked: [
        { name: 'redirectUri', label: 'Sign-in redirect URI' },
        { name: 'postLogoutRedirectUri', label: 'Sign-out redirect URI', required: false },
      ],
      back,
    })}`
  return { title: 'Applications', body }
}

export function appPage(okta: Okta, app: App): Shown {
  const back = addressOf(app)
  const given = { app: app.name }
  const assigned = [...okta.org.people.values()].filter((each) => app.scimIdOf(each) !== undefined)
  const body = html`<dl>
      <dt>Base URL</dt>
      <dd><code>${app.baseUrl}</code></dd>
      <dt>Kind</dt>
      <dd>${app.kind}</dd>
      <dt>Let in by</dt>
      <dd>${app.authMode === 'oauth' ? oauthState(app) : `a token (${app.authMode})`}</dd>
      <dt>People there</dt>
      <dd>${assigned.length} of ${okta.org.people.size}</dd>
    </dl>
    ${actButton('test', 'Test connection', given, back)}
    ${actButton('provision-all', 'Assign everybody', given, back)}
    ${actButton('import', 'Import users', given, back)}
    ${app.authMode === 'oauth' && oauthForms(app, back)}
    <h2>Tasks</h2>
    ${table(
      'What an administrator must look at',
      ['When', 'What', 'Why'],
      app.tasks
        .toReversed()
        .map((task) => [
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

function oauthState({ oauth }: App): Html {
  if (!oauth.connected) return html`OAuth 2.0, not connected`
  return html`OAuth 2.0, connected, renewed ${oauth.refreshes}
  times${oauth.expiresAt !== undefined && html`, until ${time(oauth.expiresAt)}`}`
}

function oauthForms(app: App, back: string): Html {
  const given = { app: app.name }
  return html`${app.oauth.connected && actButton('refresh-oauth', 'Renew the token', given, back)}
    <h2>${app.oauth.connected ? 'Authenticate again' : 'Authenticate'}</h2>
    <p class="faint">It returns to <code>${app.oauthRedirectUri}</code>.</p>
    ${actForm('start-oauth', `Authenticate with ${app.name}`, {
      asked: OAUTH_ASKED,
      with: given,
      back,
    })}`
}

function addressOf({ name }: App): string {
  return `/sim/apps/${encodeURIComponent(name)}`
}
