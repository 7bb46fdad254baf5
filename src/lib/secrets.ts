/**
 * Secrets: tokens that we mint and recognise.
 *
 * A token is `<prefix>_<look-up id>_<secret>_<check>` (SEC T-1). Only the SHA-256 of the secret
 * is kept (T-2); 256 random bits need no slow hash. What must be read again is sealed (`sealing.ts`).
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Random } from './clock.ts'

/** `rcs`: SCIM token of a connection. `rca`: key for the admin API. `rcl`: setup link of a connection. */
export type TokenPrefix = 'rcs' | 'rca' | 'rcl'

export interface MintedToken {
  /** Shown once, never kept. */
  readonly token: string
  readonly lookupId: string
  readonly secretHash: Buffer
}

export interface ParsedToken {
  readonly lookupId: string
  readonly secretHash: Buffer
}

const SMALL = '0123456789abcdefghjkmnpqrstvwxyz'
const FORM = /^(rcs|rca|rcl)_([0-9a-z]{20})_([A-Za-z0-9_-]{43})_([0-9a-z]{6})$/

export function mintToken(random: Random, prefix: TokenPrefix): MintedToken {
  const lookupId = small(random(20))
  const secret = mintSecret(random)
  return {
    token: `${prefix}_${lookupId}_${secret}_${check(prefix, lookupId, secret)}`,
    lookupId,
    secretHash: hashSecret(secret),
  }
}

/** Undefined for another prefix, another form or a typing error: no database read is spent on it. */
export function parseToken(prefix: TokenPrefix, text: string): ParsedToken | undefined {
  const [, kind, lookupId, secret, sum] = FORM.exec(text) ?? []
  if (kind !== prefix || lookupId === undefined || secret === undefined) return undefined
  if (check(prefix, lookupId, secret) !== sum) return undefined
  return { lookupId, secretHash: hashSecret(secret) }
}

/** 256 random bits as 43 characters of base64url. */
export function mintSecret(random: Random): string {
  return Buffer.from(random(32)).toString('base64url')
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Compares digests in constant time; a missing one is compared against nothing and fails (SEC T-3). */
export function sameHash(presented: Buffer, kept: Buffer | undefined): boolean {
  const against = kept?.length === presented.length ? kept : Buffer.alloc(presented.length)
  return timingSafeEqual(presented, against) && kept !== undefined
}

function check(prefix: string, lookupId: string, secret: string): string {
  return small(createHash('sha256').update(`${prefix}_${lookupId}_${secret}`).digest()).slice(0, 6)
}

/** One character of 32 a byte: no bias, since 256 is a multiple of 32. */
function small(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => SMALL[byte % 32]).join('')
}
