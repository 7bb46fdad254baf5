/** Ids as Okta makes them: three characters that say what it is, then seventeen of base 62. */
import { createHash, randomBytes } from 'node:crypto'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export function randomId(prefix: string): string {
  return prefix + randomText(17)
}

/** The same id for the same text, so that a seed gives the same organisation. */
export function idFrom(prefix: string, text: string): string {
  return prefix + base62(createHash('sha256').update(text).digest().subarray(0, 17))
}

/** Letters and digits; what a client secret is made of. */
export function randomText(length: number): string {
  return base62(randomBytes(length))
}

/** A byte modulo 62 prefers the first eight characters a little, which harms no simulation. */
function base62(bytes: Uint8Array): string {
  return [...bytes].map((byte) => BASE62[byte % BASE62.length]).join('')
}
