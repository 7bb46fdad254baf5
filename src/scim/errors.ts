/**
 * ScimError: what a SCIM client is told when its request is refused (RFC 7644 section 3.12).
 * Nothing outside this file spells a status beside a scimType, or the form of an error body.
 *
 * `detail` is read by the identity provider's administrator, in the identity provider's own log:
 * it says what happened, to what, and what to do next.
 */
const STATUS = {
  expiredCursor: 400,
  invalidCount: 400,
  invalidCursor: 400,
  invalidFilter: 400,
  invalidPath: 400,
  invalidSyntax: 400,
  invalidValue: 400,
  mutability: 400,
  noTarget: 400,
  tooMany: 400,
  uniqueness: 409,
} as const

export type ScimType = keyof typeof STATUS

/** Statuses without a scimType of their own. */
export type PlainStatus = 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 429 | 500 | 501

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error'

export class ScimError extends Error {
  readonly status: number
  readonly scimType: ScimType | undefined
  /** What the answer says beside its body. */
  readonly headers: Readonly<Record<string, string>>

  private constructor(
    status: number,
    detail: string,
    scimType: ScimType | undefined,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
    this.name = 'ScimError'
    this.status = status
    this.scimType = scimType
    this.headers = headers
  }

  static of(scimType: ScimType, detail: string): ScimError {
    return new ScimError(STATUS[scimType], detail, scimType)
  }

  static plain(status: PlainStatus, detail: string): ScimError {
    return new ScimError(status, detail, undefined)
  }

  /** 405, with the methods that are offered (RFC 9110 section 15.5.6). */
  static method(method: string, offered: readonly string[]): ScimError {
    const allow = offered.join(', ')
    return new ScimError(405, `${method} is not offered here. Offered: ${allow}.`, undefined, {
      allow,
    })
  }

  /** Also the answer for another tenant's resource, so that ids cannot be probed (SEC I-8). */
  static notFound(type: string, id: string): ScimError {
    return ScimError.plain(
      404,
      `There is no ${type} with id "${id.slice(0, 64)}" in this connection. If it was deleted, ` +
        'unlink it in the identity provider and assign or push it again.',
    )
  }
}

/** The body of every failing answer; `status` is a string there (RFC 7644 section 3.12). */
export function errorBody(status: number, detail: string, scimType?: string): string {
  return JSON.stringify({
    schemas: [ERROR_SCHEMA],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    // It may repeat what was sent, cut in the middle of a letter.
    detail: detail.toWellFormed(),
  })
}
