const MOST = 10_000

/** Keeps the newest 10,000 entries: a flood of anything cannot fill the memory. */
export function remember<V>(memory: Map<string, V>, key: string, value: V): void {
  memory.delete(key)
  memory.set(key, value)
  if (memory.size <= MOST) return
  const oldest = memory.keys().next()
  if (oldest.done !== true) memory.delete(oldest.value)
}
