/** What is different between an identity and what it is to become, and what sites are told of it. Pure. */
import { isDeepStrictEqual } from 'node:util'
import type { Identity, IdentityFacts, IdentityKind, Link } from '../identity/index.ts'

export type Changes = Record<string, { readonly from: unknown; readonly to: unknown }>

/** An event that has no position yet. */
export interface News {
  readonly kind: string
  readonly identityId: IdentityFacts['identityId']
  readonly otherId: IdentityFacts['identityId'] | null
  readonly changes: Changes
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
] as const satisfies readonly (keyof IdentityFacts)[]

/** By attribute; empty when nothing is different. Properties are compared one by one. */
export function changesOf(before: IdentityFacts, after: IdentityFacts): Changes {
  const changes: Changes = {}
  for (const name of COMPARED)
    if (before[name] !== after[name]) changes[name] = { from: before[name], to: after[name] }
  for (const name of new Set([
    ...Object.keys(before.properties),
    ...Object.keys(after.properties),
  ])) {
    const [from, to] = [before.properties[name] ?? null, after.properties[name] ?? null]
    if (!isDeepStrictEqual(plain(from), plain(to))) changes[name] = { from, to }
  }
  return changes
}

/** Bodies come without prototypes; rows with. */
function plain(value: unknown): unknown {
  return value === null || typeof value !== 'object' ? value : JSON.parse(JSON.stringify(value))
}

/** @param before  undefined: it is new */
export function newsOf(before: Identity | undefined, after: IdentityFacts): News | undefined {
  const common = { identityId: after.identityId, otherId: null }
  if (before === undefined)
    return {
      ...common,
      kind: `${after.kind}.created`,
      changes: {
        name: { from: null, to: after.name },
        state: { from: null, to: after.state },
      },
    }
  const changes = changesOf(before, after)
  if (Object.keys(changes).length === 0) return undefined
  return { ...common, kind: `${after.kind}.${wordFor(before, after)}`, changes }
}

function wordFor(before: Identity, after: IdentityFacts): string {
  if (before.state !== after.state)
    return { active: 'reactivated', inactive: 'deactivated', deleted: 'deleted' }[after.state]
  return before.label !== after.label || before.name !== after.name ? 'renamed' : 'changed'
}

export function newsOfLink(link: Link, what: 'added' | 'removed'): News {
  const kind: IdentityKind = link.kind === 'member' ? 'group' : 'person'
  return {
    kind: `${kind}.${link.kind}-${what}`,
    identityId: link.fromId,
    otherId: link.toId,
    changes: {},
  }
}
