/**
 * Time-based one-time passwords (RFC 6238): six digits by HMAC-SHA-1, a new one each thirty seconds,
 * which is what every authenticator app makes of a secret that it is told nothing else about.
 */
import { createHmac } from 'node:crypto'
import type { Random } from '../lib/index.ts'

const STEP_MS = 30_000
/** How many steps a clock may be off, each way (section 5.2). */
const DRIFT = 1
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** 160 random bits in base32, as authenticator apps take them. */
export function newTotpSecret(random: Random): string {
  return Array.from(random(32), (byte) => BASE32[byte % 32]).join('')
}

/** What an authenticator app reads from a picture. */
export function totpUri(secret: string, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}

/** @returns the step that the code is of, if it is of now and of none up to `usedStep` (section 5.2) */
export function totpStep(
  secret: string,
  code: string,
  now: Date,
  usedStep: number,
): number | undefined {
  const present = Math.floor(now.getTime() / STEP_MS)
  return Array.from({ length: 2 * DRIFT + 1 }, (_, index) => present - DRIFT + index).find(
    (step) => step > usedStep && totpOf(secret, step) === code,
  )
}

/** The code of one step (RFC 4226 section 5.3). */
export function totpOf(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', bytesOf(secret)).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0x0f
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** 160 bits are 32 letters of five. */
function bytesOf(secret: string): Buffer {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'))
  return Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)
      ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
  )
}

/** The place a secret of an authenticator app is sealed for (SEC K-1). */
export function totpPlace(administratorId: string): string {
  return `administrator.totp/${administratorId}`
}
