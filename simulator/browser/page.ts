/** A page that the browser has come to, and how to leave it by one of its forms. */
import { type Document, type Form, readDocument } from './document.ts'
import type { Exchange } from './http.ts'

export interface VisitedPage extends Document {
  readonly status: number
  readonly url: string
  readonly html: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** The refresh that the page asks for, by header or by meta element. */
  readonly refresh: { readonly seconds: number; readonly url: string } | undefined
}

/** A request that is about to be made. */
export interface Going {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly body?: string
  /** The page that leads there; none when the person typed the address. */
  readonly from?: VisitedPage
  /** Set while a form leads there: its page's policy holds on every hop. */
  readonly byForm?: boolean
}

/** Reads what was answered at that address. What is no HTML has its body as text, and no forms. */
export function pageOf(url: URL, { status, headers, body }: Exchange): VisitedPage {
  const isHtml = /\bhtml\b/.test(headers['content-type'] ?? '')
  const document = readDocument(isHtml ? body : '', url.href)
  const asked = headers['refresh'] ?? document.metaRefresh
  return {
    ...document,
    ...(!isHtml && { text: body }),
    status,
    url: url.href,
    html: body,
    headers,
    refresh: asked === undefined ? undefined : refreshOf(asked, url),
  }
}

/** `5`, `5; url=/x`, `5;URL='/x'` (HTML §4.2.5.3). */
function refreshOf(text: string, url: URL): VisitedPage['refresh'] {
  const [, seconds, target] =
    /^\s*(\d+)(?:\.\d*)?\s*(?:[;,]\s*(?:url\s*=\s*)?["']?([^"']*)["']?)?\s*$/i.exec(text) ?? []
  if (seconds === undefined) return undefined
  return { seconds: Number(seconds), url: new URL(target?.trim() ?? '', url).href }
}

/** The form of that index, or the one with that button, or the first. */
export function pickForm(from: VisitedPage, choice: { form?: number; button?: string }): Form {
  const { form: index, button } = choice
  const form =
    index === undefined && button !== undefined
      ? from.forms.find(({ buttons }) => buttons.some(({ text }) => text === button))
      : from.forms[index ?? 0]
  if (form) return form
  if (button === undefined) throw missing(from, 'form', String(index ?? 0), [])
  const buttons = from.forms.flatMap((each) => each.buttons)
  throw missing(from, 'button', button, buttons)
}

/** What submitting the form requests, with some of its fields filled in. */
export function submission(
  from: VisitedPage,
  form: Form,
  filled: Readonly<Record<string, string>>,
  buttonText: string | undefined,
): Going {
  for (const name of Object.keys(filled))
    if (!form.fields.some((field) => field.name === name))
      throw missing(
        from,
        'field',
        name,
        form.fields.map((field) => ({ text: field.name })),
      )
  const button = buttonText ? form.buttons.find(({ text }) => text === buttonText) : form.buttons[0]
  if (buttonText !== undefined && !button) throw missing(from, 'button', buttonText, form.buttons)

  const pairs = form.fields
    .filter(({ name, sent }) => sent || filled[name] !== undefined)
    .map(({ name, value }): [string, string] => [name, filled[name] ?? value])
  if (button && button.name !== '') pairs.push([button.name, button.value])
  const body = new URLSearchParams(pairs).toString()

  const url = new URL(form.action)
  if (form.method === 'GET') url.search = body
  return form.method === 'GET'
    ? { url, method: 'GET', from, byForm: true }
    : { url, method: 'POST', body, from, byForm: true }
}

/** The page, for an error message. */
export function where({ title, heading, url, status }: VisitedPage): string {
  return `The page "${title || heading}" (${status}, ${url})`
}

/** The page lacks what was asked for; says what it has instead. */
export function missing(
  page: VisitedPage,
  kind: string,
  wanted: string,
  present: readonly { text: string }[],
): Error {
  const list = present.map(({ text }) => `"${text}"`).join(', ') || 'none'
  const said = page.text.slice(0, 300)
  return new Error(`${where(page)} has no ${kind} "${wanted}"; there is: ${list}. It says: ${said}`)
}
