/**
 * What a page's Content-Security-Policy lets the browser do, as far as sign-in pages feel it.
 *
 * `form-action` holds for the form's address and, in Chrome, for every redirect that follows: a
 * sign-in page that says `form-action 'self'` and then redirects to another origin works in a test
 * that ignores this and fails in front of people. `script-src` decides whether an inline script
 * that submits a form by itself runs at all.
 */
import { createHash } from 'node:crypto'

/** Whether a form of the page at `page` may lead to `target` (CSP 3 §6.4.1). */
export function mayLeadTo(policy: string | undefined, page: URL, target: URL): boolean {
  return sourcesOf(policy, ['form-action']).every((sources) =>
    sources.some((source) => fits(source, page, target)),
  )
}

/** Whether a script may be fetched from there (CSP 3 §6.7.1.1). */
export function mayLoad(policy: string | undefined, page: URL, script: URL): boolean {
  return sourcesOf(policy, SCRIPTS).every((sources) =>
    sources.some((source) => fits(source, page, script)),
  )
}

/** Whether an inline script may run (CSP 3 §6.7.3): by its hash, or because all may. */
export function mayRun(policy: string | undefined, script: string): boolean {
  const hash = (algorithm: string) =>
    `'${algorithm}-${createHash(algorithm).update(script).digest('base64')}'`
  const hashes = new Set(['sha256', 'sha384', 'sha512'].map(hash))
  return sourcesOf(policy, SCRIPTS).every(
    (sources) =>
      sources.some((source) => hashes.has(source)) ||
      (sources.includes("'unsafe-inline'") && !sources.some((each) => each.startsWith("'sha"))),
  )
}

const SCRIPTS = ['script-src-elem', 'script-src', 'default-src']

/** For each policy of the header: the sources of the first of those directives that it has. */
function sourcesOf(policy: string | undefined, names: readonly string[]): string[][] {
  return (policy ?? '').split(',').flatMap((one) => {
    const directives = new Map(
      one.split(';').map((each) => {
        const [name = '', ...sources] = each.trim().split(/\s+/)
        return [name.toLowerCase(), sources]
      }),
    )
    const found = names.flatMap((name) => {
      const sources = directives.get(name)
      return sources ? [sources] : []
    })
    return found.slice(0, 1)
  })
}

function fits(source: string, page: URL, target: URL): boolean {
  if (source === '*') return true
  if (source === "'self'") return target.origin === page.origin
  if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return target.protocol === source.toLowerCase()
  const [, scheme, host = '', port, path] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/:]+)(?::(\d+|\*))?(\/.*)?$/i.exec(source) ?? []
  const schemeFits =
    scheme === undefined ? target.protocol === page.protocol : `${scheme}:` === target.protocol
  const hostFits = host.startsWith('*.')
    ? target.hostname.endsWith(host.slice(1))
    : target.hostname === host
  const portFits = port === '*' || (port ?? '') === target.port
  const pathFits = path === undefined || path === '/' || target.pathname.startsWith(path)
  return schemeFits && hostFits && portFits && pathFits
}
