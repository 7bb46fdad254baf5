/**
 * Verifies what an identity provider has signed for us: by the keys that it publishes itself and no
 * others (SEC ), of the one type that is meant here, from it, to us, now.
 */
import {
  createRemoteJWKSet,
  customFetch,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose'
import { type Clock, remember } from '../../lib/index.ts'
import type { Connection } from '../../tenants/index.ts'
import type { Outbound, OutboundRequest } from '../outbound.ts'
import { askDocument, askKeys, TooManyKeys } from '../published.ts'
import { SignalRefused } from './refused.ts'

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']
const CLOCK_SECONDS = 60
const UNKNOWN_KEY_MS = 60_000
const KEPT_MS = 10 * 60_000

export interface Expected {
  readonly type: string
  /** Some senders name no type: what it is, its claims say. */
  readonly mayLackType?: boolean
  /** Another than the one that signs the connection's signals. */
  readonly issuer?: string
  /** One of them, and nobody else's. */
  readonly audiences: readonly string[]
  /** How long ago it may have been made. */
  readonly mostAgeSeconds: number
  /** For how long it may be good; twice that, unless told. */
  readonly mostLifeSeconds?: number
  /** Whether it has to say when it ends. */
  readonly ends: boolean
}

export type VerifiedSignal = JWTPayload & { readonly jti: string; readonly iss: string }

/** Okta signs signals as the org, whichever of its authorization servers signs people in. */
export function signalIssuerOf({ kind, issuer }: Connection): string {
  if (issuer === null) throw new SignalRefused('issuer', 'This connection has no issuer yet.')
  return kind === 'okta' ? new URL(issuer).origin : issuer
}

export function createVerifier({
  outbound,
  clock,
}: {
  readonly outbound: Outbound
  readonly clock: Clock
}) {
  const known = new Map<string, { readonly keys: Keys; readonly until: number }>()

  async function keysOf(
    issuer: string,
    { tenantId, connectionId, internalHosts }: Connection,
  ): Promise<Keys> {
    const name = JSON.stringify([connectionId, issuer, ...internalHosts])
    const kept = known.get(name)
    if (kept !== undefined && kept.until > clock().getTime()) return kept.keys
    // Anybody may send what looks like a signal: sign-ins go by another lane.
    const asker = { tenantId, of: `signals of ${connectionId}` }
    const keys = await publishedKeys(outbound, issuer, { asker, internalHosts })
    known.delete(name)
    remember(known, name, { keys, until: clock().getTime() + KEPT_MS })
    return keys
  }

  /** @throws SignalRefused naming what is wrong */
  return async (
    connection: Connection,
    token: string,
    { type, mayLackType = false, audiences, mostAgeSeconds, ends, ...more }: Expected,
  ): Promise<VerifiedSignal> => {
    const issuer = more.issuer ?? signalIssuerOf(connection)
    const typ = mayLackType && hasNoType(token) ? undefined : type
    // Asked for only once what came is a JWT.
    const key: Keys = async (header, jws) => (await keysOf(issuer, connection))(header, jws)
    const { payload } = await jwtVerify(token, key, {
      ...(typ === undefined ? {} : { typ }),
      issuer,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_SECONDS,
      currentDate: clock(),
      maxTokenAge: mostAgeSeconds,
      requiredClaims: ends ? ['jti', 'exp'] : ['jti'],
    }).catch(refuse)
    const { aud, jti, exp, iat = 0 } = payload
    const [audience, another] = [aud].flat()
    // For several, any of them could hand it on to us.
    if (audience === undefined || another !== undefined || !audiences.includes(audience))
      throw new SignalRefused('audience', `It is meant for ${String(aud).slice(0, 200)}.`)
    const { mostLifeSeconds = 2 * mostAgeSeconds } = more
    if (exp !== undefined && exp - iat > mostLifeSeconds)
      throw new SignalRefused('time', 'It is good for too long.')
    if (typeof jti !== 'string' || jti === '' || jti.length > 255)
      throw new SignalRefused('malformed', 'Its jti is not usable.')
    return { ...payload, jti, iss: issuer }
  }
}

type Keys = JWTVerifyGetKey

function hasNoType(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === undefined
  } catch {
    return false
  }
}

/** By discovery, as at a sign-in (SEC R-4). */
async function publishedKeys(
  outbound: Outbound,
  issuer: string,
  request: Pick<OutboundRequest, 'asker' | 'internalHosts'>,
): Promise<Keys> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await askDocument(outbound, address, request)
  const found = (await response.json().catch(() => ({}))) as {
    readonly issuer?: unknown
    readonly jwks_uri?: unknown
  }
  if (found.issuer !== issuer || typeof found.jwks_uri !== 'string')
    throw new SignalRefused('issuer', `${issuer} publishes no keys as itself.`)
  return createRemoteJWKSet(new URL(found.jwks_uri), {
    cooldownDuration: UNKNOWN_KEY_MS,
    [customFetch]: (url) => askKeys(outbound, url, request),
  })
}

function refuse(error: unknown): never {
  const { reason, message } = causeOf(error)
  throw new SignalRefused(reason, message, { cause: error })
}

function causeOf(error: unknown): { reason: SignalRefused['reason']; message: string } {
  const message = error instanceof Error ? error.message : 'It cannot be verified.'
  if (error instanceof errors.JWTExpired) return { reason: 'time', message }
  if (error instanceof errors.JWTClaimValidationFailed)
    return { reason: BY_CLAIM[error.claim] ?? 'malformed', message }
  if (error instanceof errors.JOSEAlgNotAllowed) return { reason: 'algorithm', message }
  const { JWSInvalid, JWTInvalid, JOSENotSupported } = errors
  if ([JWSInvalid, JWTInvalid, JOSENotSupported].some((kind) => error instanceof kind))
    return { reason: 'malformed', message }
  const isOfKeys = error instanceof errors.JOSEError || error instanceof TooManyKeys
  if (isOfKeys) return { reason: 'signature', message }
  throw error
}

const BY_CLAIM: Readonly<Record<string, SignalRefused['reason']>> = {
  typ: 'type',
  iss: 'issuer',
  iat: 'time',
  nbf: 'time',
  exp: 'time',
}
