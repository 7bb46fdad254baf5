/** The brake: what it holds, what is decided of that, and how much goes through before. */
import { z } from 'zod'
import { count, instant, pageOf, paging, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'
import { brief } from './identities.ts'
import { pipeline } from './sync.ts'

const held = z.object({
  resourceId: z.string().describe('A person or a group.'),
  memberId: z.string().nullable().describe('Set: this membership of the group is held.'),
  identityId: z.string(),
  fqn: z.string(),
  displayName: z.string().nullable(),
  member: brief.nullable(),
  connectionId: z.string(),
  wouldBe: z.enum(['inactive', 'deleted', 'removed']),
  requestId: z.string().describe('The request that would have had it so.'),
  heldAt: instant,
})

const heldGroup = z.object({
  resourceId: z.string(),
  identityId: z.string(),
  fqn: z.string(),
  isDeletion: z.boolean().describe('The group itself would be deleted.'),
  held: count.describe('Memberships of it that are held.'),
  members: count.describe('How many members it has, with those.'),
  heldSince: instant,
})

const brakePolicy = z.object({
  share: z.number().gt(0).max(1).describe('Of the people active when the window began.'),
  atLeast: z.number().int().min(0).max(1_000_000).describe('So many people may always leave.'),
  windowMinutes: z.number().int().min(1).max(10_080),
  cutsAccess: z.boolean().describe('Whether the sessions of who is held end at once.'),
  groupShare: z
    .number()
    .gt(0)
    .max(1)
    .describe('Of the members a group had when the window began; 1 holds no group.'),
  groupSize: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .describe('A group that had fewer members then is never held.'),
})

const resource = z
  .string()
  .regex(/^(usr|grp)_/)
  .max(64)
  .optional()
  .describe('A person, or a group with its memberships; without it, everything that is held.')
const one = '/admin/v1/tenants/{tenant}/sync'

export const holdRoutes = {
  listHeld: {
    method: 'GET',
    path: `${one}/holds`,
    needs: 'tenant-viewer',
    summary: 'What the brake holds, and the request that asked for it.',
    input: z.strictObject({
      tenant: tenantRef,
      resource,
      kept: z
        .enum(['yes', 'no'])
        .default('no')
        .describe('What was discarded or undone, and is kept as it is, instead.'),
      ...paging,
    }),
    reply: pageOf(held),
  },
  listHeldGroups: {
    method: 'GET',
    path: `${one}/holds/groups`,
    needs: 'tenant-viewer',
    summary: 'The groups that are held, and how much of each.',
    input: z.strictObject({ tenant: tenantRef, ...paging }),
    reply: pageOf(heldGroup),
  },
  releaseHeld: {
    method: 'POST',
    path: `${one}/holds/releases`,
    needs: 'tenant-admin',
    summary: 'Lets what is held happen; of somebody who is named, also what was kept.',
    status: 202,
    input: z.strictObject({ tenant: tenantRef, resource }),
    reply: pipeline,
  },
  discardHeld: {
    method: 'POST',
    path: `${one}/holds/discards`,
    needs: 'tenant-admin',
    summary: 'Keeps what is held as it is, until the identity provider says something new of it.',
    input: z.strictObject({ tenant: tenantRef, resource }),
    reply: pipeline,
  },
  readBrake: {
    method: 'GET',
    path: `${one}/brake`,
    needs: 'tenant-viewer',
    summary: 'How much may go within which time before the brake holds.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: brakePolicy,
  },
  changeBrake: {
    method: 'PATCH',
    path: `${one}/brake`,
    needs: 'operator',
    summary: 'Changes what is given of that and leaves the rest.',
    input: brakePolicy
      .partial()
      .extend({
        tenant: tenantRef,
        replaces: brakePolicy
          .optional()
          .describe('As it was read: refused when it is another by now.'),
      })
      .strict(),
    reply: brakePolicy,
  },
} as const satisfies Routes
