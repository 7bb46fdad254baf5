/** Pages that ask: which organization, by list or by e-mail address, may Okta provision, sign out. */
import { filled, html, trusted } from './html.ts'
import { frame, type Page } from './layout.ts'

interface Choice {
  readonly name: string
  readonly href: string
}

/** Links and no form: choosing changes nothing. */
export function pickerPage(choices: readonly Choice[]): Page {
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

/** Asks for the address by which it is known where somebody works; the list is a way around it. */
export function emailPage(): Page {
  return (look) => {
    const { title, what, label, button, list } = look.texts.email
    return frame(look, {
      status: 200,
      title,
      body: html`<p>${what}</p>
        <form method="post">
          <label for="email">${label}</label>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="email"
            maxlength="320"
            required
          />
          <p class="actions">
            <button type="submit">${button}</button>
          </p>
        </form>
        <p><a href="?ask=list">${list}</a></p>`,
    })
  }
}

/** Between a form of ours and an identity provider, which it names. */
export function onwardPage({ name, href }: Choice): Page {
  return (look) => {
    const { title, what, button } = look.texts.onward
    return frame(look, {
      status: 200,
      title,
      goesTo: href,
      body: html`<p>${what}</p>
        <p class="actions"><a class="button" href="${href}">${filled(button, { name })}</a></p>`,
    })
  }
}

/**
 * After a form of ours: browsers hold every redirect that follows to where the form may end, and where that is,
 * is not ours to list. A page that goes on by itself is none.
 */
export function continuingPage(href: string): Page {
  return (look) => {
    const { moment, onward, email } = look.texts
    return frame(look, {
      status: 200,
      title: moment,
      goesTo: href,
      body: html`<p>${onward.what}</p>
        <p class="actions"><a class="button" href="${href}">${email.button}</a></p>`,
    })
  }
}

export function consentPage(ask: {
  readonly tenant: string
  readonly connection: string
  readonly administrator: string
  /** Where Okta is called back. */
  readonly returnsTo: string
}): Page {
  return (look) => {
    const { consent, signedInAs } = look.texts
    const { host } = new URL(ask.returnsTo)
    const named = { host, tenant: ask.tenant, connection: ask.connection }
    return frame(look, {
      status: 200,
      title: filled(consent.title, named),
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
export function logoutPage(form: string): Page {
  return (look) => {
    const { title, what, button } = look.texts.logout
    return frame(look, {
      status: 200,
      title,
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
