/** What happened: attempts to sign in, and the acts of administrators. */
import { z } from 'zod'
import { identityId, instant, pageOf, paging, signInId, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

export const signIn = z.object({
  id: z.string().describe('The reference that a refusal page shows.'),
  tenantId: z.string(),
  clientId: z.string(),
  connectionId: z.string().nullable(),
  identityId: z.string().nullable(),
  outcome: z.enum(['started', 'signed-in', 'refused']),
  code: z.string().nullable(),
  startedAt: instant,
  endedAt: instant.nullable(),
  steps: z.array(z.record(z.string(), z.unknown())),
})

const auditEntry = z.object({
  id: z.string(),
  actor: z.string(),
  act: z.string(),
  object: z.string(),
  details: z.record(z.string(), z.unknown()),
  requestId: z.string(),
  happenedAt: instant,
})

export const logRoutes = {
  listSignIns: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/sign-ins',
    needs: 'operator',
    summary: 'Attempts to sign in, latest first, with every step and what was seen.',
    input: z.strictObject({ tenant: tenantRef, ...paging, identity: identityId.optional() }),
    reply: pageOf(signIn),
  },
  readSignIn: {
    method: 'GET',
    path: '/admin/v1/sign-ins/{reference}',
    needs: 'operator',
    summary: 'One attempt, by the reference that the person quotes.',
    input: z.strictObject({ reference: signInId }),
    reply: signIn,
  },
  listAudit: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/audit',
    needs: 'operator',
    summary: 'The acts of administrators, latest first.',
    input: z.strictObject({ tenant: tenantRef, ...paging }),
    reply: pageOf(auditEntry),
  },
  readOpenApi: {
    method: 'GET',
    path: '/admin/v1/openapi.json',
    needs: 'operator',
    summary: 'This API as OpenAPI 3.1.',
    input: z.strictObject({}),
    reply: z.record(z.string(), z.unknown()),
  },
} as const satisfies Routes
