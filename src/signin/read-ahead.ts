/**
 * Rows that one request is about to ask for, read along with another: whoever shows a code or a token needs the
 * session and the grant that it belongs to next. Each is good for one question.
 */
import type { PendingWrites } from './pending-writes.ts'

interface Kept {
  readonly model: string
  readonly id_hash: string
  readonly session_uid: string | null
}

export function createReadAhead<Row extends Kept>({ request }: Pick<PendingWrites, 'request'>) {
  const ofRequests = new WeakMap<object, Row[]>()
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

    /** What was written meanwhile is read anew. */
    forget(): void {
      const asking = request()
      if (asking !== undefined) ofRequests.delete(asking)
    },
  }
}
