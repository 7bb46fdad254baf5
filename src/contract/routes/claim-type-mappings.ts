/** Claim type mappings: for an issuer, which claim of its tokens says who it is. */
import { z } from 'zod'
import { connectionId, instant, listOf, mappingId, nothing, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

const mapping = z.object({
  id: mappingId,
  connectionId,
  issuer: z.string(),
  claimType: z.string(),
  matches: z.enum(['externalId', 'userName']),
  originalIssuer: z
    .string()
    .nullable()
    .describe('For tokens that say this of who signed the person in first; null: for all others.'),
  originalIssuerClaim: z.string().nullable().describe('The claim that says it.'),
  caution: z
    .string()
    .nullable()
    .describe(
      'What to think of, where the claim may be given to another person one day; when it is made, also where the ' +
        'latest tokens do not have it.',
    ),
  createdAt: instant,
})

export const claimTypeMappingRoutes = {
  createClaimTypeMapping: {
    method: 'POST',
    path: '/admin/v1/tenants/{tenant}/claim-type-mappings',
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Says which claim of an issuer names the person, and what it is compared with.',
    status: 201,
    input: z.strictObject({
      tenant: tenantRef,
      connectionId: connectionId.optional().describe('May be left out when there is only one.'),
      issuer: z.string().min(1).max(2048),
      claimType: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('`sub` unless told; `oid` where the connection is of Entra ID.'),
      matches: z.enum(['externalId', 'userName']).default('externalId'),
      originalIssuer: z
        .string()
        .min(1)
        .max(2048)
        .optional()
        .describe(
          'Where the issuer lets others sign people in: for those of this one alone, as its claim says it.',
        ),
      originalIssuerClaim: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('The claim that says it: `idp` unless told, as Okta and Entra ID have it.'),
    }),
    reply: mapping,
  },
  listClaimTypeMappings: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/claim-type-mappings',
    needs: 'tenant-viewer',
    summary: 'The claim type mappings of a tenant.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: listOf(mapping),
  },
  removeClaimTypeMapping: {
    method: 'DELETE',
    path: '/admin/v1/tenants/{tenant}/claim-type-mappings/{mapping}',
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Removes a mapping; sign-ins by that issuer are refused from now on.',
    input: z.strictObject({ tenant: tenantRef, mapping: mappingId }),
    reply: nothing,
  },
} as const satisfies Routes
