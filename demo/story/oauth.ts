/**
 * Provisioning authorised by OAuth 2.0: the customer's administrator lets Okta in at the Authority, and
 * Okta renews what it was given and works with it.
 */
import { createBrowser } from '../../simulator/index.ts'
import { check, Mismatch, until } from '../checks.ts'
import { OAUTH_APP } from './onboarding.ts'
import { done } from './provisioning.ts'
import { identityOf, type Stage, type Tenant } from './stage.ts'
import { passOkta, told } from './visit.ts'

export async function provisionByOauth(stage: Stage, tenant: Tenant): Promise<void> {
  const { okta, handover, itAdmin } = tenant
  const { authority, clientId, clientSecret, scope } = handover.client
  const { baseUrl } = handover.scim
  const auth = { mode: 'oauth' } as const
  const app = okta.addApp({ name: OAUTH_APP, kind: 'oin', baseUrl, auth, pace: 'full' })
  check('where the Authority returns to', handover.client.redirectUri, app.oauthRedirectUri)

  const { authorizeUrl } = await app.startOauth({ authority, clientId, clientSecret, scope })
  const browser = createBrowser()
  await browser.open(authorizeUrl)
  await passOkta(browser, itAdmin)
  await browser.submit({}, { button: 'Allow' })
  if (!app.oauth.connected)
    throw new Mismatch('Okta is let in', `to be back at ${okta.url}`, told(browser.page))
  stage.fact(`${itAdmin.login} signed in through Okta and allowed it to provision`)

  done(await app.test())
  await app.refreshOauth()
  check('how often the token was renewed', app.oauth.refreshes, 1)
  const joiner = okta.hire({ givenName: 'Olu', familyName: 'Authié' })
  done(await app.assign(joiner))
  const { id, state } = await until(
    `${joiner.login} is loaded`,
    'an identity',
    () => identityOf(stage, tenant, joiner),
    () => true,
  )
  check(
    `${joiner.login}'s identity`,
    { id: id.slice(4), state },
    { id: app.scimIdOf(joiner)?.slice(4), state: 'active' },
  )
  stage.fact(`with the renewed token ${joiner.displayName} is provisioned and loaded`)
}
