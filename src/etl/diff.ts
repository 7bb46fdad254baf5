/** What is different between an identity and what it is to become, and what sites are told of it. Pure. */
import { isDeepStrictEqual } from 'node:util'
import {
  EVENT_KINDS,
  type EventKind,
  type Identity,
  type IdentityEvent,
  type IdentityFacts,
  type IdentityKind,
  type Link,
} from '../identity/index.ts'
import type { IdentityId } from '../lib/index.ts'

export type Changes = IdentityEvent['changes']

/** An event that has no position yet. */
export type News = Pick<IdentityEvent, 'kind' | 'identityId' | 'otherId' | 'changes'>

/** An identity that becomes another; `before` is undefined when it is new. */
export interface Step {
  readonly before: Identity | undefined
  readonly after: IdentityFacts
  readonly news: News
  /** They are joined to somebody who is not in. */
  readonly isOut?: boolean
}

const COMPARED = [
  'state',
  'label',
  'name',
  'externalId',
  'displayName',
  'givenName',
  'familyName',
  'email',
  'locale',
  'managerResourceId',
  'joinedTo',
  'sourceState',
] as const satisfies readonly (keyof IdentityFacts)[]

/** By attribute; empty when nothing is different. */
export function changesOf(before: IdentityFacts, after: IdentityFacts): Changes {
  const changes: Record<string, Changes[string]> = {}
  for (const name of COMPARED)
    if (before[name] !== after[name]) changes[name] = { from: before[name], to: after[name] }
  if (!isSame(before.joinedFrom, after.joinedFrom))
    changes['joinedFrom'] = { from: before.joinedFrom, to: after.joinedFrom }
  const names = new Set([...Object.keys(before.properties), ...Object.keys(after.properties)])
  for (const name of names) {
    const [from, to] = [before.properties[name] ?? null, after.properties[name] ?? null]
    if (!isSame(from, to)) changes[`properties.${name}`] = { from, to }
  }
  return changes
}

/** As JSON would show them: rows have prototypes, bodies have none, and JSON has no -0. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
  return isDeepStrictEqual(plain(one), plain(other))
}

/** @param before  undefined: it is new. @returns undefined when nothing is different */
export function newsOf(before: Identity | undefined, after: IdentityFacts): News | undefined {
  const { kind, identityId, name, state, joinedTo } = after
  if (before === undefined)
    return {
      kind: eventKind(kind, 'created'),
      identityId,
      otherId: joinedTo,
      changes: { name: { from: null, to: name }, state: { from: null, to: state } },
    }
  const changes = changesOf(before, after)
  if (Object.keys(changes).length === 0) return undefined
  const otherId = before.joinedTo === joinedTo ? null : (joinedTo ?? before.joinedTo)
  return { kind: eventKind(kind, wordFor(before, after)), identityId, otherId, changes }
}

function wordFor(before: Identity, after: IdentityFacts): string {
  if (after.state === 'deleted') return before.state === 'deleted' ? 'changed' : 'deleted'
  if (before.joinedTo !== after.joinedTo) return after.joinedTo === null ? 'parted' : 'joined'
  if (before.state !== after.state) return after.state === 'active' ? 'reactivated' : 'deactivated'
  return before.label !== after.label || before.name !== after.name ? 'renamed' : 'changed'
}

/** @param moved  it was another's before, or is from now on, who is one person with them or was */
export function newsOfLink(
  { kind, fromId, toId }: Link,
  what: 'added' | 'removed',
  moved?: { readonly from: IdentityId; readonly to: IdentityId },
): News {
  const from = kind === 'member' ? 'group' : 'person'
  return {
    kind: eventKind(from, `${kind}-${what}`),
    identityId: fromId,
    otherId: toId,
    changes: moved === undefined ? {} : { [`${kind}Id`]: moved },
  }
}

function eventKind(kind: IdentityKind, word: string): EventKind {
  const name = `${kind}.${word}`
  if (!Object.hasOwn(EVENT_KINDS, name)) throw new Error(`Nothing tells sites of ${name}.`)
  return name as EventKind
}
