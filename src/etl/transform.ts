/**
 * From what the IdP said to who somebody is: one resource in, the facts of one identity out. Pure.
 *
 * @throws Unloadable when it cannot be anybody, with a reason that an administrator can act on
 */
import { whyNoName, type IdentityFacts, type Link } from '../identity/index.ts'
import { isId, type IdentityId } from '../lib/index.ts'
import type { Body, Json } from '../scim/index.ts'
import type { Membership, PresentResource } from '../sync/index.ts'
import { applyRules } from './rules/apply.ts'
import { ruleFor, type Rules } from './rules/rule-set.ts'
import { NotYetLoadable, Unloadable } from './unloadable.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Attributes that have a column of their own or are nobody's business. */
const NOT_PROPERTIES = new Set([
  'userName',
  'externalId',
  'displayName',
  'active',
  'locale',
  'password',
])

/** What is loaded, by resource type. Any other type is kept in the Sync Engine only. */
const KINDS: ReadonlyMap<string, 'person' | 'group'> = new Map([
  ['User', 'person'],
  ['Group', 'group'],
])

/** @returns undefined for what the identity store has no place for */
export function kindOf({ type }: Pick<PresentResource, 'type'>): 'person' | 'group' | undefined {
  return KINDS.get(type)
}

/** Of the ids of resources that are loaded. */
export const PREFIXES = ['usr_', 'grp_'] as const

/** The id of the identity that a resource is (decision 0005). */
export function identityIdOf(resourceId: string): IdentityId {
  return `idn_${resourceId.slice(4)}`
}

/** The other way round. */
export function personResourceOf(identityId: IdentityId): string {
  return `usr_${identityId.slice(4)}`
}

/** The link that a membership is, named as `held` and `pending` name it: the group, then the member. */
export function memberLink(membership: {
  readonly resourceId: string
  readonly memberId: string
}): Link {
  const { resourceId, memberId } = membership
  return { kind: 'member', fromId: identityIdOf(resourceId), toId: identityIdOf(memberId) }
}

/** The membership that a link is, if it is of a person in a group; ids do not tell which they are. */
export function personMembershipOf({ fromId, toId }: Pick<Link, 'fromId' | 'toId'>): Membership {
  return { groupId: `grp_${fromId.slice(4)}`, memberId: personResourceOf(toId) }
}

export function linkKey({ fromId, toId }: Link): string {
  return `${fromId} ${toId}`
}

/**
 * @param label  of the resource's connection
 * @param rules  of the connection, if it has any
 */
export function factsOf(
  resource: PresentResource,
  label: string | undefined,
  rules?: Rules,
): IdentityFacts {
  const plain = plainFactsOf(resource, label)
  const facts = rules === undefined ? plain : applyRules(rules, plain, resource.body)
  const fault = whyNoName(facts.label, facts.name)
  if (fault === undefined) return facts
  throw new Unloadable(facts.name === plain.name ? fault : `${fault} ${byRule(facts, rules)}`)
}

function byRule({ kind }: IdentityFacts, rules: Rules | undefined): string {
  const place = kind === 'person' ? 'name' : 'groupName'
  return `${ruleFor(place, rules?.version ?? 0)} gave it.`
}

function plainFactsOf(resource: PresentResource, label: string | undefined): IdentityFacts {
  const { resourceId, connectionId, type, active, body } = resource
  if (label === undefined) throw new NotYetLoadable(`Its connection ${connectionId} is not set up.`)
  const kind = kindOf(resource)
  if (kind === undefined) throw new Error(`${resourceId} is a ${type}, which is not loaded.`)
  const name = textOf(body[kind === 'person' ? 'userName' : 'displayName']) ?? ''
  return {
    identityId: identityIdOf(resourceId),
    connectionId,
    resourceId,
    kind,
    state: active || kind === 'group' ? 'active' : 'inactive',
    label,
    name,
    externalId: textOf(body['externalId']) ?? null,
    ...(kind === 'person' ? personOf(body, name) : { ...NOBODY, displayName: name }),
    ...{ joinedTo: null, joinedFrom: [], sourceState: null },
    properties: Object.fromEntries(
      Object.entries(body).filter(([attribute]) => !NOT_PROPERTIES.has(attribute)),
    ),
  }
}

const NOBODY = {
  displayName: null,
  givenName: null,
  familyName: null,
  email: null,
  locale: null,
  managerResourceId: null,
} as const

function personOf(body: Body, userName: string) {
  const name = objectOf(body['name'])
  const givenName = textOf(name['givenName']) ?? null
  const familyName = textOf(name['familyName']) ?? null
  const parts = [givenName, familyName].filter((part) => part !== null).join(' ')
  const manager = objectOf(objectOf(body[ENTERPRISE])['manager'])
  return {
    displayName:
      textOf(body['displayName']) ?? textOf(name['formatted']) ?? (parts === '' ? userName : parts),
    givenName,
    familyName,
    email: primaryOf(body['emails']),
    locale: textOf(body['locale']) ?? textOf(body['preferredLanguage']) ?? null,
    // What is no person's id of ours, as a name that an administrator typed, names nobody.
    managerResourceId: isId('usr', manager['value']) ? manager['value'] : null,
  }
}

/** The value marked primary, else the first (RFC 7643 section 2.4 allows none to be marked). */
function primaryOf(list: Json | undefined): string | null {
  if (!Array.isArray(list)) return null
  const items = list.map((item: Json) => objectOf(item))
  const chosen = items.find((item) => item['primary'] === true) ?? items[0]
  return textOf(chosen?.['value']) ?? null
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function objectOf(value: Json | undefined): { readonly [name: string]: Json } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {}
  return value as { readonly [name: string]: Json }
}
