/**
 * Dialects: how identity providers depart from the RFC, undone. All rewrites are on unless a
 * connection switches some off or is strict.
 */
import type { JsonObject } from '../json.ts'
import type { Operation } from '../patch.ts'
import type { ResourceType } from '../resource-types.ts'
import { authentik } from './authentik.ts'
import { entra } from './entra.ts'
import { okta } from './okta.ts'
import { onelogin } from './onelogin.ts'
import type { Reading } from './reading.ts'
import type { About, Rewrite } from './rewrite.ts'

export { createReading, FORGIVING, type Dialect, type Reading } from './reading.ts'
export type { Rewrite } from './rewrite.ts'

/** In the order in which they are tried. */
const LIST = [...okta, ...authentik, ...entra, ...onelogin] as const
export type RewriteName = (typeof LIST)[number]['name']
export const REWRITES: readonly (Rewrite & { readonly name: RewriteName })[] = LIST

export function rewriteOperations(
  operations: readonly Operation[],
  about: About,
  reading: Reading,
): readonly Operation[] {
  let present = operations
  for (const rewrite of LIST) {
    if (rewrite.on !== 'operation') continue
    present = present.flatMap((operation) => {
      const meant = rewrite.rewrite(operation, about)
      return meant !== undefined && reading.undoes(rewrite.name) ? meant : [operation]
    })
  }
  return present
}

export function rewriteBody(body: JsonObject, type: ResourceType, reading: Reading): JsonObject {
  let present = body
  for (const rewrite of LIST) {
    if (rewrite.on !== 'body') continue
    const meant = rewrite.rewrite(present, type)
    if (meant !== undefined && reading.undoes(rewrite.name)) present = meant
  }
  return present
}
