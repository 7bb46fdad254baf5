/**
 * Refusals: what a caller can do something about, each with a code that stays for ever.
 *
 * Three kinds of error exist: a Refusal (the caller can fix it), Unavailable (something
 * outside is away; retry) and anything else (our bug). SCIM has its own refusal,
 * `ScimError`, because its answers follow RFC 7644 section 3.12. The edges in `http`,
 * the loader and `main.ts` turn them into answers; nobody else catches them.
 */

/** Every code, the status it answers with, and who can act on it. */
export const REFUSALS = {
  // Sign-in (design: the refusals table). The person sees a page, the operator the same code.
  user_not_found: { status: 403, acts: "the customer's administrator" },
  claim_type_mapping_not_found: { status: 403, acts: 'the operator' },
  fqn_not_found: { status: 503, acts: 'nobody, then the operator' },
  identity_inactive: { status: 403, acts: "the customer's administrator" },
  identity_ambiguous: { status: 403, acts: "the customer's administrator" },
  connection_not_ready: { status: 503, acts: 'the operator' },
  application_refused: { status: 502, acts: 'the operator' },
  idp_error: { status: 502, acts: "the customer's administrator" },
  idp_unreachable: { status: 502, acts: 'nobody, then the operator' },
  token_refused: { status: 403, acts: 'the operator' },
  another_person: { status: 403, acts: 'the developer of the site' },
  flow_expired: { status: 400, acts: 'the person' },
  request_refused: { status: 400, acts: 'the developer of the site' },
  tenant_suspended: { status: 403, acts: 'the operator' },
  // Administration.
  not_authenticated: { status: 401, acts: 'the caller' },
  not_found: { status: 404, acts: 'the caller' },
  history_gone: { status: 410, acts: 'the caller' },
  position_ahead: { status: 409, acts: 'the caller' },
  not_permitted: { status: 403, acts: 'the caller' },
  fresh_sign_in_needed: { status: 403, acts: 'the caller' },
  invalid_input: { status: 400, acts: 'the caller' },
  already_exists: { status: 409, acts: 'the caller' },
  conflict: { status: 409, acts: 'the caller' },
  too_many_requests: { status: 429, acts: 'the caller, later' },
  unavailable: { status: 503, acts: 'nobody, then the operator' },
} as const satisfies Record<string, { status: number; acts: string }>

export type RefusalCode = keyof typeof REFUSALS

/** The caller can fix it. `message` says what happened, to what, and what to do next. */
export class Refusal extends Error {
  readonly code: RefusalCode
  /** What the operator's log should hold beside the message; never a secret. */
  readonly seen: Readonly<Record<string, unknown>>
  /** How long to wait before the next try, in whole seconds. */
  readonly retrySeconds: number | undefined
  /** The command that helps, for who is at a terminal: the message is for everybody. */
  readonly command: string | undefined

  constructor(
    code: RefusalCode,
    message: string,
    options: {
      cause?: unknown
      seen?: Readonly<Record<string, unknown>>
      retrySeconds?: number
      command?: string
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'Refusal'
    this.code = code
    this.seen = options.seen ?? {}
    this.retrySeconds = options.retrySeconds
    this.command = options.command
  }

  get status(): number {
    return REFUSALS[this.code].status
  }
}

/** Something outside is away for now: the database, an identity provider. */
export class Unavailable extends Error {
  /** Whole seconds, at least 5: what Okta obeys (SEC L-2). */
  readonly retrySeconds: number

  constructor(message: string, retrySeconds = 5, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'Unavailable'
    this.retrySeconds = Math.max(5, Math.ceil(retrySeconds))
  }
}
