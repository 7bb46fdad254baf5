/**
 * How somebody came to their session, kept in it: by which connection, and by which session there, so that its end ends
 * this one too (SEC R-9); and when they had signed in there, which is long before the session where the identity provider
 * knew them still. A session lasts from its own beginning on (W-2), and a site is told of theirs (O-5).
 *
 * It comes with the answer of a sign-in (`letIn`), and so also where another person had a session first and the browser
 * comes back for its own. A session from before something was kept does without.
 */
import type { InteractionResults, Provider } from 'oidc-provider'
import { type Clock, type ConnectionId, isId } from '../lib/index.ts'

export interface Origin {
  readonly connectionId: ConnectionId
  /** By its digest. */
  readonly upstreamSid: string | undefined
  /** Epoch seconds; undefined where the identity provider did not say: then no site hears a time of ours instead. */
  readonly authenticatedAt: number | undefined
}

const KEPT = ['connectionId', 'upstreamSid', 'authenticatedAt'] as const satisfies (keyof Origin)[]

/** To be said before the first session is opened: of a session the provider reads what it knows by name. */
export function keepsOrigins(provider: Provider, clock: Clock): void {
  const { Session } = provider
  Object.defineProperty(Session, 'IN_PAYLOAD', { value: [...Session.IN_PAYLOAD, ...KEPT] })
  Object.assign(Session.prototype, {
    authTime(this: Partial<Origin>) {
      return this.authenticatedAt
    },
    /** @param maxAge  in seconds, as the site wrote it */
    past(this: Partial<Origin>, maxAge: string) {
      const { authenticatedAt: at } = this
      return at === undefined || clock().getTime() / 1000 - at > Number(maxAge)
    },
  })
  // Before anything is made of the session that was opened by then.
  provider.on('interaction.ended', ({ oidc: { session, result } }) => {
    if (session !== undefined && result?.login !== undefined)
      for (const name of KEPT) Reflect.set(session, name, originIn(result)?.[name])
  })
}

function originIn(result: InteractionResults): Origin | undefined {
  return result['origin'] as Origin | undefined
}

export function connectionOf(session: object): ConnectionId | undefined {
  const by: unknown = Reflect.get(session, 'connectionId' satisfies keyof Origin)
  return isId('con', by) ? by : undefined
}
