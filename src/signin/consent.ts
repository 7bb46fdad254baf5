/**
 * Consent to provisioning: the administrator whom the customer named says yes or no to Okta's
 * getting, from then on, access tokens for the SCIM root of one connection (SEC T-10).
 */
import { Refusal, type TenantId } from '../lib/index.ts'
import type { Connection } from '../tenants/index.ts'
import { PROVISIONING_SCOPES } from './clients.ts'
import { consentPage, type Page } from './pages/index.ts'
import { type Interaction, keep } from './refused.ts'
import type { At, Next, SignInGiven } from './sign-in.ts'

/** The question to the administrator. */
export async function askConsent(
  given: SignInGiven,
  { tenantId }: At,
  interaction: Interaction,
): Promise<Page> {
  const { tenants } = given
  const tenant = await tenants.readTenant(tenantId)
  const connection = await connectionAsked(given, tenantId, interaction)
  return consentPage({
    tenant: tenant?.name ?? tenantId,
    connection: connection.name,
    administrator: await namedAdministrator(given, tenantId, connection, interaction),
    returnsTo: String(interaction.params['redirect_uri']),
  })
}

/** The answer; a no is told to the identity provider as OAuth has it. */
export async function answerConsent(
  given: SignInGiven,
  { tenantId, provider }: At,
  interaction: Interaction,
  isAllowed: boolean,
): Promise<Next> {
  if (!isAllowed) {
    const error_description = 'the administrator did not allow provisioning'
    await keep(interaction, { error: 'access_denied', error_description })
    return { to: interaction.returnTo }
  }
  const connection = await connectionAsked(given, tenantId, interaction)
  const administrator = await namedAdministrator(given, tenantId, connection, interaction)
  const clientId = String(interaction.params['client_id'])
  const accountId = interaction.session?.accountId ?? ''
  const grant = new provider.Grant({ clientId, accountId })
  // Of our own making, so that what is listed, what the log names and what is issued for it are one.
  const grantId = given.newId('gra')
  grant.jti = grantId
  grant.addOIDCScope(PROVISIONING_SCOPES.join(' '))
  await grant.save()
  await given.grants.allow(tenantId, given.newId('req'), {
    grantId,
    accountId,
    connectionId: connection.connectionId,
    administrator,
    clientId,
    redirectUri: String(interaction.params['redirect_uri']),
  })
  await keep(interaction, { ...interaction.lastSubmission, consent: { grantId } })
  return { to: interaction.returnTo }
}

async function connectionAsked(
  { tenants }: SignInGiven,
  tenantId: TenantId,
  { params }: Interaction,
): Promise<Connection> {
  const client = await tenants.readClient(tenantId, String(params['client_id']))
  if (client?.kind !== 'provisioning')
    throw new Refusal('flow_expired', 'Only provisioning asks for consent.')
  return tenants.readConnection(tenantId, client.connectionId)
}

/** Whom the sign-in just before showed; they may have been taken off the list since. */
async function namedAdministrator(
  { tenants }: SignInGiven,
  tenantId: TenantId,
  { connectionId }: Connection,
  { lastSubmission }: Interaction,
): Promise<string> {
  const name: unknown = lastSubmission?.['administrator']
  if (typeof name === 'string' && (await tenants.isTenantAdmin(tenantId, connectionId, name)))
    return name
  throw new Refusal('not_permitted', 'Whoever consents must be named as an administrator.')
}
