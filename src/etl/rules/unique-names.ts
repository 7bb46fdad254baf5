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
  return before === undefined || before.state === 'deleted' || nameKey(before) !== nameKey(after)
}

/**
 * Of what one batch does, that which cannot be done, with who has the name. What is refused is not
 * done, so its old name stays taken too, and who would have got that is refused with it.
 *
 * @param all  of one batch, one for each person
 * @param holders  who has a name of those that it gives, before the batch
 */
export function takenNames<R extends Renaming>(
  all: readonly R[],
  holders: readonly NameHolder[],
): Map<R, string> {
  const inBatch = new Set(all.map(({ after }) => after.identityId))
  const keeping = all.filter((each) => !isRenamed(each)).map(({ after }) => after)
  const has = new Map<string, string>(
    [
      ...holders.filter(({ identityId }) => !inBatch.has(identityId)),
      ...keeping.filter(({ kind, state }) => kind === 'person' && state !== 'deleted'),
    ].map((each) => [nameKey(each), each.identityId]),
  )
  const gets = new Map<string, R>()
  const refused: [R, string][] = []
  for (const each of all.filter(isRenamed)) {
    const key = nameKey(each.after)
    const other = has.get(key) ?? gets.get(key)?.after.identityId
    if (other === undefined) gets.set(key, each)
    else refused.push([each, other])
  }
  // Grows while it is walked.
  for (const [{ before }] of refused) {
    if (before === undefined || before.state === 'deleted') continue
    const next = gets.get(nameKey(before))
    if (next === undefined) continue
    gets.delete(nameKey(before))
    refused.push([next, before.identityId])
  }
  return new Map(refused)
}

/** The same for names that differ by letter case alone. */
export function nameKey({ label, name }: { label: string; name: string }): string {
  return `${fold(label)}:${fold(name)}`
}
