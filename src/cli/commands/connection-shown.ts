/** A connection as a terminal shows it. */
import type { AdminClient } from '../../contract/index.ts'

type Shown = Awaited<ReturnType<AdminClient['changeConnection']>>

export function stateOf({ disabledAt }: { disabledAt: string | null }): string {
  return disabledAt === null ? 'enabled' : `disabled since ${disabledAt}`
}

export function pairsOf(shown: Shown): (readonly [string, unknown])[] {
  return [
    ['Id', shown.id],
    ['Name', shown.name],
    ['Kind', shown.kind],
    ['Label', shown.label],
    ['State', stateOf(shown)],
    ['Base URL', shown.baseUrl],
    ['Sign-in redirect URI', shown.callbackUrl],
    ['Issuer', shown.issuer],
    ['Client ID', shown.clientId],
    ['Client secret is kept', shown.hasClientSecret],
    ['Authentication', shown.authentication],
    ['Internal hosts', shown.internalHosts],
    ['JWKS URL', shown.jwksUrl],
    ['Global token revocation URL', shown.globalTokenRevocationUrl],
    ['Security events URL', shown.securityEventsUrl],
    ['Back-channel logout URL', shown.backchannelLogoutUrl],
  ]
}

export function pairsOfClient(
  client: Awaited<ReturnType<AdminClient['changeProvisioningClient']>>,
): (readonly [string, unknown])[] {
  return [
    ['OAuth client ID', client.clientId],
    ['OAuth redirect URIs', client.redirectUris],
    ['Gets tokens by itself', client.clientCredentials],
    ['Shows who it is by', client.jwks === null ? 'its secret' : 'its keys'],
    ['Used by itself', client.lastUsedAt],
  ]
}
