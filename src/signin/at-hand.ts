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

/** What one request has found out so far. */
interface Notes {
  active?: Identity
  ahead?: { readonly identityId: IdentityId; readonly asked: Promise<Asked> } | undefined
  silentSignIn?: Id<'sgn'>
}

export function createAtHand({ request }: Pick<PendingWrites, 'request'>) {
  const ofRequests = new WeakMap<object, Notes>()
  const holders = new Map<string, Holder>()

  /** Of the request that is under way; outside of one, of nobody. */
  function notes(): Notes {
    const asking = request()
    if (asking === undefined) return {}
    const kept = ofRequests.get(asking) ?? {}
    ofRequests.set(asking, kept)
    return kept
  }

  const find = (identityId: string): Identity | undefined => {
    const { active } = notes()
    return active?.identityId === identityId ? active : undefined
  }

  return {
    find,

    keep(person: Identity): void {
      notes().active = person
    },

    /** The row of the log about whoever passed without a question. */
    keepSilentSignIn(signInId: Id<'sgn'>): void {
      notes().silentSignIn = signInId
    },

    silentSignIn: (): Id<'sgn'> | undefined => notes().silentSignIn,

    /** @param idHash  of a code, a token or a session */
    holds: (idHash: string, holder: Holder): void => remember(holders, idHash, holder),

    /** Asks about the holder now, if they are known: whoever shows this asks for them next. */
    askAhead(idHash: string, ask: (holder: Holder) => Promise<Asked>): void {
      const [here, holder] = [notes(), holders.get(idHash)]
      if (request() === undefined || holder === undefined) return
      const { identityId } = holder
      if (find(identityId) !== undefined || here.ahead !== undefined) return
      const asked = ask(holder)
      // Heard by whoever takes it, if anybody does.
      asked.catch(() => undefined)
      here.ahead = { identityId, asked }
    },

    /** What was asked ahead about them, once. */
    takeAhead(identityId: IdentityId): Promise<Asked> | undefined {
      const here = notes()
      const known = here.ahead
      if (known?.identityId !== identityId) return undefined
      here.ahead = undefined
      return known.asked
    },
  }
}
