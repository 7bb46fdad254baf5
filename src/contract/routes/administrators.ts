/**
 * Administrators, invitations of further ones, and keys for programs: of the platform where no tenant is
 * named, else of that tenant. Whoever is bound to a tenant means it without naming it.
 */
import { z } from 'zod'
import { instant, listOf, nothing, pageOf, paging, secret, tenantId, tenantRef } from '../parts.ts'
import { ROLES } from '../rights.ts'
import type { Routes } from '../route.ts'
import { administrator, enrolment, password } from './session.ts'

const of = { tenant: tenantRef.optional() }
const role = z
  .enum(ROLES)
  .describe('operator and operator-read without a tenant, tenant-… with one.')
const name = z.string().trim().min(1).max(100)

const listed = administrator.omit({ tenant: true }).extend({
  createdAt: instant,
  disabledAt: instant.nullable(),
  lastSignedInAt: instant.nullable(),
})

const invitation = z.object({
  id: z.string(),
  role,
  name: z.string().nullable(),
  email: z.string().nullable(),
  renews: z
    .string()
    .nullable()
    .describe('The administrator who begins again by it; null: it makes one.'),
  state: z.enum(['open', 'used', 'expired', 'revoked']),
  invitedBy: z.string().describe('As the audit log names them.'),
  createdAt: instant,
  expiresAt: instant,
})

const key = z.object({
  id: z.string(),
  name: z.string(),
  role,
  tenantId: tenantId.nullable(),
  state: z
    .enum(['live', 'expired', 'revoked', 'held'])
    .describe('Held: refused, since whoever made it is disabled, was removed or has left.'),
  createdBy: z.string().nullable(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
})

const openSession = z.object({
  id: z.string(),
  method: z.enum(['password', 'passkey', 'oidc']),
  isThis: z.boolean(),
  createdAt: instant,
  lastUsedAt: instant,
  expiresAt: instant,
  address: z.string(),
  userAgent: z.string().nullable(),
})

export const administratorRoutes = {
  listAdministrators: {
    method: 'GET',
    path: '/admin/v1/administrators',
    needs: 'tenant-viewer',
    summary: 'The administrators of the platform, or of a tenant.',
    input: z.strictObject({ ...of, ...paging }),
    reply: pageOf(listed),
  },
  changeAdministrator: {
    method: 'PATCH',
    path: '/admin/v1/administrators/{administrator}',
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Gives another role, or disables and enables; ends their sessions. Never of oneself.',
    input: z.strictObject({
      ...of,
      administrator: z.string().min(1).max(64),
      role: role.optional(),
      disabled: z.boolean().optional(),
    }),
    reply: listed,
  },
  removeAdministrator: {
    method: 'DELETE',
    path: '/admin/v1/administrators/{administrator}',
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Removes an administrator, and what they sign in with. Never oneself.',
    input: z.strictObject({ ...of, administrator: z.string().min(1).max(64) }),
    reply: nothing,
  },
  resetAdministrator: {
    method: 'POST',
    path: '/admin/v1/administrators/{administrator}/resets',
    needs: 'operator',
    fresh: true,
    summary:
      'Takes away all they sign in with, and makes a one-time link to begin again, shown once.',
    status: 201,
    input: z.strictObject({ ...of, administrator: z.string().min(1).max(64) }),
    reply: invitation.extend({ url: secret }),
  },
  endSessionsOf: {
    method: 'DELETE',
    path: '/admin/v1/administrators/{administrator}/sessions',
    needs: 'tenant-admin',
    summary: 'Ends every session of an administrator.',
    input: z.strictObject({ ...of, administrator: z.string().min(1).max(64) }),
    reply: nothing,
  },
  inviteAdministrator: {
    method: 'POST',
    path: '/admin/v1/invitations',
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Makes a one-time link by which somebody becomes an administrator, shown once.',
    status: 201,
    input: z.strictObject({ ...of, role, name, email: z.email().max(254) }),
    reply: invitation.extend({ url: secret }),
  },
  listInvitations: {
    method: 'GET',
    path: '/admin/v1/invitations',
    needs: 'tenant-viewer',
    summary: 'Invitations, the latest first.',
    input: z.strictObject(of),
    reply: listOf(invitation),
  },
  revokeInvitation: {
    method: 'DELETE',
    path: '/admin/v1/invitations/{invitation}',
    needs: 'tenant-admin',
    summary: 'Takes an invitation back.',
    input: z.strictObject({ ...of, invitation: z.string().min(1).max(64) }),
    reply: invitation,
  },
  acceptInvitation: {
    method: 'POST',
    path: '/admin/v1/invitations/acceptances',
    needs: 'anyone',
    summary: 'Begins with what stands behind the # of an invitation; go on as the first operator.',
    input: z.strictObject({ code: z.string().min(1).max(100), password }),
    reply: enrolment,
  },
  createKey: {
    method: 'POST',
    path: '/admin/v1/keys',
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Makes a key for a program, shown once.',
    status: 201,
    input: z.strictObject({
      ...of,
      role,
      name: name.describe('Who or what it is for.'),
      days: z.number().int().min(1).max(730).default(90),
    }),
    reply: key.extend({ key: secret }),
  },
  listKeys: {
    method: 'GET',
    path: '/admin/v1/keys',
    needs: 'tenant-viewer',
    summary: 'Keys, the latest first.',
    input: z.strictObject(of),
    reply: listOf(key),
  },
  revokeKey: {
    method: 'DELETE',
    path: '/admin/v1/keys/{key}',
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Refuses a key from now on.',
    input: z.strictObject({ ...of, key: z.string().min(1).max(64) }),
    reply: key,
  },
  listSessions: {
    method: 'GET',
    path: '/admin/v1/sessions',
    needs: 'signed-in',
    summary: "One's own sessions, the latest first.",
    input: z.strictObject({}),
    reply: listOf(openSession),
  },
  endSession: {
    method: 'DELETE',
    path: '/admin/v1/sessions/{session}',
    needs: 'signed-in',
    summary: "Ends one of one's own sessions.",
    input: z.strictObject({ session: z.string().min(1).max(64) }),
    reply: nothing,
  },
  changePassword: {
    method: 'POST',
    path: '/admin/v1/session/password',
    needs: 'signed-in',
    fresh: true,
    summary: "Changes one's password, and ends one's other sessions.",
    input: z.strictObject({ password }),
    reply: nothing,
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/admin/v1/session/recovery-codes',
    needs: 'signed-in',
    fresh: true,
    summary: 'Makes ten new recovery codes, shown once; those before are refused.',
    status: 201,
    input: z.strictObject({}),
    reply: z.object({ recoveryCodes: z.array(secret) }),
  },
} as const satisfies Routes
