/**
 * Whether somebody is at the page. What it asks by itself, on a timer, is no use of the session: one
 * that is left open ends all the same (SEC W-2).
 */
const ACTS = ['pointerdown', 'click', 'keydown', 'wheel', 'touchmove', 'popstate'] as const
/** What is asked so soon after somebody did something is still asked for them. */
const STILL_MS = 10_000

// Whoever opened the page was there.
let lastActAt = performance.now()
for (const act of ACTS)
  window.addEventListener(act, () => void (lastActAt = performance.now()), {
    capture: true,
    passive: true,
  })

export const isAttended = (): boolean => performance.now() - lastActAt < STILL_MS
