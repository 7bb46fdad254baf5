/**
 * The frame of every page: plain HTML that needs no script, readable at any width and in the dark,
 * and the headers that let nothing else in (SEC W-4). Styles are files of their own, because inline
 * style is not let in either.
 *
 * A page is a function of its look, so that whoever makes one need not know who asks.
 */
import { CARD } from '../../tenants/index.ts'
import { html, type Html } from './html.ts'
import type { Brand, Look } from './look.ts'

export interface Sent {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Page = (look: Look) => Sent

export function frame(
  { texts, style, brand }: Look,
  {
    status,
    title,
    body,
    refreshSeconds,
    goesTo,
  }: {
    readonly status: number
    readonly title: string | Html
    readonly body: Html
    /** Asks for the same page again after so many seconds, without a script. */
    readonly refreshSeconds?: number | undefined
    /** Goes on there at once. */
    readonly goesTo?: string
  },
): Sent {
  const document = html`<!doctype html>
    <html lang="${texts.language}" dir="${texts.dir}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${style}" />
        ${brand?.style !== undefined && html`<link rel="stylesheet" href="${brand.style}" />`}
      </head>
      <body>
        <main>
          ${brand && heading(brand)}
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': texts.language,
      vary: 'Accept-Language',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; " +
        "frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'",
      'strict-transport-security': 'max-age=63072000',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      ...(refreshSeconds === undefined ? {} : { refresh: String(refreshSeconds) }),
      ...(goesTo === undefined ? {} : { refresh: `0; url=${goesTo}` }),
    },
    body: document.html,
  }
}

function heading({ name, logo }: Brand): Html {
  if (logo === undefined) return html`<p class="brand">${name}</p>`
  const { href, width, height } = logo
  return html`<p class="brand">
    <img src="${href}" alt="${name}" width="${width}" height="${height}" />
  </p>`
}

export const STYLE = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif;
  --text: #1c1917; --quiet: #57534e; --paper: #fafaf9; --card: ${CARD.light}; --line: #d6d3d1; --accent: #1d4ed8; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root {
  --text: #f5f5f4; --quiet: #a8a29e; --paper: #1c1917; --card: ${CARD.dark}; --line: #57534e; --accent: #93c5fd; --on-accent: #1c1917 } }
body { margin: 0; background: var(--paper); color: var(--text) }
main { box-sizing: border-box; max-width: 34rem; margin: 8vh auto; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere; hyphens: auto }
@media (max-width: 36rem) { main { margin: 0; border: 0; border-radius: 0; min-height: 100vh } }
.brand { margin: 0 0 1.5rem; font-weight: 600; overflow-wrap: anywhere }
.brand img { display: block; max-width: 100%; max-height: 4rem; width: auto; height: auto }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25 }
a { color: var(--accent) }
dl { display: grid; grid-template-columns: fit-content(45%) 1fr; gap: .25rem 1rem; margin: 1.5rem 0 0; padding-top: 1rem;
  border-top: 1px solid var(--line); color: var(--quiet); font-size: .9375rem }
dt { grid-column: 1 } dd { margin: 0; grid-column: 2; overflow-wrap: anywhere }
code { font: .9em ui-monospace, monospace }
ol.steps { padding-left: 1.5rem } h2 { margin: 1.5rem 0 .5rem; font-size: 1rem } .steps dl { margin: 0; padding: 0; border: 0 }
ul.choices { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem }
.button, button { display: inline-block; box-sizing: border-box; padding: .625rem 1.25rem; border: 1px solid var(--accent); border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer }
.quiet { background: transparent; color: var(--accent) }
.choices .button { width: 100% }
label { display: block; margin: 0 0 .25rem; font-weight: 600 }
input { box-sizing: border-box; width: 100%; padding: .625rem .75rem; border: 1px solid var(--quiet); border-radius: .5rem;
  background: var(--card); color: inherit; font: inherit }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px }
p.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 0 }
`
