/** Forms and small parts that the administrator's pages share. */
import { type Html, html } from '../html.ts'

/** A button that does one act with what is given, and leads back to that page. */
export function actButton(
  act: string,
  label: Html | string,
  given: Readonly<Record<string, string>>,
  back: string,
): Html {
  return html`<form class="line" method="post" action="/sim/do/${act}">
    ${hidden({ ...given, back })}<button type="submit">${label}</button>
  </form>`
}

export interface Asked {
  readonly name: string
  readonly label: string
  readonly value?: string
  readonly required?: boolean
  /** Offers these instead of free text. */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

/** A form for an act: labelled fields and a button. */
export function actForm(
  act: string,
  label: string,
  given: { asked: readonly Asked[]; with?: Readonly<Record<string, string>>; back: string },
): Html {
  return html`<form class="asked" method="post" action="/sim/do/${act}">
    ${hidden({ ...given.with, back: given.back })}
    ${given.asked.map((field) => labelled(label, field))}
    <button type="submit">${label}</button>
  </form>`
}

/** An act may have two forms on a page; what their buttons say is different. */
function labelled(
  form: string,
  { name, label, value = '', required = true, options }: Asked,
): Html {
  const id = `${form}-${name}`.replaceAll(' ', '-')
  const need = required && html` required`
  if (!options)
    return html`<div>
      <label for="${id}">${label}</label>
      <input id="${id}" name="${name}" value="${value}" ${need} />
    </div>`
  return html`<div>
    <label for="${id}">${label}</label>
    <select id="${id}" name="${name}" ${need}>
      ${options.map((option) => html`<option value="${option.value}">${option.label}</option>`)}
    </select>
  </div>`
}

function hidden(values: Readonly<Record<string, string>>): Html[] {
  return Object.entries(values).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
}

/** A table with a caption for those who cannot see where it stands. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (Html | string | number)[])[],
): Html {
  if (rows.length === 0) return html`<p class="faint">${caption}: none.</p>`
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** `1 group`, `2 groups`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** The time of day in UTC, to the second. */
export function time(at: number): Html {
  const text = new Date(at).toISOString()
  return html`<time datetime="${text}">${text.slice(11, 19)}</time>`
}
