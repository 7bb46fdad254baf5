/** Shapes that several routes share. Instants travel as ISO 8601 in UTC. */
import { z } from 'zod'

const ID = '[0-9a-hjkmnp-tv-z]{26}'

/** An id of one kind. Its pattern is in OpenAPI; a text that is none is refused before a handler runs. */
function id<P extends string>(prefix: P) {
  return z.templateLiteral([`${prefix}_`, z.string().regex(new RegExp(`^${ID}$`))])
}

export const tenantId = id('ten')
export const connectionId = id('con')
export const siteId = id('sit')
export const mappingId = id('ctm')
export const identityId = id('idn')
export const signInId = id('sgn')
export const requestId = id('req')

/** A tenant's id or its name. */
export const tenantRef = z.string().min(1).max(200)
export const instant = z.iso.datetime()
/** In what several people edit: whoever says it is told where somebody else was first. */
export const replaces = instant
  .optional()
  .describe('changedAt as it was read: refused when it was changed since.')
export const count = z.number().int().nonnegative()

/** How far a list goes, and the last key of the page before. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  after: z.string().max(200).optional(),
}

/** `next` is what to hand in as `after` for the page that follows; null on the last. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) })

/** A secret in a reply is there once and nowhere else. */
export const secret = z.string().describe('Shown once; keep it where secrets are kept.')
export const nothing = z.undefined()
