/**
 * Who an OpenID account is: a person of the identity store, by our own immutable id, or, for
 * provisioning only, the administrator whom the customer's identity provider showed.
 *
 * Asked at each use of a session, code or token, so whoever is not active at that moment has no
 * account (SEC R-8, N-5).
 */
import type { Account, AccountClaims } from 'oidc-provider'
import { personResourceOf } from '../etl/index.ts'
import type { Identity, IdentityBrief } from '../identity/index.ts'
import { type ConnectionId, isId, type TenantId } from '../lib/index.ts'
import { authorityOf } from '../tenants/index.ts'
import type { Asked, AtHand, Holder } from './at-hand.ts'
import type { Given } from './given.ts'

/** As many as userinfo tells of; `groups_more` is where there are more. */
export const MOST_GROUPS = 500

/** Which claims each scope gives (OpenID Connect Core section 5.4, and our own). */
export const CLAIMS = {
  // How, how strongly and when, where the identity provider said so.
  openid: ['sub', 'fqn', 'amr', 'acr', 'auth_time'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale', 'updated_at'],
  email: ['email'],
  groups: ['groups', 'groups_truncated', 'groups_more'],
  roles: ['roles'],
}

export function administratorId(connectionId: ConnectionId, sub: string): string {
  return `admin/${connectionId}/${sub}`
}

/** Who they are, whether they are still there and, if they are told of, their groups: in one trip. */
export async function askAbout(
  { identity, loader }: Pick<Given, 'identity' | 'loader'>,
  tenantId: TenantId,
  { identityId, tellsGroups }: Holder,
): Promise<Asked> {
  const source = { resourceId: personResourceOf(identityId), joinedFrom: [] }
  const [person, hasLeft, groups] = await Promise.all([
    identity.read(tenantId, identityId),
    loader.hasLeft(tenantId, source),
    tellsGroups
      ? identity.groupsOf(tenantId, identityId, { limit: MOST_GROUPS + 1 })
      : Promise.resolve(undefined),
  ])
  return { person, hasLeft, groups }
}

const NOBODY: Pick<AtHand, 'find' | 'takeAhead'> = {
  find: () => undefined,
  takeAhead: () => undefined,
}

/** @param atHand  whom the same request has found to be active, or has asked about already */
export function createAccounts(given: Given, tenantId: TenantId, atHand = NOBODY) {
  const { identity, tenants, loader, rules, publicUrl } = given

  /** @param tellsGroups  which are then asked for along with who they are */
  return async (accountId: string, tellsGroups = false): Promise<Account | undefined> => {
    if (accountId.startsWith('admin/'))
      return { accountId, claims: async () => ({ sub: accountId }) }
    if (!isId('idn', accountId)) return undefined
    const holder = { identityId: accountId, tellsGroups }
    const known = atHand.find(accountId)
    const {
      person,
      hasLeft,
      groups: groupsAhead,
    } = known === undefined
      ? await (atHand.takeAhead(accountId) ?? askAbout(given, tenantId, holder))
      : { person: known, hasLeft: false, groups: undefined }
    if (person?.kind !== 'person' || person.state !== 'active') return undefined
    const isOne = person.joinedFrom.length > 0
    const isOut = isOne && known === undefined ? await loader.hasLeft(tenantId, person) : hasLeft
    if (isOut) return undefined
    const enabled = await tenants.listConnections(tenantId)
    const sources = isOne ? await identity.readMany(tenantId, person.joinedFrom) : []
    const isIn = [person, ...sources].some((source) =>
      enabled.some(({ connectionId }) => connectionId === source.connectionId),
    )
    if (!isIn) return undefined
    return {
      accountId,
      claims: async (use, scope) => {
        // Not in ID tokens: those travel in addresses (id_token_hint), which have an end.
        const asked = use === 'userinfo' ? scope.split(' ') : []
        const claims = claimsOf(person)
        const [groups, roles] = await Promise.all([
          asked.includes('groups') &&
            (groupsAhead ?? identity.groupsOf(tenantId, accountId, { limit: MOST_GROUPS + 1 })),
          asked.includes('roles') && rules.rolesOf(tenantId, person),
        ])
        const groupsUrl = `${authorityOf(publicUrl, tenantId)}/connect/groups`
        if (groups) Object.assign(claims, groupClaims(groups, groupsUrl))
        if (roles) claims['roles'] = roles.map(({ role }) => role)
        return claims
      },
    }
  }
}

/** What a site is told. `sub` is never reused and never a name (SEC O-5). Pure. */
export function claimsOf(person: Identity): AccountClaims {
  const known = Object.entries({
    name: person.displayName,
    given_name: person.givenName,
    family_name: person.familyName,
    email: person.email,
    locale: person.locale?.replace('_', '-'),
  }).filter(([, value]) => value !== null && value !== undefined)
  return {
    sub: person.identityId,
    fqn: person.fqn,
    preferred_username: person.name,
    updated_at: Math.floor(person.changedAt.getTime() / 1000),
    ...Object.fromEntries(known),
  }
}

/** Groups by our own id, since names repeat and change; where there are more, the page that follows. Pure. */
export function groupClaims(groups: readonly IdentityBrief[], groupsUrl: string) {
  const told = groups.slice(0, MOST_GROUPS)
  const more = `${groupsUrl}?after=${told.at(-1)?.identityId}`
  return {
    groups: told.map(groupOf),
    ...(groups.length > told.length ? { groups_truncated: true, groups_more: more } : {}),
  }
}

/** A group as sites are told of it. */
export function groupOf({ identityId, fqn, displayName }: IdentityBrief) {
  return { id: identityId, fqn, name: displayName }
}
