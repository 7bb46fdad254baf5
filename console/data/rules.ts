/** Rules as somebody writes them: a text for each fact, and the rest, tables of any names, as JSON. */
import { readObject } from '../ui/json.ts'
import type { Reply } from './api.ts'

export type Version = Reply<'readRules'>
export type Rules = Version['rules']

/** Each fact with its name for people, and what it is without a rule. */
export const FACTS = [
  ['name', 'Name in the FQN', 'userName'],
  ['displayName', 'Display name', 'displayName'],
  ['givenName', 'Given name', 'name.givenName'],
  ['familyName', 'Family name', 'name.familyName'],
  ['email', 'E-mail', 'emails.value'],
  ['locale', 'Locale', 'locale'],
  ['active', 'Who counts as active', 'everybody whom the provider has not deactivated'],
  ['groupName', 'Name of a group', 'displayName'],
] as const satisfies readonly (readonly [keyof Rules, string, string])[]

export interface Draft {
  readonly facts: Readonly<Record<string, string | undefined>>
  /** Properties and roles, as JSON. */
  readonly rest: string
}

export function draftOf({ properties, roles, ...facts }: Rules): Draft {
  const rest = { ...(properties && { properties }), ...(roles && { roles }) }
  return { facts, rest: Object.keys(rest).length === 0 ? '' : JSON.stringify(rest, null, 2) }
}

/** Whether two say the same; a rule that is empty is none. */
export function isSame(one: Draft, other: Draft): boolean {
  const said = ({ facts, rest }: Draft) => [...FACTS.map(([name]) => facts[name] ?? ''), rest]
  const others = said(other)
  return said(one).every((text, index) => text === others[index])
}

/** What the server makes of it, the server says. @throws Error where the rest is no JSON object */
export function rulesOf({ facts, rest }: Draft): Rules {
  const written = Object.fromEntries(
    Object.entries(facts).filter(([, rule]) => rule !== undefined && rule !== ''),
  )
  if (rest.trim() === '') return written
  return { ...written, ...readObject('Properties and roles', rest) }
}
