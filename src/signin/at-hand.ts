/**
 * Whom a request has found to be active a moment ago: the provider asks for the same person next. Good for that request
 * only, and what it writes for them is written only while they are (SEC R-8, F-13).
 */
import type { Identity } from '../identity/index.ts'
import type { PendingWrites } from './pending-writes.ts'

export type AtHand = ReturnType<typeof createAtHand>

export function createAtHand({ request }: Pick<PendingWrites, 'request'>) {
  const ofRequests = new WeakMap<object, Identity>()
  return {
    keep(person: Identity): void {
      const asking = request()
      if (asking !== undefined) ofRequests.set(asking, person)
    },

    find(identityId: string): Identity | undefined {
      const asking = request()
      const person = asking && ofRequests.get(asking)
      return person?.identityId === identityId ? person : undefined
    },
  }
}
