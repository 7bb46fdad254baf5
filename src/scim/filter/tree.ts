/**
 * A filter as a closed tree (RFC 7644 section 3.4.2.2). Names are already resolved against
 * the schemas and spelled as they spell them, and literals are already of the attribute's
 * type, so that neither `match.ts` nor a store compiling it to SQL knows a rule of its own.
 */

/** An attribute of a resource type: core (`schema` absent) or of an extension. */
export interface AttributePath {
  /** The extension's URN; absent for an attribute of the core schema and for id, meta … */
  readonly schema?: string
  readonly attribute: string
  readonly sub?: string
}

export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

export type Filter =
  /** Of none, `and` holds and `or` does not. */
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | {
      readonly kind: 'compare'
      readonly path: AttributePath
      readonly operator: Operator
      readonly value: string | number | boolean | null
      /** From the schema: compare text exactly, or folded by `fold`. */
      readonly caseExact: boolean
      /** Instants are compared as such: `…10:00Z` equals `…11:00+01:00`. */
      readonly isInstant: boolean
    }
  /** One element of a multi-valued attribute satisfies all of `where`; its paths have no `sub`. */
  | { readonly kind: 'some'; readonly path: AttributePath; readonly where: Filter }
