/** Pages that ask: which organization, may Okta provision, sign out. */
import { filled, html, trusted } from './html.ts'
import { frame, type Page } from './layout.ts'

/** Links and no form: choosing changes nothing. */
export function pickerPage(
  choices: readonly { readonly name: string; readonly href: string }[],
): Page {
  return (look) => {
    const { title, what } = look.texts.picker
    return frame(look, {
      status: 200,
      title,
      body: html`<p>${what}</p>
        <ul class="choices">
          ${choices.map(
            ({ name, href }) => html`<li><a class="button quiet" href="${href}">${name}</a></li>`,
          )}
        </ul>`,
    })
  }
}

export function consentPage(ask: {
  readonly tenant: string
  readonly connection: string
  readonly administrator: string
  /** Where the browser goes after the answer. */
  readonly returnsTo: string
}): Page {
  return (look) => {
    const { consent, signedInAs } = look.texts
    const { host, origin } = new URL(ask.returnsTo)
    const named = { host, tenant: ask.tenant, connection: ask.connection }
    return frame(look, {
      status: 200,
      title: filled(consent.title, named),
      formsEndAt: [origin],
      body: html`<p>${filled(consent.asks, strong(named))}</p>
        <p>${consent.warning}</p>
        <form method="post">
          <p class="actions">
            <button type="submit" name="answer" value="allow">${consent.allow}</button>
            <button class="quiet" type="submit" name="answer" value="deny">${consent.deny}</button>
          </p>
        </form>
        <dl>
          <dt>${signedInAs}</dt>
          <dd>${ask.administrator}</dd>
        </dl>`,
    })
  }
}

function strong(parts: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(parts).map(([name, text]) => [name, html`<strong>${text}</strong>`]),
  )
}

/** `form` is the library's, with its own token against forgery. */
export function logoutPage(form: string, endsAt: string): Page {
  return (look) => {
    const { title, what, button } = look.texts.logout
    return frame(look, {
      status: 200,
      title,
      formsEndAt: [endsAt],
      body: html`<p>${what}</p>
        ${trusted(form)}
        <p class="actions">
          <button type="submit" form="op.logoutForm" name="logout" value="yes">${button}</button>
        </p>`,
    })
  }
}

export function signedOutPage(): Page {
  return (look) => {
    const { title, what } = look.texts.signedOut
    return frame(look, { status: 200, title, body: html`<p>${what}</p>` })
  }
}
