/**
 * Setup links: what an operator hands out, so that a customer's administrator sets up one connection
 * without an account. The secret of a link stands behind the # of its address, so that no server on
 * the way sees it.
 */
import { z } from 'zod'
import { connectionId, instant, listOf, secret, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

const links = '/admin/v1/tenants/{tenant}/connections/{connection}/setup-links'
const at = { tenant: tenantRef, connection: connectionId }

const setupLink = z.object({
  id: z.string(),
  state: z.enum(['live', 'expired', 'revoked']),
  createdBy: z.string().describe('As the audit log names them.'),
  createdAt: instant,
  expiresAt: instant,
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
})

export const setupLinkRoutes = {
  createSetupLink: {
    method: 'POST',
    path: links,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Makes a link by which the customer sets up the connection, shown once.',
    status: 201,
    input: z.strictObject({ ...at, days: z.number().int().min(1).max(30).default(7) }),
    reply: setupLink.extend({ url: secret }),
  },
  listSetupLinks: {
    method: 'GET',
    path: links,
    needs: 'tenant-viewer',
    summary: 'The setup links of a connection, the latest first.',
    input: z.strictObject(at),
    reply: listOf(setupLink),
  },
  revokeSetupLink: {
    method: 'DELETE',
    path: `${links}/{link}`,
    needs: 'tenant-admin',
    summary: 'Refuses a link, and whoever is in by it, from now on.',
    input: z.strictObject({ ...at, link: z.string().min(1).max(64) }),
    reply: setupLink,
  },
} as const satisfies Routes
