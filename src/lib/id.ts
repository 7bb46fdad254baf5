/**
 * Ids: a three-letter prefix that says what is named, an underscore, and 26 characters
 * that sort by birth (a UUIDv7 in Crockford's base32, lower case).
 *
 * We mint every id; one that a client sends is compared, never used as a key (SEC I-7).
 * An id is an address, not a secret.
 */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

export type Prefix =
  | 'adm' // administrator
  | 'aud' // audit entry
  | 'cli' // provisioning client (OAuth client of a connection)
  | 'con' // connection
  | 'ctm' // claim type mapping
  | 'flo' // sign-in flow towards an identity provider
  | 'gra' // grant to provision by OAuth
  | 'grp' // SCIM Group
  | 'idn' // identity
  | 'inv' // invitation of an administrator
  | 'key' // signing key
  | 'lnk' // setup link
  | 'log' // logout delivery
  | 'nod' // node: a process that serves
  | 'req' // request
  | 'run' // loader run
  | 'ses' // session of an administrator
  | 'sgn' // sign-in attempt; what a refusal page shows as its reference
  | 'sig' // signal of an identity provider
  | 'sit' // site
  | 'ten' // tenant
  | 'usr' // SCIM User
  | 'wrn' // warning that something ends

export type Id<P extends Prefix = Prefix> = `${P}_${string}`
export type TenantId = Id<'ten'>
export type ConnectionId = Id<'con'>
export type SiteId = Id<'sit'>
export type IdentityId = Id<'idn'>
/** A SCIM resource id: `usr_…`, `grp_…`, or the prefix of a type added later. */
export type ResourceId = string

/** Mints ids in the order of `now`; `random` fills the bits that the time leaves open. */
export function createIds(given: { now: () => Date; random: (bytes: number) => Uint8Array }) {
  return function newId<P extends string>(prefix: P): `${P}_${string}` {
    const bytes = given.random(16)
    let ms = given.now().getTime()
    for (let index = 5; index >= 0; index -= 1) {
      bytes[index] = ms % 256
      ms = Math.floor(ms / 256)
    }
    bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
    return `${prefix}_${base32(bytes)}`
  }
}
export type NewId = ReturnType<typeof createIds>

/** The least id of that kind that can have been made at that instant. */
export function firstIdAt<P extends Prefix>(prefix: P, at: Date): Id<P> {
  return createIds({ now: () => at, random: (bytes) => new Uint8Array(bytes) })(prefix)
}

/** True for a well-formed id of that kind; says nothing about whether it exists. */
export function isId<P extends Prefix>(prefix: P, text: unknown): text is Id<P> {
  return typeof text === 'string' && ID.test(text) && text.startsWith(`${prefix}_`)
}
const ID = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/

/** 16 bytes as 26 characters: 2 bits of zero in front, so that sorting text sorts bytes. */
function base32(bytes: Uint8Array): string {
  let text = ''
  let [held, bits] = [0, 2]
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(held >>> bits) & 31] ?? ''
    }
    // Only what is not written yet.
    held &= (1 << bits) - 1
  }
  return text
}
