/** What options and arguments are given as: ids and times. */
import { Misuse } from '../context.ts'

/** @throws Misuse for what does not begin like such an id */
export function idOf<P extends string>(prefix: P, text: string): `${P}_${string}` {
  if (!text.startsWith(`${prefix}_`)) throw new Misuse(`"${text}" is no id like ${prefix}_….`)
  return text as `${P}_${string}`
}

/** As the admin API takes it, in UTC. @throws Misuse for what is no time, naming the option */
export function instantOf(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw new Misuse(`${option} takes a time like 2026-11-02T09:00Z.`)
  return at.toISOString()
}
