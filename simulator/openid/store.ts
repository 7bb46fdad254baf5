/**
 * What the provider keeps, in memory: sessions, grants, codes, tokens, and the applications.
 *
 * One store serves all authorization servers of the organisation, so that a person who has signed
 * in at one is signed in at the others, as at Okta. Applications are kept apart: each is known only
 * to the authorization server that it was registered with.
 */
import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Kept {
  readonly payload: AdapterPayload
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

export interface Store {
  /** The adapter factory for the authorization server of that id. */
  adapterFor(serverId: string): (model: string) => Adapter
  /** Adds an application; `metadata` as in OpenID Connect Dynamic Client Registration. */
  addClient(serverId: string, metadata: AdapterPayload): void
  /** Ends every session of that person. */
  endSessions(personId: string): void
}

const SWEEP_EVERY = 2_000

export function createStore(): Store {
  const kept = new Map<string, Kept>()
  let upserts = 0

  const read = (key: string) => {
    const found = kept.get(key)
    return found && found.expiresAt > Date.now() ? found.payload : undefined
  }
  const findWhere = (model: string, matches: (payload: AdapterPayload) => boolean) => {
    for (const [key, { payload, expiresAt }] of kept)
      if (key.startsWith(`${model}:`) && expiresAt > Date.now() && matches(payload)) return payload
    return undefined
  }
  const dropWhere = (matches: (key: string, { payload, expiresAt }: Kept) => boolean) => {
    for (const [key, each] of kept) if (matches(key, each)) kept.delete(key)
  }

  const adapterFor = (serverId: string) => (model: string) => {
    const keyOf = (id: string) => (model === 'Client' ? clientKey(serverId, id) : `${model}:${id}`)
    return {
      upsert: async (id, payload, expiresIn) => {
        const expiresAt = expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000
        kept.set(keyOf(id), { payload, expiresAt })
        upserts += 1
        if (upserts % SWEEP_EVERY === 0) dropWhere((_, each) => each.expiresAt <= Date.now())
      },
      find: async (id) => read(keyOf(id)),
      findByUid: async (uid) => findWhere(model, (payload) => payload.uid === uid),
      findByUserCode: async (userCode) =>
        findWhere(model, (payload) => payload.userCode === userCode),
      consume: async (id) => {
        const payload = read(keyOf(id))
        if (payload) payload.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id) => void kept.delete(keyOf(id)),
      revokeByGrantId: async (grantId) =>
        dropWhere((key, { payload }) => key.startsWith(`${model}:`) && payload.grantId === grantId),
    } satisfies Adapter
  }

  return {
    adapterFor,
    addClient: (serverId, metadata) => {
      const key = clientKey(serverId, metadata.client_id ?? '')
      kept.set(key, { payload: metadata, expiresAt: Infinity })
    },
    endSessions: (personId) =>
      dropWhere((key, { payload }) => key.startsWith('Session:') && payload.accountId === personId),
  }
}

function clientKey(serverId: string, clientId: string): string {
  return `Client:${serverId}:${clientId}`
}
