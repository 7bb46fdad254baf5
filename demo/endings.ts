/** What has to be ended, in the reverse order of its beginning; asking twice ends it once. */
export interface Endings {
  readonly add: (end: () => Promise<void>) => void
  readonly run: () => Promise<void>
}

export function createEndings(): Endings {
  const ends: (() => Promise<void>)[] = []
  let running: Promise<void> | undefined

  const endAll = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end()
  }

  return {
    add: (end) => void ends.push(end),
    run: () => (running ??= endAll()),
  }
}
