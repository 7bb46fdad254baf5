/**
 * How many rows a batch takes: about as many as are done in a quarter of a second on this machine, at
 * this hour. A batch holds what it writes until it commits, and whoever begins a session or writes
 * to the same person waits for it that long.
 */
const BUDGET_MS = 250

/** Fewer, and what every batch costs anyhow would be most of it. */
const LEAST = 50

/** Between which sizes, and what one should take. */
export interface Bounds {
  readonly least?: number
  readonly most: number
  readonly budgetMs?: number
}

/** @param size  of the batch that took `tookMs` */
export function nextSize(
  size: number,
  tookMs: number,
  { least = LEAST, most, budgetMs = BUDGET_MS }: Bounds,
): number {
  const fitting = Math.round((size * budgetMs) / Math.max(1, tookMs))
  return Math.min(most, size * 2, Math.max(least, fitting))
}
