/**
 * Cursors (RFC 9865): where the page before ended, as text that only we can read or make.
 *
 * A cursor holds the last resource of a page and what it was sorted by, so the next page begins
 * behind it whatever has changed meanwhile. Nothing is kept for it here. It is sealed, because
 * what it holds may be personal and addresses are logged, and bound to the place it was made for,
 * to the query and to a time (SEC I-9): elsewhere it is not valid.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import { ScimError } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { SortKey } from './sort.ts'
import type { ListQuery } from './store.ts'

export interface Position {
  /** How many there were in all when the first page was read. */
  readonly total: number
  readonly id: string
  readonly key: SortKey
}

export interface Cursors {
  readonly mint: (query: ListQuery, position: Position) => string
  /** @throws ScimError `invalidCursor`, `expiredCursor` */
  readonly read: (query: ListQuery, cursor: string) => Position
}

/** At least one. */
export type Secrets = readonly [string, ...string[]]

/**
 * @param secrets  the same on every node: the first makes them, and what any of them made is read
 * @param place    whose resources they are: tenant and connection
 */
export function createCursors(
  { secrets, clock }: { readonly secrets: () => Secrets; readonly clock: () => Date },
  place: string,
): Cursors {
  // Most requests neither make a cursor nor follow one.
  const keyOf = (secret: string) => createHmac('sha256', secret).update('cursor').digest()
  const boundTo = (query: ListQuery) =>
    createHash('sha256')
      .update(JSON.stringify([place, identityOf(query)]))
      .digest()
  return {
    mint(query, { total, id, key: sortKey }) {
      const expiresAt = Math.floor(clock().getTime() / 1000) + LIMITS.cursorSeconds
      const plain = JSON.stringify([expiresAt, total, id, sortKey])
      const [key, bound] = [keyOf(secrets()[0]), boundTo(query)]
      // From what is sealed, so that one nonce never seals two texts and none needs to be drawn.
      const nonce = createHmac('sha256', key).update(bound).update(plain).digest().subarray(0, 12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound)
      const sealed = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat(sealed).toString('base64url')
    },
    read(query, cursor) {
      const bound = boundTo(query)
      const plain = secrets()
        .map((secret) => open(keyOf(secret), bound, cursor))
        .find((opened) => opened !== undefined)
      if (plain === undefined)
        throw ScimError.of(
          'invalidCursor',
          'The cursor does not belong to this query. Repeat the query it came from in all but the ' +
            'cursor, or leave the cursor empty to begin again.',
        )
      const [expiresAt, total, id, sortKey] = JSON.parse(plain) as [number, number, string, SortKey]
      if (expiresAt * 1000 <= clock().getTime())
        throw ScimError.of(
          'expiredCursor',
          `A cursor is good for ${LIMITS.cursorSeconds} seconds. Leave it empty to begin again.`,
        )
      return { total, id, key: sortKey }
    },
  }
}

/** What must be the same on each page; which attributes are shown and how many may differ. */
function identityOf({ sought, order }: ListQuery): unknown {
  return [order ?? null, sought.map(({ type, filter, sortBy }) => [type.name, filter, sortBy])]
}

function open(key: Buffer, bound: Buffer, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length < 28 || bytes.toString('base64url') !== cursor) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    .setAAD(bound)
    .setAuthTag(bytes.subarray(-16))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString()
  } catch {
    return undefined
  }
}
