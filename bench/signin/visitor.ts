/**
 * The least of a browser and of a site: a person signs in by redirects, cookies and one form, and the site
 * redeems the code. As little processor as that takes, since it shares the machine with what it measures.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import type { Person } from '../../simulator/index.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A site, as it knows itself. */
export interface Relying {
  readonly authority: string
  /** Below the authority. */
  readonly paths: { readonly authorize: string; readonly token: string; readonly userinfo: string }
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  readonly scope: string
}

/** By origin, then by name. */
export type Cookies = Map<string, Map<string, string>>

export interface Code {
  readonly code: string
  readonly verifier: string
}

/** Sent along, so that the probe in the server knows which sign-in a request belongs to. */
export const MARK = 'x-bench-sign-in'
/** More than a sign-in ever has. */
const MOST_REDIRECTS = 12

const agent = new Agent({ keepAlive: true })

export function ask(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  form?: URLSearchParams,
): Promise<Answer> {
  const body = form?.toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? headers : { ...headers, ...type },
    })
    sent.once('error', reject).once('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk))
      response
        .once('error', reject)
        .once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
    })
    sent.end(body)
  })
}

/**
 * To the Authority and back to the site, by way of the identity provider if that is asked.
 * @param mark  for the probe
 * @throws Error when the person does not arrive with a code
 */
export async function fetchCode(
  site: Relying,
  cookies: Cookies,
  { person, mark = '' }: { readonly person?: Person; readonly mark?: string } = {},
): Promise<Code> {
  const verifier = randomBytes(32).toString('base64url')
  let url: string = authorizeUrl(site, verifier)
  let form: URLSearchParams | undefined
  for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
    const answer = await visit(cookies, url, mark, form)
    form = undefined
    const to = answer.headers.location
    if (to !== undefined) {
      url = new URL(to, url).href
      if (url.startsWith(site.redirectUri)) return { code: codeIn(url), verifier }
    } else if (person !== undefined && answer.text.includes('credentials.passcode'))
      form = new URLSearchParams({
        identifier: person.login,
        'credentials.passcode': person.password,
      })
    else throw new Error(`${url} answers ${answer.status}: ${answer.text.slice(0, 1000)}`)
  }
  throw new Error(`Nobody arrives after ${MOST_REDIRECTS} redirects; the last led to ${url}.`)
}

/** @returns the access token. @throws Error when the site gets no ID token */
export async function redeem(site: Relying, { code, verifier }: Code, mark = ''): Promise<string> {
  const { clientId, clientSecret, redirectUri, authority, paths } = site
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const answer = await ask(
    authority + paths.token,
    { authorization: `Basic ${basic}`, [MARK]: mark },
    new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  )
  const { access_token: token, id_token: idToken } = JSON.parse(answer.text) as Tokens
  if (token === undefined || idToken === undefined)
    throw new Error(`The code is answered with ${answer.status}: ${answer.text.slice(0, 500)}`)
  return token
}

export function askUserinfo({ authority, paths }: Relying, token: string): Promise<Answer> {
  return ask(authority + paths.userinfo, { authorization: `Bearer ${token}` })
}

/** Where the site sends a browser; `prompt=none` asks for an answer without a question. */
export function authorizeUrl(
  { authority, paths, clientId, redirectUri, scope }: Relying,
  verifier: string,
  prompt?: 'none',
): string {
  const asked = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: randomBytes(16).toString('base64url'),
    ...(prompt === undefined ? {} : { prompt }),
  })
  return `${authority}${paths.authorize}?${asked}`
}

interface Tokens {
  readonly access_token?: string
  readonly id_token?: string
}

async function visit(
  cookies: Cookies,
  url: string,
  mark: string,
  form: URLSearchParams | undefined,
): Promise<Answer> {
  const { origin } = new URL(url)
  const jar = cookies.get(origin) ?? new Map<string, string>()
  cookies.set(origin, jar)
  const answer = await ask(url, { cookie: cookieOf(jar), [MARK]: mark }, form)
  for (const line of answer.headers['set-cookie'] ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') jar.delete(name)
    else jar.set(name, value)
  }
  return answer
}

export function cookieOf(jar: ReadonlyMap<string, string> | undefined): string {
  return [...(jar ?? [])].map((pair) => pair.join('=')).join('; ')
}

function codeIn(url: string): string {
  const code = new URL(url).searchParams.get('code')
  if (code === null) throw new Error(`The site hears of no code: ${url}`)
  return code
}
