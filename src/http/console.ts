/**
 * The console's and the setup page's files, as `npm run build` left them, and the headers that let
 * nothing else in (SEC W-4).
 *
 * They are read once, at the first request. Every address below /console that names no file is the
 * console's own to show, so it is answered with the page. Where nothing was built, it says what to run.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Answer, type Area, type Door, type Exchange, HttpRefusal } from './area.ts'

export interface ConsoleGiven {
  /** Where the built files are; they may be missing. */
  readonly consoleDir: string
}

interface Asset {
  readonly type: string
  /** By the name of the encoding; `identity` is there always. */
  readonly encoded: Readonly<Record<string, Buffer>>
}
type Assets = ReadonlyMap<string, Asset>

const PREFIX = '/console'
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}
/** The better one first; what the build writes beside each file. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:",
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'",
    "frame-ancestors 'none'; require-trusted-types-for 'script'",
  ].join('; '),
  'strict-transport-security': 'max-age=63072000',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}
/** A name holds the digest of its content, so what it holds never changes. */
const ASSET_HEADERS = {
  'cache-control': 'public, max-age=31536000, immutable',
  'cross-origin-resource-policy': 'same-origin',
}

/** The area of the console, and the door of the setup page, which lies below another area's prefix. */
export function createPages({ consoleDir }: ConsoleGiven): { console: Area; setup: Door } {
  let reading: Promise<Assets> | undefined
  const read = () => (reading ??= readAssets(consoleDir))

  const showPage = async (exchange: Exchange, name: string): Promise<Answer> => {
    const page = (await read()).get(name)
    if (page !== undefined) return send(exchange, page, PAGE_HEADERS)
    // What is built meanwhile is found at the next request.
    reading = undefined
    return plainPage(503, 'The console is not built', NOT_BUILT)
  }
  const showConsole = async (exchange: Exchange): Promise<Answer> => {
    const name = exchange.path.slice(PREFIX.length + 1)
    if (!name.startsWith('assets/')) return showPage(exchange, 'index.html')
    const asset = (await read()).get(name)
    if (asset !== undefined) return send(exchange, asset, ASSET_HEADERS)
    throw new HttpRefusal(404, 'There is no such file.')
  }

  return {
    console: {
      name: 'console',
      prefix: PREFIX,
      canonicalPaths: false,
      doors: [door('/', showConsole), door('/*', showConsole)],
      refuse: (thrown) =>
        // Its message may hold the address, which is not ours.
        thrown instanceof HttpRefusal
          ? plainPage(thrown.status, 'This is not here', 'The console is at <code>/console</code>.')
          : plainPage(500, 'Something went wrong', 'Try again in a moment.'),
    },
    setup: door('/', (exchange) => showPage(exchange, 'setup.html')),
  }
}

function door(path: string, answer: Door['answer']): Door {
  return { methods: ['GET', 'HEAD'], path, bodyLimit: () => 0, admit: async () => {}, answer }
}

const NOT_BUILT = 'Run <code>npm ci &amp;&amp; npm run build</code> where the server is installed.'

/** @param words  markup of our own: nothing from outside may get into it */
function plainPage(status: number, title: string, words: string): Answer {
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1><p>${words}</p></body></html>`
  return { status, headers: { ...PAGE_HEADERS, 'content-type': TYPES['html'] ?? '' }, body }
}

function send(
  { headers }: Exchange,
  { type, encoded }: Asset,
  more: Readonly<Record<string, string>>,
): Answer {
  const accepted = new Set((headers['accept-encoding']?.toString() ?? '').split(/[\s,]+/))
  const [encoding] = ENCODINGS.find(([name]) => accepted.has(name) && encoded[name]) ?? ['identity']
  return {
    status: 200,
    headers: {
      ...more,
      'content-type': type,
      vary: 'accept-encoding',
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    },
    bytes: encoded[encoding],
  }
}

async function readAssets(folder: string): Promise<Assets> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const files = new Set(names)
  const read = (name: string) => readFile(join(folder, name))
  const assets = new Map<string, Asset>()
  for (const name of names) {
    const type = TYPES[name.split('.').at(-1) ?? '']
    if (type === undefined) continue
    const encoded: Record<string, Buffer> = { identity: await read(name) }
    for (const [encoding, ending] of ENCODINGS)
      if (files.has(name + ending)) encoded[encoding] = await read(name + ending)
    assets.set(name, { type, encoded })
  }
  return assets
}
