/**
 * What one request has at hand already: rows read along with another, because they are asked for next (whoever shows a
 * code or a token needs the session and the grant that it belongs to), each good for one question; and what
 * the request has put down of a sign-in, written or not.
 */
import type { PendingWrites } from './pending-writes.ts'

interface Kept {
  readonly model: string
  readonly id_hash: string
  readonly session_uid: string | null
}

export function createReadAhead<Row extends Kept>({ request }: Pick<PendingWrites, 'request'>) {
  const ofRequests = new WeakMap<object, Row[]>()
  const putDown = new WeakMap<object, Map<string, string>>()
  return {
    keep(rows: readonly Row[]): void {
      const asking = request()
      if (asking !== undefined && rows.length > 0) ofRequests.set(asking, [...rows])
    },

    take(model: string, column: 'id_hash' | 'session_uid', value: string): Row | undefined {
      const asking = request()
      const rows = asking && ofRequests.get(asking)
      const index = rows?.findIndex((row) => row.model === model && row[column] === value) ?? -1
      return index < 0 ? undefined : rows?.splice(index, 1)[0]
    },

    /** @param text  undefined for what was taken away */
    putDown(idHash: string, text: string | undefined): void {
      const asking = request()
      if (asking === undefined) return
      const known = putDown.get(asking) ?? new Map<string, string>()
      putDown.set(asking, known)
      if (text === undefined) known.delete(idHash)
      else known.set(idHash, text)
    },

    whatWasPutDown(idHash: string): string | undefined {
      const asking = request()
      return asking && putDown.get(asking)?.get(idHash)
    },

    /** What was written meanwhile is read anew. */
    forget(): void {
      const asking = request()
      if (asking !== undefined) ofRequests.delete(asking)
    },
  }
}
