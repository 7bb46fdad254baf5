/**
 * `/Me`: the resource of the person a credential stands for (RFC 7644 section 3.11).
 *
 * Every credential of a connection stands for the connection itself, also the access token that an
 * administrator once consented to. So there is no such person, and the RFC's answer to that is 501.
 */
import { ScimError } from './errors.ts'

export function refuseMe(): never {
  throw ScimError.plain(
    501,
    '/Me is the person that a token stands for, and the token of a connection stands for no person. ' +
      'Find people by GET /Users?filter=userName eq "…".',
  )
}
