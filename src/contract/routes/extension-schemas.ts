/** Extension schemas: what a connection's resources carry beside the standard's attributes. */
import { z } from 'zod'
import { connectionId, instant, listOf, nothing, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

const type = z.enum([
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'binary',
  'reference',
  'complex',
])

/** RFC 7643 section 7, as far as a declaration may choose; what is left out is as section 2.2 says. */
const simple = z.strictObject({
  name: z.string().min(1).max(64),
  type: type.exclude(['complex']).optional(),
  multiValued: z.boolean().optional(),
  description: z.string().max(500).optional(),
  caseExact: z.boolean().optional(),
  mutability: z.enum(['readWrite', 'immutable']).optional(),
  returned: z.enum(['default', 'request']).optional(),
  canonicalValues: z.array(z.string().max(200)).max(100).optional(),
})
const declared = simple.extend({
  type: type.optional(),
  subAttributes: z.array(simple).min(1).max(100).optional(),
})

const extensionSchema = z.object({
  resourceType: z.string(),
  createdAt: instant,
  schema: z.object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    attributes: z.array(z.record(z.string(), z.unknown())),
  }),
})

const at = { tenant: tenantRef, connection: connectionId }
const all = '/admin/v1/tenants/{tenant}/connections/{connection}/schemas'

export const extensionSchemaRoutes = {
  listExtensionSchemas: {
    method: 'GET',
    path: all,
    needs: 'tenant-viewer',
    summary: 'The extension schemas that a connection declares.',
    input: z.strictObject(at),
    reply: listOf(extensionSchema),
  },
  declareExtensionSchema: {
    method: 'POST',
    path: all,
    needs: 'tenant-admin',
    summary: 'Declares an extension: its attributes are stored, filtered and served from now on.',
    status: 201,
    input: z.strictObject({
      ...at,
      resourceType: z.string().max(64).default('User'),
      id: z.string().min(1).max(300).describe('A URN of your own, such as urn:acme:User.'),
      name: z.string().min(1).max(100),
      description: z.string().max(500).default(''),
      attributes: z.array(declared).min(1).max(100),
    }),
    reply: extensionSchema,
  },
  removeExtensionSchema: {
    method: 'DELETE',
    path: `${all}/{urn}`,
    needs: 'tenant-admin',
    summary:
      'Removes a declaration; what resources carry of it stays until they are written again.',
    input: z.strictObject({ ...at, urn: z.string().min(1).max(300) }),
    reply: nothing,
  },
} as const satisfies Routes
