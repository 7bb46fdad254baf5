/**
 * Entity tags and the conditions that name them (RFC 7644 section 3.14, RFC 9110 section 13.1).
 *
 * A tag is strong: it counts what clients really changed, so that If-Match means what HTTP says. It
 * does not cover what a resource shows of others, a user's `groups` and the `display` of a member:
 * those belong to the resources that they name. A tag that a client writes back as weak is taken as
 * well, as the RFC's own examples write it.
 */
import { ScimError } from './errors.ts'

/** The version of a resource as `ETag` and `meta.version` show it. */
export function entityTag(version: number): string {
  return `"${version}"`
}

/** Whether an If-Match or If-None-Match header names that version. */
export function isNamedBy(header: string | undefined, version: number): boolean {
  if (header === undefined) return false
  return header.split(',').some((tag) => {
    const bare = tag.trim().replace(/^W\//i, '')
    return bare === '*' || bare === entityTag(version)
  })
}

/**
 * Makes what a store calls with the version that it has locked: a write happens only to the version
 * that the client has seen.
 * @throws ScimError 412, and the resource is as it was
 */
export function checkFor(conditions: {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
}): (version: number) => void {
  const { ifMatch, ifNoneMatch } = conditions
  return (version) => {
    if ((ifMatch !== undefined && !isNamedBy(ifMatch, version)) || isNamedBy(ifNoneMatch, version))
      throw ScimError.plain(
        412,
        `The condition of the request does not hold: the version is ${entityTag(version)} now. ` +
          'Read the resource again and repeat the change.',
      )
  }
}
