/**
 * Settings that several people edit: whoever says what they saw is told where it is another by now, and then
 * nothing is changed (SEC C-7). Who says nothing changes whatever there is.
 */
import { Refusal } from './refusals.ts'

/** @throws Refusal `conflict` */
export function refuseChanged(what: string, command: string): never {
  throw new Refusal(
    'conflict',
    `Somebody else has changed ${what} since you looked. Look at it again, then decide.`,
    { command },
  )
}

/** When it is changed now: two changes within a millisecond are still told apart. */
export function laterThan(before: Date, now: Date): Date {
  return new Date(Math.max(now.getTime(), before.getTime() + 1))
}
