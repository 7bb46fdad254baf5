/** The acts of administrators, and whether their log is as it was written. */
import { z } from 'zod'
import { count, instant, listOf, pageOf, paging, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

const entry = z.object({
  id: z.string(),
  actor: z.string(),
  actorName: z
    .string()
    .nullable()
    .describe(
      'What that administrator or key is called now; null: it is there no more, is neither, or is of the platform and you are bound to a tenant.',
    ),
  act: z.string(),
  outcome: z.enum(['done', 'refused']),
  object: z.string(),
  details: z.record(z.string(), z.unknown()),
  address: z.string().nullable().describe('Where it was asked from; null: nobody asked.'),
  requestId: z.string(),
  happenedAt: instant,
  position: count
    .nullable()
    .describe('In the chain, from 1 on; null: written before there was one.'),
  hash: z.string().nullable().describe('Of the entry and of the hash before, in hexadecimal.'),
})

const broken = z.object({
  position: count.describe('0: of the checkpoint that was handed over.'),
  auditId: z.string().nullable().describe('Null where there is no entry.'),
  problem: z
    .enum(['missing', 'altered', 'checkpoint-refused'])
    .describe(
      'missing: no entry has that position. altered: it is not what was written. checkpoint-refused: none of our keys signed it, or it says another thing than the log.',
    ),
})

const verified = z.object({
  entries: count.describe('How many were found to follow one another, in this part.'),
  checkpoints: count.describe('How many of them are checkpoints.'),
  position: count.describe('Of the last of them: ask for the next part with it as `after`.'),
  isOver: z.boolean().describe('There is no more to verify: the end, or where it is broken.'),
  broken: broken.nullable().describe('The first entry that shows it.'),
  unlinked: count.describe(
    'Once it is over: entries that stand outside the chain, written before there was one.',
  ),
  latest: z
    .object({
      position: count.describe('The entry that it is of.'),
      signedAt: instant,
      jws: z.string().describe('Compact (RFC 7515); keep it where nobody of here can write.'),
    })
    .nullable()
    .describe('Once it is over: the latest checkpoint of the log.'),
})

const asked = {
  after: z.coerce.number().int().min(0).default(0).describe('The position of the part before.'),
  checkpoint: z
    .string()
    .max(4096)
    .optional()
    .describe('A checkpoint that was kept: the log is compared with it, too.'),
}

export const auditRoutes = {
  listAudit: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/audit',
    needs: 'tenant-viewer',
    summary: 'The acts of administrators, latest first.',
    input: z.strictObject({ tenant: tenantRef, ...paging }),
    reply: pageOf(entry),
  },
  listPlatformAudit: {
    method: 'GET',
    path: '/admin/v1/audit',
    needs: 'operator-read',
    summary: 'The acts of administrators that are of no tenant, latest first.',
    input: z.strictObject(paging),
    reply: pageOf(entry),
  },
  verifyAudit: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/audit/verification',
    needs: 'tenant-viewer',
    summary: 'Whether the log is as it was written, a thousand entries at a time.',
    input: z.strictObject({ tenant: tenantRef, ...asked }),
    reply: verified,
  },
  verifyPlatformAudit: {
    method: 'GET',
    path: '/admin/v1/audit/verification',
    needs: 'operator-read',
    summary: 'The same of the acts that are of no tenant.',
    input: z.strictObject(asked),
    reply: verified,
  },
  listAuditKeys: {
    method: 'GET',
    path: '/admin/v1/audit/keys',
    needs: 'operator-read',
    summary: 'What checkpoints are signed with, as JWKs (RFC 7517).',
    input: z.strictObject({}),
    reply: listOf(z.record(z.string(), z.unknown())),
  },
} as const satisfies Routes
