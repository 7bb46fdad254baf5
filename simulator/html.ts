/**
 * HTML as values: what goes into a template is text and is escaped, unless it is HTML itself.
 *
 * All pages of the simulator are rendered here on the server and need no script, so that a person
 * with any browser and the HTTP browser of the tests see the same. One plain stylesheet; each of
 * the simulated parties has its own accent colour, so that one sees at whose page one is.
 */

/** HTML that is safe to put into HTML. */
export interface Html {
  readonly html: string
}

type Inserted = string | number | undefined | false | Html | readonly Html[]

const ESCAPED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Template tag: `html\`<p>${text}</p>\``. `undefined` and `false` insert nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Inserted[]): Html {
  return { html: parts.map((part, at) => part + inserted(values[at])).join('') }
}

function inserted(value: Inserted): string {
  if (value === undefined || value === false) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (sign) => ESCAPED[sign] ?? sign)
  return 'html' in value ? value.html : value.map((each) => each.html).join('')
}

export interface Page {
  /** Whose page this is; stands above the heading and in the window's title. */
  readonly owner: string
  readonly title: string
  /** A CSS colour that carries white text. */
  readonly accent: string
  readonly body: Html
  readonly wide?: boolean
}

/** A whole document. The title is also its `h1`. */
export function page({ owner, title, accent, body, wide = false }: Page): string {
  return html`<!doctype html>
    <html lang="en" style="--accent: ${accent}; --measure: ${wide ? '72rem' : '30rem'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · ${owner}</title>
        ${STYLE}
      </head>
      <body>
        <header><span>${owner}</span></header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.html
}

const STYLE = html`<style>
  :root {
    color-scheme: light dark;
    --paper: light-dark(#fff, #1c1f24);
    --ground: light-dark(#f3f4f6, #121417);
    --ink: light-dark(#1b1f24, #e8eaed);
    --faint: light-dark(#5b6470, #a2abb6);
    --line: light-dark(#d5d9df, #3a4049);
    --link: light-dark(#1d4ed8, #9db8ff);
    --alarm: light-dark(#a4151b, #ff9a94);
  }
  * {
    box-sizing: border-box;
  }
  body {
    margin: 0;
    background: var(--ground);
    color: var(--ink);
    font:
      1rem/1.5 system-ui,
      sans-serif;
  }
  header {
    background: var(--accent);
    color: #fff;
    font-weight: 600;
    padding: 0.75rem 1.25rem;
  }
  main {
    width: min(var(--measure), 100% - 2rem);
    margin: 2rem auto;
    padding: 1.5rem;
    background: var(--paper);
    border: 1px solid var(--line);
    border-radius: 0.75rem;
  }
  h1 {
    font-size: 1.5rem;
    margin: 0 0 1rem;
  }
  h2 {
    font-size: 1.15rem;
    margin: 2rem 0 0.75rem;
  }
  a:not(.button) {
    color: var(--link);
  }
  nav,
  main > form,
  details,
  .scroll {
    margin-block: 1rem;
  }
  caption {
    text-align: start;
    color: var(--faint);
    padding: 0.25rem 0.6rem;
  }
  label {
    display: block;
    font-weight: 600;
    margin: 0.75rem 0 0.25rem;
  }
  input,
  select {
    font: inherit;
    padding: 0.5rem 0.6rem;
    border: 1px solid var(--faint);
    border-radius: 0.4rem;
    background: var(--paper);
    color: var(--ink);
    max-width: 100%;
  }
  form.tall input {
    width: 100%;
  }
  form.asked {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr));
    gap: 0.75rem 1rem;
    align-items: end;
  }
  form.asked :is(input, select, button) {
    min-height: 2.75rem;
  }
  form.asked :is(input, select) {
    width: 100%;
  }
  form.asked label {
    margin-top: 0;
  }
  form.asked button {
    justify-self: start;
  }
  form.line {
    display: inline-flex;
    margin-inline-end: 0.25rem;
    gap: 0.4rem;
    align-items: center;
    flex-wrap: wrap;
  }
  form.line label {
    margin: 0;
  }
  button,
  a.button {
    display: inline-block;
    font: inherit;
    font-weight: 600;
    padding: 0.5rem 1rem;
    border: 0;
    border-radius: 0.4rem;
    background: var(--accent);
    color: #fff;
    text-decoration: none;
    cursor: pointer;
  }
  form.tall button {
    width: 100%;
    margin-top: 1.25rem;
  }
  td button {
    background: transparent;
    color: var(--link);
    border: 1px solid currentColor;
    font-size: 0.875rem;
    padding: 0.2rem 0.6rem;
  }
  :focus-visible {
    outline: 3px solid var(--link);
    outline-offset: 2px;
  }
  .alarm {
    border-left: 4px solid var(--alarm);
    padding: 0.5rem 0.75rem;
    color: var(--alarm);
  }
  .faint {
    color: var(--faint);
  }
  .scroll {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: 0.925rem;
  }
  th,
  td {
    text-align: start;
    padding: 0.4rem 0.6rem;
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 0.25rem 1rem;
  }
  dt {
    color: var(--faint);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  code {
    font-size: 0.9em;
    overflow-wrap: anywhere;
  }
</style>`
