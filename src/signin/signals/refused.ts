/** Why a signal has no effect. Told to the sender in few words, and to the log. */

/** What is wrong, and the word of RFC 8935 section 2.4 for it. */
export const REASONS = {
  malformed: 'invalid_request',
  type: 'invalid_request',
  algorithm: 'invalid_key',
  signature: 'invalid_key',
  issuer: 'invalid_issuer',
  audience: 'invalid_audience',
  time: 'invalid_request',
  replayed: 'invalid_request',
  subject: 'invalid_request',
  nobody: 'invalid_request',
} as const

export type Reason = keyof typeof REASONS

export class SignalRefused extends Error {
  readonly reason: Reason

  constructor(reason: Reason, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'SignalRefused'
    this.reason = reason
  }
}
