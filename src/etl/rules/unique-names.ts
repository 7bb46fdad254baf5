/**
 * No rule gives two people one name. Without a rule for `name` the identity provider's own names are
 * unique, because SCIM refuses a second userName; a rule may make two of them one, and then a site
 * that knows people by FQN would take one for the other. Who comes second keeps what they have.
 */
import type { IdentityFacts, NameHolder } from '../../identity/index.ts'
import { fold } from '../../lib/index.ts'

export interface Renaming {
  readonly before: IdentityFacts | undefined
  readonly after: IdentityFacts
}

/** Whether this gives a person a name that they did not have, in whatever letter case. */
export function isRenamed({ before, after }: Renaming): boolean {
  if (after.kind !== 'person' || after.state === 'deleted') return false
  return before === undefined || before.state === 'deleted' || keyOf(before) !== keyOf(after)
}

/**
 * Of what one batch does, that which cannot be done, with who has the name. What is refused is not
 * done, so its old name stays taken too: the names are given out again until nobody is in the way.
 *
 * @param all  of one batch  @param holders  who has a name of those that it gives, before the batch
 */
export function takenNames<R extends Renaming>(
  all: readonly R[],
  holders: readonly NameHolder[],
): Map<R, string> {
  const taken = new Map<R, string>()
  for (;;) {
    const doing = all.filter((each) => !taken.has(each))
    const moved = new Set(doing.map(({ after }) => after.identityId))
    const staying = [
      ...holders,
      ...[...taken.keys()].flatMap(({ before }) =>
        before === undefined || before.state === 'deleted' ? [] : [before],
      ),
    ].filter(({ identityId }) => !moved.has(identityId))
    const has = new Map<string, string>(staying.map((each) => [keyOf(each), each.identityId]))
    // Who keeps the name they have comes before who would get it.
    const inOrder = doing.toSorted(
      (one, other) => Number(isRenamed(one)) - Number(isRenamed(other)),
    )
    const { size } = taken
    for (const each of inOrder) {
      const { after } = each
      if (after.kind !== 'person' || after.state === 'deleted') continue
      const other = has.get(keyOf(after))
      if (other !== undefined && isRenamed(each)) taken.set(each, other)
      else has.set(keyOf(after), after.identityId)
    }
    if (taken.size === size) return taken
  }
}

function keyOf({ label, name }: { label: string; name: string }): string {
  return `${fold(label)}:${fold(name)}`
}
