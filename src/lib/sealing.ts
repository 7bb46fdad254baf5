/**
 * Envelopes for what we must keep readable: a connection's client secret, a signing key.
 *
 * A text is sealed with AES-256-GCM under a data key of its own, which the master key wraps; the place it belongs
 * to is authenticated with both, so that a sealed value copied to another row does not open (SEC K-1).
 *
 * The master key is several, of which one seals and all open, and a sealed value names the one that it needs. Another
 * takes over by wrapping data keys anew; what they seal stays as it is (K-2).
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
} from 'node:crypto'
import type { Random } from './clock.ts'

/** 32 bytes, and the id that sealed values name it by. */
export interface WrappingKey {
  readonly id: string
  readonly secret: KeyObject
}

/** The keys that wrap all others, as whoever seals and opens is handed them. Both may change while they are held. */
export interface MasterKey {
  readonly sealing: WrappingKey
  /** All that open, the one that seals among them; the oldest first. */
  readonly keys: readonly WrappingKey[]
}

export function wrappingKey(bytes: Buffer): WrappingKey {
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
  return { id, secret: createSecretKey(bytes) }
}

/** A secret for one purpose, derived from a key; the same on every node. */
export function deriveSecret(key: WrappingKey, purpose: string): string {
  return createHmac('sha256', key.secret).update(`rollcall ${purpose}`).digest('base64url')
}

/** The same by every key, first by the one that seals: what was made by any of them is known again. */
export function derivedSecrets(
  { sealing, keys }: MasterKey,
  purpose: string,
): [string, ...string[]] {
  const others = keys.filter(({ id }) => id !== sealing.id)
  return [deriveSecret(sealing, purpose), ...others.map((key) => deriveSecret(key, purpose))]
}

/**
 * Seals `text` for one place, such as `connection.client_secret/ten_…/con_…`.
 * @returns `v1.<id of the wrapping key>.<wrapped data key>.<sealed text>`, base64url parts
 */
export function seal({ sealing }: MasterKey, random: Random, place: string, text: string): string {
  const dataKey = Buffer.from(random(32))
  const sealed = encrypt(createSecretKey(dataKey), random(12), place, Buffer.from(text))
  return `v1.${sealing.id}.${wrap(sealing, random, place, dataKey)}.${sealed}`
}

/** @throws Error when no key is the one it needs, or the value was sealed for another place or changed. */
export function unseal(masterKey: MasterKey, place: string, sealed: string): string {
  const { dataKey, body } = open(masterKey, place, sealed)
  return decrypt(createSecretKey(dataKey), place, body).toString()
}

/**
 * The same value under the key that seals now: its data key is wrapped anew, and the sealed text stays as it is.
 * @throws Error as `unseal`
 */
export function rewrap(
  masterKey: MasterKey,
  random: Random,
  place: string,
  sealed: string,
): string {
  const { dataKey, body } = open(masterKey, place, sealed)
  const { sealing } = masterKey
  return `v1.${sealing.id}.${wrap(sealing, random, place, dataKey)}.${body}`
}

function open({ keys }: MasterKey, place: string, sealed: string) {
  const [version, keyId, wrapped, body] = sealed.split('.')
  if (version !== 'v1' || wrapped === undefined || body === undefined)
    throw new Error(`The sealed value of ${place} has an unknown form.`)
  const key = keys.find(({ id }) => id === keyId)
  if (key === undefined)
    throw new Error(
      `The sealed value of ${place} needs master key ${keyId}; this server has ${idsOf(keys)}. ` +
        'Put that key back into the file of the master key.',
    )
  return { dataKey: decrypt(key.secret, `key/${place}`, wrapped), body }
}

export function idsOf(keys: readonly WrappingKey[]): string {
  return keys.map(({ id }) => id).join(', ')
}

function wrap({ secret }: WrappingKey, random: Random, place: string, dataKey: Buffer): string {
  return encrypt(secret, random(12), `key/${place}`, dataKey)
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
