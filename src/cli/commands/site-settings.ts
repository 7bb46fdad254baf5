/** The settings of a site as words of the command line, the same for `site create` and `site update`. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'

interface Words {
  readonly name?: string
  readonly redirectUri?: string[]
  readonly postLogoutRedirectUri?: string[]
  readonly backchannelLogoutUri?: string | false
  readonly initiateLoginUri?: string | false
  readonly jwks?: string | false
  readonly jwksUri?: string | false
  readonly refreshTokens?: boolean
  readonly parRequired?: boolean
  readonly directoryAccess?: boolean
}

export function addSettings(command: Command): Command {
  return command
    .option('--redirect-uri <uri...>', 'where it takes people back')
    .option('--post-logout-redirect-uri <uri...>', 'where it takes people after signing out')
    .option('--backchannel-logout-uri <uri>', 'where it is told that a session ended')
    .option('--initiate-login-uri <uri>', 'where a sign-in there is started from outside')
    .option('--jwks <file>', 'its public keys as a JWK set (- for the input), instead of a secret')
    .option('--jwks-uri <uri>', 'where it publishes such keys itself')
    .option('--refresh-tokens', 'give it refresh tokens')
    .option('--par-required', 'take its requests pushed only (RFC 9126)')
    .option('--directory-access', 'let it read the people and groups of its tenant')
}

/** What only an update can say: that something is no more. */
export function addTakingAway(command: Command): Command {
  return command
    .option('--no-backchannel-logout-uri', 'tell it no more')
    .option('--no-initiate-login-uri', 'it is started from outside no more')
    .option('--no-jwks', 'take its keys away; rotate-secret gives it a client secret')
    .option('--no-jwks-uri', 'as --no-jwks')
    .option('--no-refresh-tokens', 'give it none')
    .option('--no-par-required', 'take them in the address, too')
    .option('--no-directory-access', 'let it read them no more')
}

export async function settingsOf(words: Words, { readObject }: Context) {
  const { jwks, backchannelLogoutUri, initiateLoginUri } = words
  return {
    name: words.name,
    redirectUris: words.redirectUri,
    postLogoutRedirectUris: words.postLogoutRedirectUri,
    backchannelLogoutUri: backchannelLogoutUri === false ? null : backchannelLogoutUri,
    initiateLoginUri: initiateLoginUri === false ? null : initiateLoginUri,
    jwks: jwks === false ? null : jwks === undefined ? undefined : await readObject<Keys>(jwks),
    jwksUri: words.jwksUri === false ? null : words.jwksUri,
    refreshTokens: words.refreshTokens,
    parRequired: words.parRequired,
    directoryAccess: words.directoryAccess,
  }
}

export interface Keys {
  readonly keys: Record<string, unknown>[]
}
