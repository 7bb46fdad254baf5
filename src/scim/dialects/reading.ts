/**
 * How one request is read: which departures from the RFC are undone for its connection, and what
 * there was to undo or to leave out, for the provisioning log.
 */
import { ScimError } from '../errors.ts'
import type { RewriteName } from './index.ts'

/** The way a connection is spoken with. */
export interface Dialect {
  /**
   * By the SCIM interoperability profile (draft-zollner-scim-interop-profile): no rewrite is on,
   * a name that no schema has is refused, and PATCH is held to the profile's subset.
   */
  readonly strict: boolean
  /** Names of rewrites that are switched off. */
  readonly off: ReadonlySet<string>
}

/** Everything is on: each rewrite is harmless to those who do not speak so. */
export const FORGIVING: Dialect = { strict: false, off: new Set() }

export interface Reading {
  readonly strict: boolean
  /** Whether that rewrite is on; notes that it fired. */
  readonly undoes: (rewrite: RewriteName) => boolean
  /**
   * A name that no schema has: left out and noted, because Okta and Entra send such names.
   * @throws ScimError `invalidSyntax` when strict
   */
  readonly ignore: (name: string) => void
}

/** As many names are noted; a client that sends more learns nothing from the rest. */
const MOST_NOTED = 50

export function createReading(
  { strict, off }: Dialect,
  seen: { readonly rewrites: string[]; readonly ignored: string[] },
): Reading {
  return {
    strict,
    undoes(rewrite) {
      if (strict || off.has(rewrite)) return false
      if (!seen.rewrites.includes(rewrite)) seen.rewrites.push(rewrite)
      return true
    },
    ignore(name) {
      if (strict)
        throw ScimError.of(
          'invalidSyntax',
          `"${name.slice(0, 100)}" is no attribute of the schemas in /Schemas, and this connection ` +
            'is strict. Take it out of the attribute mappings, or declare an extension that has it.',
        )
      if (seen.ignored.length < MOST_NOTED && !seen.ignored.includes(name.slice(0, 200)))
        seen.ignored.push(name.slice(0, 200))
    },
  }
}
