/** Pairs of keys to sign with: RS256, which every other side's library can verify (OpenID Connect Core section 15.1). */
import { generateKeyPair, type JsonWebKey } from 'node:crypto'
import { promisify } from 'node:util'

const MODULUS_BITS = 2048

export interface KeyPair {
  readonly privateJwk: JsonWebKey
  readonly publicJwk: JsonWebKey
}

/** A new pair under that name, as JWKs that say what they are for (RFC 7517). */
export async function makeKeyPair(kid: string): Promise<KeyPair> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS })
  const marks = { kid, use: 'sig', alg: 'RS256' }
  return {
    privateJwk: { ...pair.privateKey.export({ format: 'jwk' }), ...marks },
    publicJwk: { ...pair.publicKey.export({ format: 'jwk' }), ...marks },
  }
}
