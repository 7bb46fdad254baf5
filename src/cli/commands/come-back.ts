/** Whoever follows something goes on when the server is started again. */
import { ApiError } from '../../contract/index.ts'

export const COME_BACK_MS = 2000

/** Whether the same may be answered in a moment: the server is away, or has trouble, and did not refuse. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status >= 500 || error.status === 429
}
