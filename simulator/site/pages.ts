/** What the sample site shows. */
import { type Html, html, page } from '../html.ts'

const ACCENT = '#0f766e'

type Claims = Readonly<Record<string, unknown>>

export function signedOutPage(owner: string): string {
  const body = html`<p>Sign in with the account that you have at work.</p>
    <p><a class="button" href="/login">Sign in</a></p>`
  return page({ owner, title: 'You are signed out', accent: ACCENT, body })
}

export function signedInPage(owner: string, claims: Claims): string {
  const name = textOf(claims['name'] ?? claims['sub'])
  const groups = Array.isArray(claims['groups']) ? claims['groups'] : []
  const body = html`<dl>
      <dt>You are</dt>
      <dd><strong>${textOf(claims['fqn'] ?? claims['preferred_username'])}</strong></dd>
      <dt>Name</dt>
      <dd>${name}</dd>
      <dt>Groups</dt>
      <dd>${groups.length === 0 ? 'none' : list(groups)}</dd>
    </dl>
    <form method="post" action="/logout"><button type="submit">Sign out</button></form>
    <details>
      <summary>All that the Authority said about you</summary>
      <dl>
        ${Object.entries(claims).map(
          ([claim, value]) =>
            html`<dt><code>${claim}</code></dt>
              <dd>${textOf(value)}</dd>`,
        )}
      </dl>
    </details>`
  return page({ owner, title: `Hello, ${name}`, accent: ACCENT, body })
}

/** `code` is the Authority's, where it said one. */
export function refusedPage(owner: string, said: { message: string; code?: string }): string {
  const body = html`<p class="alarm" role="alert">${said.message}</p>
    ${said.code !== undefined && html`<p>Error code: <code>${said.code}</code></p>`}
    <p><a class="button" href="/login">Sign in again</a></p>`
  return page({ owner, title: 'You could not be signed in', accent: ACCENT, body })
}

function list(groups: readonly unknown[]): Html {
  return html`<ul>
    ${groups.map((group) => html`<li>${textOf(nameOf(group))}</li>`)}
  </ul>`
}

/** A group is a name, or an object that has one. */
function nameOf(group: unknown): unknown {
  if (typeof group !== 'object' || group === null) return group
  const { name, displayName, fqn } = group as Record<string, unknown>
  return displayName ?? name ?? fqn ?? group
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
