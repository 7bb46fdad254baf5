/** Branding: the name, logo and colour of the pages that a tenant's people see when they sign in. */
import { z } from 'zod'
import { count, instant, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

const branding = z.object({
  name: z.string().nullable(),
  accent: z.string().nullable(),
  accentDark: z.string().nullable().describe('Null where it follows from the accent.'),
  logo: z.object({ type: z.string(), width: count, height: count }).nullable(),
  changedAt: instant.nullable(),
})

const path = '/admin/v1/tenants/{tenant}/branding'
const colour = z.string().max(20).nullable().optional()

export const brandingRoutes = {
  readBranding: {
    method: 'GET',
    path,
    needs: 'tenant-viewer',
    summary: 'How the pages of a sign-in look; null is our own look.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: branding,
  },
  changeBranding: {
    method: 'PATCH',
    path,
    needs: 'tenant-admin',
    summary: 'Changes what is given and leaves the rest; null takes it away.',
    input: z.strictObject({
      tenant: tenantRef,
      name: z.string().min(1).max(100).nullable().optional(),
      accent: colour.describe('As #1d4ed8; refused where it cannot be read.'),
      accentDark: colour.describe('For dark screens.'),
      logo: z.base64().max(180_000).nullable().optional().describe('A PNG or JPEG in base64.'),
      replaces: instant
        .nullable()
        .optional()
        .describe('changedAt as it was read: refused when it was changed since.'),
    }),
    reply: branding,
  },
} as const satisfies Routes
