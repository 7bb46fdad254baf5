/** What an ID token fails by that the library, which has verified its signature, issuer, audience, nonce and end, lets pass. */
import { createHash } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import type { IDToken } from 'openid-client'
import type { Flow } from './flows.ts'

/** How old an ID token may be (SEC R-5). */
const MOST_AGE_SECONDS = 10 * 60
/** How far two clocks may be apart. */
const CLOCK_SECONDS = 60

interface Tokens {
  readonly id_token?: string | undefined
  readonly access_token: string
}

/** @returns the name of the claim or header (SEC R-5; OpenID Connect Core section 3.1.3.7, and 3.1.3.8 for `at_hash`) */
export function unusable(
  tokens: Tokens,
  claims: IDToken | undefined,
  now: number,
  { maxAge, startedAt }: Pick<Flow, 'maxAge' | 'startedAt'>,
): string | undefined {
  if (claims === undefined || tokens.id_token === undefined) return 'missing'
  const { alg = '', typ = 'JWT' } = decodeProtectedHeader(tokens.id_token)
  const { aud, iat, sub, acr, amr, at_hash: hash, auth_time: authTime } = claims
  const latest = now / 1000 + CLOCK_SECONDS
  if (typ.toUpperCase() !== 'JWT') return 'typ'
  if (Array.isArray(aud) && aud.length > 1) return 'aud'
  if (now / 1000 - iat > MOST_AGE_SECONDS || iat > latest) return 'iat'
  if (!/^[\x21-\x7e]{1,255}$/.test(sub)) return 'sub'
  if (acr !== undefined && typeof acr !== 'string') return 'acr'
  if (amr !== undefined && !isListOfText(amr)) return 'amr'
  if (hash !== undefined && hash !== hashOf(tokens.access_token, alg)) return 'at_hash'
  // As old as the site allowed when it asked (OpenID Connect Core section 3.1.2.1).
  const least = startedAt.getTime() / 1000 - (maxAge ?? Infinity) - CLOCK_SECONDS
  if (maxAge !== undefined && (authTime === undefined || authTime < least)) return 'auth_time'
  return authTime !== undefined && authTime > latest ? 'auth_time' : undefined
}

/** The left half of the token's digest, by the hash of the signature; that of EdDSA is Ed25519's. */
function hashOf(accessToken: string, alg: string): string {
  const [, bits = '512'] = /(256|384|512)$/.exec(alg) ?? []
  const digest = createHash(`sha${bits}`).update(accessToken).digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
