/** Public keys that a client of the Authority shows who it is by, and which of them are sound. Pure. */
import { createPublicKey } from 'node:crypto'
import { Refusal } from '../lib/index.ts'

/** Public keys, by which a client shows who it is instead of by a secret (RFC 7517 section 5). */
export interface PublicKeys {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

/** As a column keeps them. @throws Refusal `invalid_input` saying what is wrong with which */
export function cleanKeys({ keys }: PublicKeys): string {
  return JSON.stringify({ keys: keys.map(cleanKey) })
}

const CURVES: readonly unknown[] = ['P-256', 'Ed25519']
const PUBLIC_MEMBERS = ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y']

/** Of a key what is public and known; a private or secret one is refused, so that nobody leaves theirs here. */
function cleanKey(key: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const refuse = (why: string, cause?: unknown) =>
    new Refusal('invalid_input', `The key "${String(key['kid']).slice(0, 100)}" ${why}.`, { cause })
  if ('d' in key || 'k' in key)
    throw refuse('is private or secret: keep it, and hand in its public part')
  const kept = Object.fromEntries(
    PUBLIC_MEMBERS.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]])),
  )
  if (typeof kept['kid'] !== 'string' || kept['kid'] === '')
    throw refuse('has no "kid" to find it by')
  const isCurve = CURVES.includes(kept['crv'])
  if (kept['kty'] !== 'RSA' && !isCurve)
    throw refuse('is of no kind taken here: RSA, P-256, Ed25519')
  try {
    const { asymmetricKeyDetails: details } = createPublicKey({
      key: kept,
      format: 'jwk',
    })
    if (isCurve || (details?.modulusLength ?? 0) >= 2048) return kept
  } catch (cause) {
    throw refuse('is not a public key in JWK form (RFC 7517)', cause)
  }
  throw refuse('is shorter than 2,048 bits')
}
