/** Codes that somebody may have to type: of 32 letters without those that look alike, in groups. */
import { hashSecret } from '../lib/index.ts'

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

/** A letter of five bits for each byte, without bias. */
export function codeOf(bytes: Uint8Array): string {
  const letters = Array.from(bytes, (byte) => LETTERS[byte % 32]).join('')
  return letters.replaceAll(/(.{4})(?=.)/g, '$1-')
}

/** Of the code, however it was typed. 80 random bits and more need no slow hash. */
export function hashCode(code: string): Buffer {
  return hashSecret(code.toLowerCase().replaceAll(/[^0-9a-z]/g, ''))
}
