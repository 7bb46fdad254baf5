/**
 * What a person sees and can use on a page, read out of its HTML: title, heading, text, links,
 * forms, the refresh it asks for.
 *
 * One pass over the tags, tolerant as browsers are: attributes quoted or not, any case, tags left
 * open. It is no full parser: it builds no tree, and that is enough for pages that are meant to be
 * used without a script.
 */

export interface Field {
  readonly name: string
  readonly type: string
  readonly value: string
  /** False for a box that is not ticked: it is not sent. */
  readonly sent: boolean
}

export interface Button {
  readonly text: string
  readonly name: string
  readonly value: string
}

export interface Form {
  readonly action: string
  readonly method: 'GET' | 'POST'
  readonly fields: readonly Field[]
  readonly buttons: readonly Button[]
}

export interface Link {
  readonly text: string
  readonly href: string
}

export interface Document {
  readonly title: string
  /** Of the first `h1`. */
  readonly heading: string
  /** What can be read, in one line, without scripts and styles. */
  readonly text: string
  readonly links: readonly Link[]
  readonly forms: readonly Form[]
  /** The content of a `<meta http-equiv=refresh>`. */
  readonly metaRefresh: string | undefined
  /** The text of each inline script. */
  readonly scripts: readonly string[]
  /** Where each other script is, as written. */
  readonly scriptFiles: readonly string[]
}

interface Tag {
  readonly name: string
  readonly closing: boolean
  readonly attributes: ReadonlyMap<string, string>
  /** Where the tag begins and ends in the HTML. */
  readonly start: number
  readonly end: number
}

const TAG = /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi
const ATTRIBUTE = /([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g
const HIDDEN =
  /<!--[\s\S]*?(?:-->|$)|<!doctype[^>]*>|<(script|style|template|head)\b[\s\S]*?<\/\1\s*>/gi

/** Reads a page; `url` is its address, against which links and actions are resolved. */
export function readDocument(html: string, url: string): Document {
  const tags = [...tagsOf(html)]
  const contentOf = (tag: Tag) => {
    const close = tags.find(
      ({ name, closing, start }) => closing && name === tag.name && start >= tag.end,
    )
    return html.slice(tag.end, close?.start ?? html.length)
  }
  const opening = (name: string) => tags.filter((tag) => tag.name === name && !tag.closing)
  const textIn = (tag: Tag | undefined) => (tag ? textOf(contentOf(tag)) : '')
  const base = new URL(opening('base')[0]?.attributes.get('href') ?? '', url).href

  return {
    title: textIn(opening('title')[0]),
    heading: textIn(opening('h1')[0]),
    text: textOf(html),
    links: opening('a')
      .filter(({ attributes }) => attributes.has('href'))
      .map((tag) => ({
        text: textIn(tag) || (tag.attributes.get('aria-label') ?? ''),
        href: new URL(tag.attributes.get('href') ?? '', base).href,
      })),
    forms: formsOf(tags, textIn, { base, url }),
    metaRefresh: opening('meta')
      .find(({ attributes }) => attributes.get('http-equiv')?.toLowerCase() === 'refresh')
      ?.attributes.get('content'),
    scripts: opening('script')
      .filter(({ attributes }) => !attributes.has('src'))
      .map(contentOf),
    scriptFiles: opening('script').flatMap(({ attributes }) => attributes.get('src') ?? []),
  }
}

function* tagsOf(html: string): Generator<Tag> {
  let skipUntil = ''
  for (const match of html.matchAll(TAG)) {
    const [whole, slash, rawName, rawAttributes = ''] = match
    if (rawName === undefined) continue
    const name = rawName.toLowerCase()
    // What looks like a tag inside a script or a text field is none.
    if (skipUntil !== '' && !(slash === '/' && name === skipUntil)) continue
    skipUntil = slash === '' && /^(?:script|style|title)$/.test(name) ? name : ''
    const attributes = new Map<string, string>()
    for (const [, key = '', double, single, bare] of rawAttributes.matchAll(ATTRIBUTE))
      attributes.set(key.toLowerCase(), decode(double ?? single ?? bare ?? ''))
    const start = match.index
    yield { name, closing: slash === '/', attributes, start, end: start + whole.length }
  }
}

/** Each form with the controls inside it, or elsewhere and naming it by `form=`. */
function formsOf(
  tags: readonly Tag[],
  textIn: (tag: Tag) => string,
  { base, url }: { base: string; url: string },
): Form[] {
  const opened = tags.filter(({ name, closing }) => name === 'form' && !closing)
  return opened.map((form) => {
    const id = form.attributes.get('id')
    const end = tags.find(
      ({ name, closing, start }) => name === 'form' && closing && start >= form.end,
    )
    const mine = tags.filter((tag) => {
      const owner = tag.attributes.get('form')
      if (tag.closing || tag.attributes.has('disabled')) return false
      if (owner !== undefined) return owner === id
      return tag.start > form.start && tag.start < (end?.start ?? Infinity)
    })
    const action = form.attributes.get('action') ?? ''
    return {
      action: action === '' ? url : new URL(action, base).href,
      method: form.attributes.get('method')?.toLowerCase() === 'post' ? 'POST' : 'GET',
      fields: mine.flatMap((tag) => fieldsOf(tag, mine, textIn)),
      buttons: mine.flatMap((tag) => buttonsOf(tag, textIn)),
    }
  })
}

const NOT_A_FIELD = new Set(['submit', 'button', 'reset', 'image', 'file'])

function fieldsOf(tag: Tag, mine: readonly Tag[], textIn: (tag: Tag) => string): Field[] {
  const name = tag.attributes.get('name') ?? ''
  const type = tag.attributes.get('type')?.toLowerCase() ?? 'text'
  if (name === '') return []
  if (tag.name === 'textarea') return [{ name, type: 'textarea', value: textIn(tag), sent: true }]
  if (tag.name === 'select') {
    const next = mine.find((each) => each.name === 'select' && each.start > tag.start)
    const options = mine.filter(
      (each) =>
        each.name === 'option' && each.start > tag.start && each.start < (next?.start ?? Infinity),
    )
    const chosen = options.find(({ attributes }) => attributes.has('selected')) ?? options[0]
    const value = chosen?.attributes.get('value') ?? (chosen ? textIn(chosen) : '')
    return [{ name, type: 'select', value, sent: chosen !== undefined }]
  }
  if (tag.name !== 'input' || NOT_A_FIELD.has(type)) return []
  const ticked = type === 'checkbox' || type === 'radio'
  const value = tag.attributes.get('value') ?? (ticked ? 'on' : '')
  return [{ name, type, value, sent: !ticked || tag.attributes.has('checked') }]
}

function buttonsOf(tag: Tag, textIn: (tag: Tag) => string): Button[] {
  const type = tag.attributes.get('type')?.toLowerCase()
  const [name, value] = [tag.attributes.get('name') ?? '', tag.attributes.get('value') ?? '']
  if (tag.name === 'button' && (type ?? 'submit') === 'submit')
    return [{ text: textIn(tag), name, value }]
  if (tag.name === 'input' && type === 'submit') return [{ text: value || 'Submit', name, value }]
  return []
}

function textOf(html: string): string {
  return decode(html.replace(HIDDEN, ' ').replace(TAG, ' ')).replace(/\s+/g, ' ').trim()
}

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  middot: '·',
  mdash: '—',
  ndash: '–',
}

function decode(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi,
    (whole, hex, number, name) => {
      if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole
      const code = hex === undefined ? Number(number) : Number.parseInt(String(hex), 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
    },
  )
}
