/** Domains: whose people sign in through which connection of a tenant. */
import { z } from 'zod'
import { connectionId, instant, listOf, nothing, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

export const domain = z.object({
  domain: z.string(),
  connectionId,
  record: z
    .object({ name: z.string(), value: z.string() })
    .describe('The TXT record to publish: who can do that owns the domain.'),
  createdAt: instant,
  verifiedAt: instant.nullable(),
})

const all = '/admin/v1/tenants/{tenant}/domains'
const one = `${all}/{domain}` as const
const at = { tenant: tenantRef, domain: z.string().min(1).max(253) }

export const domainRoutes = {
  addDomain: {
    method: 'POST',
    path: all,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Claims a domain for a connection; it counts once it is verified.',
    status: 201,
    input: z.strictObject({ ...at, connectionId: connectionId.optional() }),
    reply: domain,
  },
  listDomains: {
    method: 'GET',
    path: all,
    needs: 'tenant-viewer',
    summary: 'The domains of a tenant, with the records that verify them.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: listOf(domain),
  },
  verifyDomain: {
    method: 'POST',
    path: `${one}/verifications`,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Looks for the record in the DNS; from then on its people are sent to the connection.',
    input: z.strictObject(at),
    reply: domain,
  },
  removeDomain: {
    method: 'DELETE',
    path: one,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Gives a domain up; its people are asked where they work.',
    input: z.strictObject(at),
    reply: nothing,
  },
} as const satisfies Routes
