/** HTML by tagged template: whatever is put in is text, unless it is HTML made here (SEC W-5, R-11). */

export interface Html {
  readonly html: string
}

type Part = Html | string | number | false | undefined | readonly Part[]

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: String.raw({ raw: strings }, ...parts.map(rendered)) }
}

/** HTML that a library made. */
export function trusted(text: string): Html {
  return { html: text }
}

/** A text of ours with what is put in for each `{name}`: text, or HTML made here. */
export function filled(text: string, parts: Readonly<Record<string, Part>>): Html {
  const [first = '', ...rest] = text.split(/\{(\w+)\}/)
  return { html: rendered([first, ...rest.map((each, at) => (at % 2 === 0 ? parts[each] : each))]) }
}

function rendered(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'html' in part ? part.html : part.map(rendered).join('')
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign)
}
