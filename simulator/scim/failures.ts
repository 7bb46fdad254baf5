/** The ways in which a request to a SCIM server can fail, as Okta tells them apart. */
import { STATUS_CODES } from 'node:http'

/** The server answered, and not with success. */
export class Refused extends Error {
  readonly status: number
  /** What the server says to the administrator; Okta shows it word for word. */
  readonly detail: string | undefined
  /** The `Retry-After` field as it was sent. */
  readonly retryAfter: string | undefined

  constructor(status: number, detail: string | undefined, retryAfter: string | undefined) {
    super(STATUS_CODES[status] ?? `Status ${status}`)
    this.name = 'Refused'
    this.status = status
    this.detail = detail
    this.retryAfter = retryAfter
  }
}

/** There was no answer: no connection, a broken one, or none within the time limit. */
export class Unreachable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'Unreachable'
  }
}

/** There was success, and nothing that Okta can go on with. */
export class Unusable extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Unusable'
  }
}
