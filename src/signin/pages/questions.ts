/** Pages that ask: which organization, may Okta provision, sign out. */
import { html, trusted } from './html.ts'
import { page, type Page } from './layout.ts'

/** Links and no form: choosing changes nothing. */
export function pickerPage(
  choices: readonly { readonly name: string; readonly href: string }[],
): Page {
  return page({
    status: 200,
    title: 'Where do you work?',
    body: html`<p>Choose where you have your account.</p>
      <ul class="choices">
        ${choices.map(
          ({ name, href }) => html`<li><a class="button quiet" href="${href}">${name}</a></li>`,
        )}
      </ul>`,
  })
}

export function consentPage(ask: {
  readonly tenant: string
  readonly connection: string
  readonly administrator: string
  /** Where the browser goes after the answer. */
  readonly returnsTo: string
}): Page {
  return page({
    status: 200,
    title: `Allow provisioning for ${ask.tenant}?`,
    formsEndAt: [new URL(ask.returnsTo).origin],
    body: html`<p>
        <strong>${new URL(ask.returnsTo).host}</strong> asks to create, update and deactivate the
        people and groups of <strong>${ask.tenant}</strong> through the connection
        <strong>${ask.connection}</strong>, from now on and without asking again.
      </p>
      <p>Allow it only if you have just started this in your identity provider's console.</p>
      <form method="post">
        <p class="actions">
          <button type="submit" name="answer" value="allow">Allow</button>
          <button class="quiet" type="submit" name="answer" value="deny">Deny</button>
        </p>
      </form>
      <dl>
        <dt>Signed in as</dt>
        <dd>${ask.administrator}</dd>
      </dl>`,
  })
}

/** `form` is the library's, with its own token against forgery. */
export function logoutPage(form: string, endsAt: string): Page {
  return page({
    status: 200,
    title: 'Sign out?',
    formsEndAt: [endsAt],
    body: html`<p>You will be signed out here and at the sites that you signed in at from here.</p>
      ${trusted(form)}
      <p class="actions">
        <button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
      </p>`,
  })
}

export function signedOutPage(): Page {
  return page({
    status: 200,
    title: 'You have signed out',
    body: html`<p>You can close this window.</p>`,
  })
}
