/**
 * By which connection somebody signed in, kept in their session: the log names it also where they pass without a
 * question later. A session from before it was kept has none.
 */
import type { AdapterPayload, Provider } from 'oidc-provider'
import { type ConnectionId, isId } from '../lib/index.ts'

const NAME = 'connectionId'

/** To be said before the first session is opened: of a session the provider reads what it knows by name. */
export function keepsConnections({ Session }: Provider): void {
  Object.defineProperty(Session, 'IN_PAYLOAD', { value: [...Session.IN_PAYLOAD, NAME] })
}

export function withConnection(payload: AdapterPayload, by: ConnectionId): AdapterPayload {
  return { ...payload, [NAME]: by }
}

export function connectionOf(session: object): ConnectionId | undefined {
  const by: unknown = Reflect.get(session, NAME)
  return isId('con', by) ? by : undefined
}
