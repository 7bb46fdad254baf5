/** Signing keys: what a tenant's Authority signs ID tokens and logout notices with. */
import { z } from 'zod'
import { instant, listOf, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

export const signingKey = z.object({
  id: z.string().describe('Its `kid`.'),
  stage: z
    .enum(['next', 'signing', 'published'])
    .describe('published: it signs no more, and what it signed is still good.'),
  createdAt: instant,
  signsFrom: instant,
  publishedUntil: instant.nullable().describe('Null while nothing replaces it.'),
})

/** Instead of tomorrow. */
export const atOnce = z
  .boolean()
  .default(false)
  .describe('For a key that somebody else may have: what it signed is good for nothing then.')

const path = '/admin/v1/tenants/{tenant}/signing-keys'

export const signingKeyRoutes = {
  listSigningKeys: {
    method: 'GET',
    path,
    needs: 'tenant-viewer',
    summary: "The keys that a tenant's Authority publishes, in the order in which they sign.",
    input: z.strictObject({ tenant: tenantRef }),
    reply: listOf(signingKey),
  },
  rotateSigningKey: {
    method: 'POST',
    path,
    needs: 'operator',
    fresh: true,
    summary: 'Publishes the key that signs from tomorrow on; at once, and withdraws the others.',
    status: 201,
    input: z.strictObject({
      tenant: tenantRef,
      atOnce,
    }),
    reply: listOf(signingKey),
  },
} as const satisfies Routes
