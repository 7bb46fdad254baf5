/** Tenants: onboard, list, look at, suspend, resume. */
import { z } from 'zod'
import { instant, pageOf, paging, tenantId, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'
import { callbacks, connection, handover } from './connections.ts'

export const tenant = z.object({
  id: tenantId,
  name: z.string(),
  authority: z.string(),
  suspendedAt: instant.nullable(),
  sitesByAdministrators: z.boolean().describe('Whether its own administrators may register sites.'),
  createdAt: instant,
})

export const tenantRoutes = {
  onboardTenant: {
    method: 'POST',
    path: '/admin/v1/tenants',
    needs: 'operator',
    fresh: true,
    summary: 'Sets up a tenant, its first connection, a SCIM token and a provisioning client.',
    status: 201,
    input: z.strictObject({
      name: z.string().min(1).max(100),
      label: z.string().min(2).max(32).optional(),
      kind: z.enum(['okta', 'entra', 'other']).default('okta'),
      ...callbacks,
      adminUserName: z.string().min(1).max(512).optional(),
    }),
    reply: z.object({ tenant, connection, handover }),
  },
  listTenants: {
    method: 'GET',
    path: '/admin/v1/tenants',
    needs: 'operator-read',
    summary: 'Lists tenants in order of birth; q is part of a name.',
    input: z.strictObject({ ...paging, q: z.string().max(100).optional() }),
    reply: pageOf(tenant),
  },
  readTenant: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}',
    needs: 'tenant-viewer',
    summary: 'One tenant, by id or by name.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: tenant.extend({ connections: z.array(connection) }),
  },
  changeTenant: {
    method: 'PATCH',
    path: '/admin/v1/tenants/{tenant}',
    needs: 'operator',
    summary: 'Permits its own administrators to register sites, or no more.',
    input: z.strictObject({ tenant: tenantRef, sitesByAdministrators: z.boolean() }),
    reply: tenant,
  },
  suspendTenant: {
    method: 'POST',
    path: '/admin/v1/tenants/{tenant}/suspensions',
    needs: 'operator',
    summary: 'Refuses its SCIM calls and sign-ins from now on.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: tenant,
  },
  resumeTenant: {
    method: 'DELETE',
    path: '/admin/v1/tenants/{tenant}/suspensions',
    needs: 'operator',
    summary: 'Ends a suspension.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: tenant,
  },
} as const satisfies Routes
