/**
 * What other rules would make of the people and groups that are there: who would change and how, and
 * who could not be loaded. The rules in force are the other side of the comparison, over the same
 * resources, so that what is shown is the rules' doing and nothing that waits to be loaded.
 */
import type { IdentityFacts, NameHolder } from '../../identity/index.ts'
import type { PresentResource } from '../../sync/index.ts'
import { changesOf, type Changes } from '../diff.ts'
import { factsOf, kindOf } from '../transform.ts'
import { Unloadable } from '../unloadable.ts'
import type { Rules } from './rule-set.ts'
import { isRenamed, takenNames } from './unique-names.ts'

export interface Previewed {
  readonly resourceId: string
  readonly kind: 'person' | 'group'
  /** As under the rules in force; null where those cannot name them. */
  readonly label: string
  readonly name: string | null
  /** By attribute; empty when nothing would change. */
  readonly changes: Changes
  /** Why they could not be loaded; null when they could. */
  readonly refused: string | null
}

interface Sides {
  readonly resource: PresentResource
  readonly before: IdentityFacts | undefined
  readonly after: IdentityFacts | string
}

/** @param holdersOf  who has a name of these now */
export async function previewRules(
  resources: readonly PresentResource[],
  label: string,
  { inForce, draft }: { readonly inForce: Rules | undefined; readonly draft: Rules },
  holdersOf: (wanted: readonly IdentityFacts[]) => Promise<NameHolder[]>,
): Promise<Previewed[]> {
  const sides = resources.map((resource): Sides => {
    const before = tryFacts(resource, label, inForce)
    return {
      resource,
      before: typeof before === 'string' ? undefined : before,
      after: tryFacts(resource, label, draft),
    }
  })
  const steps = sides.flatMap(({ before, after }) =>
    typeof after === 'string' || draft.places.name === undefined ? [] : [{ before, after }],
  )
  const wanted = steps.filter(isRenamed).map(({ after }) => after)
  const taken = takenNames(steps, await holdersOf(wanted))
  const others = new Map(Array.from(taken, ([{ after }, other]) => [after.resourceId, other]))
  return sides.map(({ resource, before, after }) => {
    const other = others.get(resource.resourceId)
    const facts = typeof after === 'string' ? undefined : after
    const refused = typeof after === 'string' ? after : null
    return {
      resourceId: resource.resourceId,
      kind: kindOf(resource) ?? 'person',
      label,
      name: before?.name ?? null,
      changes: before === undefined || facts === undefined ? {} : changesOf(before, facts),
      refused: other === undefined ? refused : `${other} has the name "${facts?.name ?? ''}" then.`,
    }
  })
}

function tryFacts(
  resource: PresentResource,
  label: string,
  rules: Rules | undefined,
): IdentityFacts | string {
  try {
    return factsOf(resource, label, rules)
  } catch (error) {
    if (error instanceof Unloadable) return error.message
    throw error
  }
}
