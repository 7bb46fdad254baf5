/**
 * A simulated Okta: one organisation with its people, its sign-in side and its provisioning side.
 *
 * The two sides know nothing of each other, as at Okta: who may sign in is decided by whether they
 * are active here, what an application is told over SCIM by what was assigned to it.
 */
import { type Apps, createApps } from './apps.ts'
import { addControl } from './control/control.ts'
import { type AuthorizationServer, createOpenid, type Openid } from './openid/openid.ts'
import { createOrg, type Org } from './org.ts'
import { createRoutes, listen } from './server.ts'
import { createStaff, type Staff } from './staff.ts'

export interface OktaSettings {
  /** The same seed gives the same people, ids and passwords. */
  readonly seed: string
  /** The organisation's e-mail domain; its first label is its name. */
  readonly domain: string
  /** Any free one unless told. */
  readonly port?: number
}

export interface Okta
  extends Apps, Staff, AuthorizationServer, Pick<Openid, 'createAuthorizationServer'> {
  /** The address of the organisation, and its issuer. */
  readonly url: string
  readonly org: Org
  readonly close: () => Promise<void>
}

/** Starts it on loopback. */
export async function createOkta({ seed, domain, port = 0 }: OktaSettings): Promise<Okta> {
  const listening = await listen(port)
  const { url } = listening
  const org = createOrg({ domain })
  const openid = await createOpenid({ url, owner: ownerOf(domain), org })
  const apps = createApps({ url, org })
  const staff = createStaff({ seed, org, apps: apps.apps, endSessions: openid.endSessions })

  const routes = await createRoutes()
  openid.addLoginPage(routes)
  const okta = {
    url,
    issuer: openid.issuer,
    org,
    registerOidcApp: openid.registerOidcApp,
    createAuthorizationServer: openid.createAuthorizationServer,
    ...apps,
    ...staff,
    close: async () => {
      for (const app of apps.apps) app.close()
      await listening.close()
    },
  }
  addControl(routes, okta)
  await listening.serve(routes, openid.answer)
  return okta
}

/** `acme.example` -> `Acme`. */
function ownerOf(domain: string): string {
  const [label = domain] = domain.split('.')
  return `${label.charAt(0).toUpperCase()}${label.slice(1)} · simulated Okta`
}
