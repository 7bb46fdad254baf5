/** The master key of a process whose keys come, take over and go while it runs (SEC K-2). */
import type { MasterKey, WrappingKey } from './sealing.ts'

export interface KeyRing extends MasterKey {
  /**
   * From now on it has these, and the one that seals in any case. Whoever else works with it in this process has them
   * when this returns.
   */
  hold(keys: readonly WrappingKey[]): Promise<void>
  /** @returns whether it has that key; one that it has not does not seal */
  sealWith(keyId: string): boolean
  /** Is told each time what it has. */
  onHold(tell: (keys: readonly WrappingKey[]) => Promise<void>): void
}

/** Until it is told otherwise, the newest seals. @param keys  the oldest first; at least one */
export function createKeyRing(keys: readonly WrappingKey[]): KeyRing {
  const newest = keys.at(-1)
  if (newest === undefined) throw new Error('A key ring needs a key.')
  const told: ((keys: readonly WrappingKey[]) => Promise<void>)[] = []
  let sealing = newest
  let held = keys
  return {
    get sealing() {
      return sealing
    },
    get keys() {
      return held
    },
    async hold(next) {
      const isAmong = next.some(({ id }) => id === sealing.id)
      held = isAmong ? next : [sealing, ...next]
      for (const tell of told) await tell(held)
    },
    sealWith(keyId) {
      const key = held.find(({ id }) => id === keyId)
      sealing = key ?? sealing
      return key !== undefined
    },
    onHold: (tell) => void told.push(tell),
  }
}
