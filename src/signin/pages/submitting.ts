/**
 * A form that a browser hands on by itself: an answer to a site by POST (OAuth 2.0 Form Post Response Mode),
 * or a step of the provider's own. Its script is a file of this server (SEC W-4); without one there is the button.
 */
import { type Html, html, trusted } from './html.ts'
import { frame, type Page } from './layout.ts'

export const SUBMIT_PATH = '/t/submit.js'
export const SUBMIT = 'document.forms[0].submit()\n'

/** What the library writes of a form that submits itself, with a script in the page. */
const OF_LIBRARY = /<form method="post" action="([^"]*)">\s*((?:<input type="hidden"[^>]*>\s*)*)/

export interface Submission {
  /** Where the form goes, as an attribute. */
  readonly action: Html
  readonly inputs: Html
  /** Of where it goes, with its colon: the site may lead on to any address of it. */
  readonly scheme: string
}

/** The form of the library's own page for it; undefined for anything else. */
export function submissionIn(body: unknown, publicUrl: string): Submission | undefined {
  if (typeof body !== 'string' || !body.includes('<title>Submitting Callback</title>'))
    return undefined
  const [, action = '', inputs = ''] = OF_LIBRARY.exec(body) ?? []
  const scheme = new URL(action, publicUrl).protocol
  return { action: trusted(action), inputs: trusted(inputs), scheme }
}

/** @param to  as the provider has compared it with the site's */
export function submissionOf(to: string, said: Iterable<readonly [string, string]>): Submission {
  const inputs = [...said].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
  return { action: html`${to}`, inputs: html`${inputs}`, scheme: new URL(to).protocol }
}

export function submittingPage({ action, inputs, scheme }: Submission): Page {
  return (look) => {
    const { moment, onward, email } = look.texts
    const { headers, ...sent } = frame(look, {
      status: 200,
      title: moment,
      body: html`<p>${onward.what}</p>
        <form method="post" action="${action}">
          ${inputs}
          <p class="actions"><button type="submit">${email.button}</button></p>
        </form>
        <script src="${SUBMIT_PATH}"></script>`,
    })
    const policy = headers['content-security-policy']?.replace(
      /(?<=form-action )'self'/,
      `'self' ${scheme}`,
    )
    return {
      ...sent,
      headers: { ...headers, 'content-security-policy': `${policy}; script-src 'self'` },
    }
  }
}
