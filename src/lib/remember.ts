const MOST = 10_000

/** Keeps the newest entries, 10,000 of them or `most`: a flood of anything cannot fill the memory. */
export function remember<V>(memory: Map<string, V>, key: string, value: V, most = MOST): void {
  memory.delete(key)
  memory.set(key, value)
  if (memory.size <= most) return
  const oldest = memory.keys().next()
  if (oldest.done !== true) memory.delete(oldest.value)
}
