/** Logout tokens: what an Authority posts when a session has ended elsewhere. */
import { createRemoteJWKSet, jwtVerify } from 'jose'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Whom it names: a person at the Authority, one session of theirs, or both. */
export interface LoggedOut {
  readonly sub: string | undefined
  readonly sid: string | undefined
}

/**
 * Makes a verifier for one Authority (OpenID Connect Back-Channel Logout §2.6).
 * It throws for a token that is not this Authority's, not for us, no logout token, or was seen.
 */
export function createLogoutVerifier(given: { issuer: string; jwksUri: string; clientId: string }) {
  const keys = createRemoteJWKSet(new URL(given.jwksUri))
  const seen = new Set<string>()

  return async (token: string): Promise<LoggedOut> => {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: given.issuer,
      audience: given.clientId,
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
      requiredClaims: ['iat', 'jti', 'events'],
      clockTolerance: 60,
      maxTokenAge: 120,
    })
    const { sub, sid, jti, events, nonce } = payload
    const type = protectedHeader.typ?.toLowerCase()
    if (type !== undefined && type !== 'jwt' && type !== 'logout+jwt')
      throw new Error(`typ is "${type}", not logout+jwt`)
    if (nonce !== undefined) throw new Error('it has a nonce, so it is an ID token')
    if (typeof events !== 'object' || events === null || !(EVENT in events))
      throw new Error('events does not name a back-channel logout')
    if (sub === undefined && typeof sid !== 'string') throw new Error('it has neither sub nor sid')
    if (jti === undefined || seen.has(jti)) throw new Error('its jti was used before')
    seen.add(jti)
    return { sub, sid: typeof sid === 'string' ? sid : undefined }
  }
}
