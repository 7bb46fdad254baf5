/** People and groups as sites know them, and what happened to them. */
import { z } from 'zod'
import { count, identityId, instant, listOf, pageOf, paging, siteId, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

export const identity = z.object({
  id: identityId,
  kind: z.enum(['person', 'group']),
  state: z.enum(['active', 'inactive', 'deleted', 'joined']),
  fqn: z.string(),
  label: z.string(),
  name: z.string(),
  externalId: z.string().nullable(),
  displayName: z.string().nullable(),
  givenName: z.string().nullable(),
  familyName: z.string().nullable(),
  email: z.string().nullable(),
  locale: z.string().nullable(),
  connectionId: z.string(),
  joinedTo: identityId.nullable().describe('Who they are one person with, and leads.'),
  createdAt: instant,
  changedAt: instant,
  erasedAt: instant.nullable().describe('Nothing of them is kept any more but that they were.'),
})

export const brief = z.object({
  id: identityId,
  fqn: z.string(),
  displayName: z.string().nullable(),
})

/** An identity in full: the names it has had, latest first, and the groups it is in. */
const whole = identity.extend({
  properties: z.record(z.string(), z.unknown()),
  history: z.array(z.object({ fqn: z.string(), validFrom: instant, validTo: instant.nullable() })),
  groups: z.array(brief),
  joinedFrom: z
    .array(identity)
    .describe('The others that are one person with them, as their own connections have them.'),
})

export const event = z.object({
  position: count,
  kind: z.string(),
  identityId: z.string(),
  otherId: z.string().nullable(),
  changes: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
  happenedAt: instant,
})

const session = z.object({
  signedInAt: instant,
  endsAt: instant.describe('If it is not used again.'),
  amr: z.array(z.string()).describe('How they signed in (RFC 8176).'),
  siteIds: z.array(siteId).describe('The sites that they went to.'),
})

const all = '/admin/v1/tenants/{tenant}/identities'

export const identityRoutes = {
  listIdentities: {
    method: 'GET',
    path: all,
    needs: 'tenant-viewer',
    summary: 'People and groups; q is the beginning of a name, or part of it.',
    input: z.strictObject({
      tenant: tenantRef,
      ...paging,
      q: z.string().max(200).optional(),
      kind: z.enum(['person', 'group']).optional(),
      state: z.enum(['active', 'inactive', 'deleted', 'joined']).optional(),
    }),
    reply: pageOf(identity),
  },
  readIdentity: {
    method: 'GET',
    path: `${all}/{identity}`,
    needs: 'tenant-viewer',
    summary: 'One person or group, with the names it has had and its groups; asOf: as it was then.',
    input: z.strictObject({ tenant: tenantRef, identity: identityId, asOf: instant.optional() }),
    reply: whole,
  },
  readIdentityByFqn: {
    method: 'GET',
    path: `${all}/by-fqn/{fqn}`,
    needs: 'tenant-viewer',
    summary: 'The same by a present or an old FQN; isOld says which.',
    input: z.strictObject({ tenant: tenantRef, fqn: z.string().min(1).max(600) }),
    reply: whole.extend({ isOld: z.boolean() }),
  },
  listGroupsOf: {
    method: 'GET',
    path: `${all}/{identity}/groups`,
    needs: 'tenant-viewer',
    summary: 'The groups that a person or group is in.',
    input: z.strictObject({ tenant: tenantRef, identity: identityId, ...paging }),
    reply: pageOf(brief),
  },
  listMembers: {
    method: 'GET',
    path: `${all}/{identity}/members`,
    needs: 'tenant-viewer',
    summary: 'The members of a group; asOf: those it had then, under the names they had.',
    input: z.strictObject({
      tenant: tenantRef,
      identity: identityId,
      ...paging,
      asOf: instant.optional(),
    }),
    reply: pageOf(brief),
  },
  listEventsOf: {
    method: 'GET',
    path: `${all}/{identity}/events`,
    needs: 'tenant-viewer',
    summary:
      'What happened to one person or group, the latest first, with the request that began it.',
    input: z.strictObject({
      tenant: tenantRef,
      identity: identityId,
      limit: paging.limit,
      before: z.coerce.number().int().positive().optional(),
    }),
    reply: z.object({ items: z.array(event), next: count.nullable() }),
  },
  listSessionsOf: {
    method: 'GET',
    path: `${all}/{identity}/sessions`,
    needs: 'tenant-viewer',
    summary: 'The sessions that a person has, the latest first.',
    input: z.strictObject({ tenant: tenantRef, identity: identityId }),
    reply: listOf(session),
  },
  endSessionsOfPerson: {
    method: 'DELETE',
    path: `${all}/{identity}/sessions`,
    needs: 'tenant-admin',
    summary: 'Ends all sessions of a person, with their codes and tokens, and tells the sites.',
    input: z.strictObject({ tenant: tenantRef, identity: identityId }),
    reply: z.object({ sessionsEnded: count }),
  },
  eraseIdentity: {
    method: 'POST',
    path: `${all}/{identity}/erasures`,
    needs: 'tenant-admin',
    fresh: true,
    summary:
      'Erases a person whom their identity provider has deleted: names, attributes, and what events, sign-ins and requests said of them.',
    input: z.strictObject({ tenant: tenantRef, identity: identityId }),
    reply: z.object({ names: count, events: count, signIns: count, requests: count }),
  },
  listEvents: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/events',
    needs: 'tenant-viewer',
    summary:
      'What happened to identities, in order, after a position; without one from the first on that is kept.',
    input: z.strictObject({
      tenant: tenantRef,
      limit: paging.limit,
      after: z.coerce.number().int().nonnegative().optional(),
    }),
    reply: z.object({ items: z.array(event), next: count.nullable() }),
  },
  listLatestEvents: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/events/latest',
    needs: 'tenant-viewer',
    summary:
      'What happened to identities, the latest first, with the names that they have now; next: go on before this position.',
    input: z.strictObject({
      tenant: tenantRef,
      limit: paging.limit,
      before: z.coerce.number().int().positive().optional(),
    }),
    reply: z.object({
      items: z.array(event.extend({ identity: brief.nullable(), other: brief.nullable() })),
      next: count.nullable(),
    }),
  },
} as const satisfies Routes

/** Those that the directory API has too, for sites, below the Authority of their tenant. */
export const DIRECTORY_ROUTES = [
  'listIdentities',
  'readIdentity',
  'readIdentityByFqn',
  'listGroupsOf',
  'listMembers',
  'listEvents',
  'listLatestEvents',
] as const satisfies readonly (keyof typeof identityRoutes)[]
