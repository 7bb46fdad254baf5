/**
 * Whom a request has to do with, so that nobody is looked up twice or later than could be: whom it has found to be
 * active a moment ago, and what it has asked already of whom a code, a token or a session was given to. Good for
 * that request only, and what it writes for them is written only while they are (SEC R-8, F-13).
 *
 * Whom something was given to never changes; that is remembered where it was given or read last, only to ask
 * about them and about it in one trip. Elsewhere they are asked one after the other.
 */
import type { Identity, IdentityBrief } from '../identity/index.ts'
import { type Id, type IdentityId, remember } from '../lib/index.ts'
import type { PendingWrites } from './pending-writes.ts'

export type AtHand = ReturnType<typeof createAtHand>

/** Of whom something is, and whether its holder is told of their groups. */
export interface Holder {
  readonly identityId: IdentityId
  readonly tellsGroups: boolean
}

/** What is asked about somebody whenever something of theirs is shown. */
export interface Asked {
  readonly person: Identity | undefined
  /** By the identity provider, whatever was loaded. */
  readonly hasLeft: boolean
  /** Undefined where nobody is told of them. */
  readonly groups: readonly IdentityBrief[] | undefined
}

interface Ahead {
  readonly identityId: IdentityId
  readonly asked: Promise<Asked>
}

export function createAtHand({ request }: Pick<PendingWrites, 'request'>) {
  const ofRequests = new WeakMap<object, Identity>()
  const ahead = new WeakMap<object, Ahead>()
  const upstream = new WeakMap<object, string>()
  const silent = new WeakMap<object, Id<'sgn'>>()
  const holders = new Map<string, Holder>()

  const find = (identityId: string): Identity | undefined => {
    const asking = request()
    const person = asking && ofRequests.get(asking)
    return person?.identityId === identityId ? person : undefined
  }

  return {
    find,

    keep(person: Identity): void {
      const asking = request()
      if (asking !== undefined) ofRequests.set(asking, person)
    },

    /** The session at the identity provider that the person has just shown, by its digest. */
    keepUpstreamSid(digest: string): void {
      const asking = request()
      if (asking !== undefined) upstream.set(asking, digest)
    },

    upstreamSid(): string | undefined {
      const asking = request()
      return asking && upstream.get(asking)
    },

    /** The row of the log about whoever passed without a question. */
    keepSilentSignIn(signInId: Id<'sgn'>): void {
      const asking = request()
      if (asking !== undefined) silent.set(asking, signInId)
    },

    silentSignIn(): Id<'sgn'> | undefined {
      const asking = request()
      return asking && silent.get(asking)
    },

    /** @param idHash  of a code, a token or a session */
    holds: (idHash: string, holder: Holder): void => remember(holders, idHash, holder),

    /** Asks about the holder now, if they are known: whoever shows this asks for them next. */
    askAhead(idHash: string, ask: (holder: Holder) => Promise<Asked>): void {
      const [asking, holder] = [request(), holders.get(idHash)]
      if (asking === undefined || holder === undefined) return
      const { identityId } = holder
      if (find(identityId) !== undefined || ahead.has(asking)) return
      const asked = ask(holder)
      // Heard by whoever takes it, if anybody does.
      asked.catch(() => undefined)
      ahead.set(asking, { identityId, asked })
    },

    /** What was asked ahead about them, once. */
    takeAhead(identityId: IdentityId): Promise<Asked> | undefined {
      const asking = request()
      const known = asking && ahead.get(asking)
      if (asking === undefined || known?.identityId !== identityId) return undefined
      ahead.delete(asking)
      return known.asked
    },
  }
}
