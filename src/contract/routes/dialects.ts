/** Dialects: how a connection is spoken with where identity providers depart from the RFC. */
import { z } from 'zod'
import { connectionId, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

const kept = {
  strict: z.boolean(),
  /** Names of rewrites that are switched off. */
  off: z.array(z.string()),
}
const dialect = z.object({
  ...kept,
  /** All there are, and who speaks so. */
  rewrites: z.array(z.object({ name: z.string(), clients: z.array(z.string()) })),
})

const at = { tenant: tenantRef, connection: connectionId }
const path = '/admin/v1/tenants/{tenant}/connections/{connection}/dialect'

export const dialectRoutes = {
  readDialect: {
    method: 'GET',
    path,
    needs: 'tenant-viewer',
    summary: 'Which departures from the RFC are undone for a connection, and whether it is strict.',
    input: z.strictObject(at),
    reply: dialect,
  },
  changeDialect: {
    method: 'PATCH',
    path,
    needs: 'tenant-admin',
    summary: 'Switches rewrites off, all others on, or makes the connection strict.',
    input: z.strictObject({
      ...at,
      strict: z.boolean().optional(),
      off: z
        .array(z.string().min(1).max(100))
        .max(100)
        .optional()
        .describe('Names of rewrites, such as entra.boolean-as-text.'),
      replaces: z
        .object(kept)
        .optional()
        .describe('What is in force as it was read: refused when it was changed since.'),
    }),
    reply: dialect,
  },
} as const satisfies Routes
