/**
 * What may be set of a site, and what is refused. Pure.
 *
 * A site behind the gateway gives its origin alone: its addresses follow from it, and what it would
 * do as an OpenID client the gateway does for it.
 */
import type { Selectable } from 'kysely'
import type { Database } from '../db/index.ts'
import { Refusal } from '../lib/index.ts'
import { cleanName } from './names.ts'
import { cleanKeys, type PublicKeys } from './public-keys.ts'
import { cleanOrigin, cleanServerUrl, cleanUrl, cleanUrls } from './urls.ts'

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
  /** Where it publishes such keys itself; null without, or where they are given. */
  readonly jwksUri: string | null
  /** Whether its codes give a refresh token too. */
  readonly refreshTokens: boolean
  /** Whether it must push its requests (RFC 9126). */
  readonly parRequired: boolean
  /** Whether it may read the people and groups of its tenant. */
  readonly directoryAccess: boolean
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
    jwksUri: row.jwks_uri,
    refreshTokens: row.refresh_tokens,
    parRequired: row.par_required,
    directoryAccess: row.directory_access,
    gatewayOrigin: row.gateway_origin,
  }
}

/** Whether it shows who it is by a secret. */
export function hasSecret({ jwks, jwksUri, gatewayOrigin }: SiteSettings): boolean {
  return jwks === null && jwksUri === null && gatewayOrigin === null
}

/** The columns of these settings. @throws Refusal `invalid_input` saying which is unsound and why */
export function cleanSettings(settings: SiteSettings) {
  const { gatewayOrigin, jwks, backchannelLogoutUri: logout, initiateLoginUri: start } = settings
  const name = cleanName('site', settings.name)
  if (gatewayOrigin !== null) return { name, ...gatewayColumns(gatewayOrigin, settings) }
  const { jwksUri } = settings
  if (jwks !== null && jwksUri !== null)
    throw new Refusal('invalid_input', 'Give the keys of a site, or where it publishes them.')
  return {
    name,
    redirect_uris: cleanUrls('redirect URI', settings.redirectUris, 1),
    post_logout_redirect_uris: cleanUrls(
      'post-logout redirect URI',
      settings.postLogoutRedirectUris,
      0,
    ),
    backchannel_logout_uri:
      logout === null ? null : cleanServerUrl('back-channel logout URI', logout),
    initiate_login_uri: start === null ? null : cleanUrl('start address', start),
    jwks: jwks === null ? null : cleanKeys(jwks),
    jwks_uri: jwksUri === null ? null : cleanServerUrl('JWKS URI', jwksUri),
    refresh_tokens: settings.refreshTokens,
    par_required: settings.parRequired,
    directory_access: settings.directoryAccess,
    gateway_origin: null,
  }
}

/** Of an OpenID client alone. */
const SWITCHES = ['refreshTokens', 'parRequired', 'directoryAccess'] as const

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
    others.jwksUri ??
    (others.jwks === null ? undefined : 'jwks') ??
    SWITCHES.find((name) => others[name])
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
    jwks_uri: null,
    refresh_tokens: false,
    par_required: false,
    directory_access: false,
    gateway_origin: origin,
  }
}
