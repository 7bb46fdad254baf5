/** Settings that are edited: of two who do so at a time the second is told, and does not overwrite the first. */

interface Changeable {
  readonly id: string
  readonly changedAt: string
}

/** From and to which change one's own saving led: another form of the same thing goes on from there. */
const own = new Map<string, string>()
const keyOf = ({ id, changedAt }: Changeable) => `${id} ${changedAt}`

function latest(seen: Changeable): string {
  const changedAt = own.get(keyOf(seen))
  return changedAt === undefined ? seen.changedAt : latest({ id: seen.id, changedAt })
}

/** Changes what was seen so; where somebody else has changed it since, that is refused. */
export async function changing<Done extends Changeable>(
  seen: Changeable,
  act: (replaces: string) => Promise<Done>,
): Promise<Done> {
  const replaces = latest(seen)
  const done = await act(replaces)
  if (done.changedAt !== replaces)
    own.set(keyOf({ id: seen.id, changedAt: replaces }), done.changedAt)
  return done
}
