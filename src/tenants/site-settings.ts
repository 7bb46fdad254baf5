/**
 * What may be set of a site, and what is refused. Pure.
 *
 * A site behind the gateway gives its origin alone: its addresses follow from it, and what it would
 * do as an OpenID client the gateway does for it.
 */
import { createPublicKey } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Database } from '../db/index.ts'
import { Refusal } from '../lib/index.ts'
import { cleanName } from './names.ts'
import { cleanOrigin, cleanUrl, cleanUrls } from './urls.ts'

/** Public keys, by which a site shows who it is instead of by a secret (RFC 7517 section 5). */
export interface PublicKeys {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

export interface SiteSettings {
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** Null: the site is not told when a session ends. */
  readonly backchannelLogoutUri: string | null
  /** Where a sign-in at the site is started from outside (OpenID Connect Core section 4). */
  readonly initiateLoginUri: string | null
  /** Null: the site has a client secret. */
  readonly jwks: PublicKeys | null
  /** Whether its codes give a refresh token too. */
  readonly refreshTokens: boolean
  readonly gatewayOrigin: string | null
}

type Row = Selectable<Database['site']>

export function settingsOf(row: Row): SiteSettings {
  return {
    name: row.name,
    redirectUris: row.redirect_uris,
    postLogoutRedirectUris: row.post_logout_redirect_uris,
    backchannelLogoutUri: row.backchannel_logout_uri,
    initiateLoginUri: row.initiate_login_uri,
    jwks: row.jwks,
    refreshTokens: row.refresh_tokens,
    gatewayOrigin: row.gateway_origin,
  }
}

/** Whether it shows who it is by a secret. */
export function hasSecret({ jwks, gatewayOrigin }: SiteSettings): boolean {
  return jwks === null && gatewayOrigin === null
}

/** The columns of these settings. @throws Refusal `invalid_input` saying which is unsound and why */
export function cleanSettings(settings: SiteSettings) {
  const { gatewayOrigin, jwks, backchannelLogoutUri: logout, initiateLoginUri: start } = settings
  const name = cleanName('site', settings.name)
  if (gatewayOrigin !== null) return { name, ...gatewayColumns(gatewayOrigin, settings) }
  return {
    name,
    redirect_uris: cleanUrls('redirect URI', settings.redirectUris, 1),
    post_logout_redirect_uris: cleanUrls(
      'post-logout redirect URI',
      settings.postLogoutRedirectUris,
      0,
    ),
    backchannel_logout_uri: logout === null ? null : cleanUrl('back-channel logout URI', logout),
    initiate_login_uri: start === null ? null : cleanUrl('start address', start),
    jwks: jwks === null ? null : JSON.stringify({ keys: jwks.keys.map(cleanKey) }),
    refresh_tokens: settings.refreshTokens,
    gateway_origin: null,
  }
}

function gatewayColumns(gatewayOrigin: string, settings: SiteSettings) {
  const origin = cleanOrigin('gateway origin', gatewayOrigin)
  const redirects = [`${origin}/.rollcall/callback`]
  const afterwards = [`${origin}/`]
  const { redirectUris, postLogoutRedirectUris, ...others } = settings
  const other =
    redirectUris.find((uri) => !redirects.includes(uri)) ??
    postLogoutRedirectUris.find((uri) => !afterwards.includes(uri)) ??
    others.backchannelLogoutUri ??
    others.initiateLoginUri ??
    (others.jwks !== null ? 'jwks' : others.refreshTokens ? 'refreshTokens' : undefined)
  if (other !== undefined)
    throw new Refusal(
      'invalid_input',
      `All settings of a site behind the gateway follow from its origin ${origin}: leave out "${other}".`,
    )
  return {
    redirect_uris: redirects,
    post_logout_redirect_uris: afterwards,
    backchannel_logout_uri: null,
    initiate_login_uri: null,
    jwks: null,
    refresh_tokens: false,
    gateway_origin: origin,
  }
}

const CURVES: readonly unknown[] = ['P-256', 'Ed25519']
const PUBLIC_MEMBERS = ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y']

/** Of a key what is public and known; a private or secret one is refused, so that nobody leaves theirs here. */
function cleanKey(key: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const refuse = (why: string, cause?: unknown) =>
    new Refusal('invalid_input', `The key "${String(key['kid']).slice(0, 100)}" ${why}.`, { cause })
  if ('d' in key || 'k' in key)
    throw refuse('is private or secret: keep it, and hand in its public part')
  const kept = Object.fromEntries(
    PUBLIC_MEMBERS.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]])),
  )
  if (typeof kept['kid'] !== 'string' || kept['kid'] === '')
    throw refuse('has no "kid" to find it by')
  const isCurve = CURVES.includes(kept['crv'])
  if (kept['kty'] !== 'RSA' && !isCurve)
    throw refuse('is of no kind taken here: RSA, P-256, Ed25519')
  try {
    const { asymmetricKeyDetails: details } = createPublicKey({
      key: kept,
      format: 'jwk',
    })
    if (isCurve || (details?.modulusLength ?? 0) >= 2048) return kept
  } catch (cause) {
    throw refuse('is not a public key in JWK form (RFC 7517)', cause)
  }
  throw refuse('is shorter than 2,048 bits')
}
