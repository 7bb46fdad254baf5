/**
 * The result of a connection test, step by step, for whoever set the connection up: the one page that shows
 * what an identity provider said, as text, to the one who had it said.
 */
import type { RefusalCode } from '../../lib/index.ts'
import { html, type Html } from './html.ts'
import { frame, type Page } from './layout.ts'
import type { ShownCode, Texts } from './texts/index.ts'

export interface TestShown {
  readonly reference: string
  /** Undefined where a sign-in would succeed. */
  readonly code: RefusalCode | undefined
  readonly steps: readonly (Readonly<Record<string, unknown>> & { readonly step: string })[]
}

export function connectionTestPage({ reference, code, steps }: TestShown): Page {
  return (look) => {
    const { texts } = look
    const { test, refusals } = texts
    const refused = code && (refusals[code as ShownCode] ?? refusals.unavailable)
    return frame(look, {
      status: 200,
      title: refused === undefined ? test.passed : test.failed,
      body: html`${refused && html`<p>${refused.what} ${refused.todo}</p>`}
        <p>${test.noSession}</p>
        <ol class="steps">
          ${steps.map((step) => item(texts, step))}
        </ol>
        <dl>
          <dt>${texts.reference}</dt>
          <dd><code>${reference}</code></dd>
        </dl>`,
    })
  }
}

function item({ test }: Texts, { step, at: _at, ...seen }: TestShown['steps'][number]): Html {
  const name = test.steps[step as keyof typeof test.steps] ?? step
  return html`<li>
    <h2>${name}</h2>
    <dl>
      ${flat(seen).map(
        ([key, value]) =>
          html`<dt>${key}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </li>`
}

/** One line for each value; of what is nested, one for each of its members. */
function flat(seen: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(seen).flatMap(([key, value]) => {
    if (value === undefined || value === null) return []
    if (typeof value === 'string') return [[key, value] as const]
    if (typeof value !== 'object' || Array.isArray(value)) return [[key, JSON.stringify(value)]]
    return flat(value as Readonly<Record<string, unknown>>)
  })
}
