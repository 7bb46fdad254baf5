/**
 * Dialects: how identity providers depart from the RFC, undone. All are on: each is harmless to
 * those who do not speak so.
 */
import type { Operation } from '../patch.ts'
import { entra } from './entra.ts'
import { okta } from './okta.ts'
import type { Rewrite } from './rewrite.ts'

const REWRITES: readonly Rewrite[] = [...okta, ...entra]

export interface Rewritten {
  readonly operations: readonly Operation[]
  /** Names of the rewrites that fired, each once. */
  readonly applied: readonly string[]
}

export function rewriteAll(operations: readonly Operation[], ownId: string): Rewritten {
  const applied = new Set<string>()
  let present = operations
  for (const { name, rewrite } of REWRITES)
    present = present.flatMap((operation) => {
      const meant = rewrite(operation, ownId)
      if (meant === undefined) return [operation]
      applied.add(name)
      return [...meant]
    })
  return { operations: present, applied: [...applied] }
}
