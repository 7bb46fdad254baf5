/** Master keys: what seals what has to be read again. The keys themselves never travel. */
import { z } from 'zod'
import { count, instant } from '../parts.ts'
import type { Routes } from '../route.ts'

const masterKey = z.object({
  id: z.string(),
  state: z
    .enum(['waits', 'seals', 'opens', 'retired'])
    .describe(
      'waits: until every node has it, and then it seals. opens: what it sealed before another took over. retired: nothing needs it.',
    ),
  sealsFrom: instant.nullable(),
  retiredAt: instant.nullable(),
  valuesWrapped: count.nullable().describe('As counted last; null: not yet.'),
  countedAt: instant.nullable(),
  hadBy: z.array(z.string()).describe('Nodes, by their host and process.'),
  lackedBy: z.array(z.string()),
})

const listed = z.object({ items: z.array(masterKey) })

export const masterKeyRoutes = {
  listMasterKeys: {
    method: 'GET',
    path: '/admin/v1/master-keys',
    needs: 'operator-read',
    summary:
      'The master keys in the order in which they took over, what each still wraps, and which nodes have it.',
    input: z.strictObject({}),
    reply: listed,
  },
  retireMasterKey: {
    method: 'POST',
    path: '/admin/v1/master-keys/{key}/retire',
    needs: 'operator',
    fresh: true,
    summary:
      'Says that a master key is needed no more: it wraps nothing, and another took over more than an hour ago.',
    input: z.strictObject({ key: z.string().regex(/^[0-9a-f]{8}$/, 'is the id of a master key') }),
    reply: listed,
  },
} as const satisfies Routes
