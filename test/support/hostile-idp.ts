/**
 * An identity provider that says what a test tells it to: right by default, wrong in one respect at
 * a time. It knows no people; whoever comes is sent straight back with a code.
 */
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, SignJWT } from 'jose'

export interface HostileIdp {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Its published key, and one that it does not publish. */
  readonly key: KeyObject
  readonly strangerKey: KeyObject
  /** Requests that reached each path. */
  readonly asked: Map<string, number>
  /** The last that a browser brought, and the last form that we sent for a code. */
  readonly last: { authorize: URLSearchParams; token: URLSearchParams }
  /** Replaces what it says, until it is said otherwise. */
  behave(next: Partial<Behaviour>): void
  /** A JWT of these claims, signed as it signs. */
  sign(
    claims: Record<string, unknown>,
    header: Record<string, unknown>,
    key?: KeyObject | Uint8Array,
  ): Promise<string>
  /** A right ID token for this nonce, changed as told. */
  idToken(
    nonce: string,
    change?: {
      /** Undefined takes a claim away. */
      readonly claims?: Readonly<Record<string, unknown>>
      readonly header?: Readonly<Record<string, unknown>>
      readonly key?: KeyObject | Uint8Array
    },
  ): Promise<string>
}

export interface Behaviour {
  /** The query that the browser takes back. */
  readonly callback: (asked: URLSearchParams) => Record<string, string>
  readonly token: (nonce: string) => Promise<string> | string
  readonly metadata: Readonly<Record<string, unknown>>
  /** What it publishes. */
  readonly keys: readonly object[]
  /** Answers the token endpoint with this status instead. */
  readonly tokenStatus: number
  /** What that answer says, and its headers. */
  readonly tokenError: Readonly<Record<string, string>>
  readonly tokenHeaders: Readonly<Record<string, string>>
}

const CLIENT_ID = 'client-at-idp'
const CLIENT_SECRET = 'secret-at-idp-of-some-length'

export async function startHostileIdp(t: {
  after(act: () => Promise<void>): void
}): Promise<HostileIdp> {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { privateKey: strangerKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const nonces = new Map<string, string>()
  const asked = new Map<string, number>()
  const published = { ...(await exportJWK(publicKey)), kid: 'k1', use: 'sig', alg: 'RS256' }
  const idToken: HostileIdp['idToken'] = (nonce, change = {}) =>
    signIdToken(issuer, key, nonce, change)
  const right: Behaviour = {
    callback: (query) => {
      const code = randomUUID()
      nonces.set(code, query.get('nonce') ?? '')
      return { code, state: query.get('state') ?? '' }
    },
    token: (nonce) => idToken(nonce),
    metadata: {},
    keys: [published],
    tokenStatus: 200,
    tokenError: { error: 'invalid_client' },
    tokenHeaders: {},
  }
  let now = right
  const last = { authorize: new URLSearchParams(), token: new URLSearchParams() }

  const issuer = await listen(t, async (url, readForm) => {
    asked.set(url.pathname, (asked.get(url.pathname) ?? 0) + 1)
    if (url.pathname === '/.well-known/openid-configuration')
      return { body: { ...metadataOf(url.origin), ...now.metadata } }
    if (url.pathname === '/keys') return { body: { keys: now.keys } }
    if (url.pathname === '/authorize') {
      last.authorize = url.searchParams
      const back = new URL(url.searchParams.get('redirect_uri') ?? url.origin)
      for (const [name, value] of Object.entries(now.callback(url.searchParams)))
        back.searchParams.set(name, value)
      return { status: 303, headers: { location: back.href } }
    }
    if (now.tokenStatus !== 200)
      return { status: now.tokenStatus, headers: now.tokenHeaders, body: now.tokenError }
    last.token = await readForm()
    const code = last.token.get('code') ?? ''
    const id_token = await now.token(nonces.get(code) ?? '')
    return { body: { access_token: 'opaque', token_type: 'Bearer', id_token } }
  })

  return {
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    key,
    strangerKey,
    asked,
    last,
    behave: (next) => {
      now = { ...right, ...next }
    },
    idToken,
    sign: (claims, header, by = key) => signed(claims, header, by),
  }
}

function signed(
  claims: Record<string, unknown>,
  header: Record<string, unknown>,
  key: KeyObject | Uint8Array,
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header })
    .sign(key, { crit: { 'x-unknown': true } })
}

async function signIdToken(
  issuer: string,
  ownKey: KeyObject,
  nonce: string,
  { claims = {}, header = {}, key = ownKey }: NonNullable<Parameters<HostileIdp['idToken']>[1]>,
): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000)
  const right = {
    iss: issuer,
    aud: CLIENT_ID,
    sub: '00u-of-nobody',
    iat: seconds,
    exp: seconds + 300,
    nonce,
  }
  return signed({ ...right, ...claims }, header, key)
}

interface Said {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** @returns its address */
async function listen(
  t: { after(act: () => Promise<void>): void },
  answer: (url: URL, readForm: () => Promise<URLSearchParams>) => Promise<Said>,
): Promise<string> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
    const readForm = async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
      return new URLSearchParams(Buffer.concat(chunks).toString())
    }
    void answer(url, readForm).then(({ status = 200, headers = {}, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(body === undefined ? '' : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

function metadataOf(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}
