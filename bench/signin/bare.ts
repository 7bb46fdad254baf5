/**
 * The floor of the token and userinfo endpoints: `oidc-provider` alone, on Node's own server, with everything in
 * memory. Whoever comes is signed in. A process of its own; says its address and the client when it serves.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Adapter, type AdapterPayload, type JWK, Provider } from 'oidc-provider'
import { nextMessage, withChild } from '../child.ts'
import type { Relying } from './visitor.ts'

/** Serves it until `act` is done. */
export function withBareProvider<T>(act: (site: Relying) => Promise<T>): Promise<T> {
  return withChild(fileURLToPath(import.meta.url), [], async (child) =>
    act(await nextMessage<Relying>(child)),
  )
}

/** What a site learns of a person from ours. */
const CLAIMS = {
  name: 'Nadia Osei',
  given_name: 'Nadia',
  family_name: 'Osei',
  preferred_username: 'nadia.osei@acme.example',
  email: 'nadia.osei@acme.example',
  groups: [],
}

function serve(authority: string): { provider: Provider; site: Relying } {
  const site = {
    authority,
    paths: { authorize: '/auth', token: '/token', userinfo: '/me' },
    clientId: 'site',
    clientSecret: randomBytes(32).toString('base64url'),
    redirectUri: 'https://site.example/back',
    scope: 'openid profile email groups',
  }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' } as JWK
  const kept = new Map<string, AdapterPayload>()
  const provider = new Provider(authority, {
    adapter: (model: string) => inMemory(kept, model),
    clients: [
      {
        client_id: site.clientId,
        client_secret: site.clientSecret,
        redirect_uris: [site.redirectUri],
        scope: site.scope,
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: { devInteractions: { enabled: false } },
    conformIdTokenClaims: false,
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email'],
      groups: ['groups'],
    },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...CLAIMS }),
    }),
    // As ours: nobody is asked, and a session has one.
    loadExistingGrant: async ({ oidc: { session } }) => {
      const accountId = session?.accountId ?? ''
      const known = session?.grantIdFor(site.clientId)
      if (known !== undefined) return provider.Grant.find(known)
      const grant = new provider.Grant({ clientId: site.clientId, accountId })
      grant.addOIDCScope(site.scope)
      await grant.save()
      return grant
    },
    interactions: { url: (_, { uid }) => `/in/${uid}` },
    ttl: {
      Interaction: 600,
      Session: 3600,
      Grant: 3600,
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 300,
    },
  })
  return { provider, site }
}

/** Keeps everything: the library's own forgets all but the thousand entries used last. */
function inMemory(kept: Map<string, AdapterPayload>, model: string): Adapter {
  const keyOf = (id: string) => `${model}:${id}`
  return {
    async upsert(id, payload) {
      kept.set(keyOf(id), payload)
      if (payload.uid !== undefined) kept.set(keyOf(`uid:${payload.uid}`), payload)
    },
    find: async (id) => kept.get(keyOf(id)),
    findByUid: async (uid) => kept.get(keyOf(`uid:${uid}`)),
    findByUserCode: async () => undefined,
    async consume(id) {
      const payload = kept.get(keyOf(id))
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
    },
    destroy: async (id) => void kept.delete(keyOf(id)),
    revokeByGrantId: async () => undefined,
  }
}

if (import.meta.main) {
  const server = createServer()
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    const { provider, site } = serve(`http://127.0.0.1:${port}`)
    const answer = provider.callback()
    server.on('request', (request, response) => {
      if (request.url?.startsWith('/in/') !== true) return void answer(request, response)
      const login = { accountId: randomBytes(8).toString('hex') }
      void provider.interactionFinished(request, response, { login })
    })
    process.send?.(site)
  })
  // Whoever started it is gone: nobody else has a use for it.
  process.once('disconnect', () => process.exit())
}
