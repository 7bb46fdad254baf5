/**
 * Secrets: tokens that we mint and recognise, and envelopes for what we must keep readable.
 *
 * A token is `<prefix>_<look-up id>_<secret>_<check>` (SEC T-1). Only the SHA-256 of the secret
 * is kept (T-2); 256 random bits need no slow hash. What must be read again (a connection's
 * client secret, a signing key) is sealed with AES-256-GCM under a data key of its own, which
 * the master key wraps; the place it belongs to is authenticated with it, so that a sealed
 * value copied to another row does not open (K-1).
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
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

/** The key that wraps all others: 32 bytes, and the id that sealed values name it by. */
export interface MasterKey {
  readonly id: string
  readonly secret: KeyObject
}

export function masterKey(bytes: Buffer): MasterKey {
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
  return { id, secret: createSecretKey(bytes) }
}

/** A secret for one purpose, derived from the master key; the same on every node. */
export function deriveSecret(key: MasterKey, purpose: string): string {
  return createHmac('sha256', key.secret).update(`rollcall ${purpose}`).digest('base64url')
}

/**
 * Seals `text` for one place, such as `connection.client_secret/ten_…/con_…`.
 * @returns `v1.<master key id>.<wrapped data key>.<sealed text>`, base64url parts
 */
export function seal(key: MasterKey, random: Random, place: string, text: string): string {
  const dataKey = Buffer.from(random(32))
  const wrapped = encrypt(key.secret, random(12), `key/${place}`, dataKey)
  const sealed = encrypt(createSecretKey(dataKey), random(12), place, Buffer.from(text))
  return `v1.${key.id}.${wrapped}.${sealed}`
}

/** @throws Error when the key is another, or the value was sealed for another place or changed. */
export function unseal(key: MasterKey, place: string, sealed: string): string {
  const [version, keyId, wrapped, body] = sealed.split('.')
  if (version !== 'v1' || wrapped === undefined || body === undefined)
    throw new Error(`The sealed value of ${place} has an unknown form.`)
  if (keyId !== key.id)
    throw new Error(
      `The sealed value of ${place} needs master key ${keyId}; this server has ${key.id}. ` +
        'Start it with the key file that belongs to this database.',
    )
  const dataKey = decrypt(key.secret, `key/${place}`, wrapped)
  return decrypt(createSecretKey(dataKey), place, body).toString()
}

function encrypt(key: KeyObject, nonce: Uint8Array, place: string, plain: Buffer): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  )
}

function decrypt(key: KeyObject, place: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(-16))
  return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()])
}

function check(prefix: string, lookupId: string, secret: string): string {
  return small(createHash('sha256').update(`${prefix}_${lookupId}_${secret}`).digest()).slice(0, 6)
}

/** One character of 32 a byte: no bias, since 256 is a multiple of 32. */
function small(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => SMALL[byte % 32]).join('')
}
