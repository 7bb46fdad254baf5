/**
 * The operator onboards a customer: the command gives the three values, and what the customer gives
 * in turn is entered. The customer's administrator enters the values at their Okta.
 */
import type { App } from '../../simulator/index.ts'
import { check } from '../checks.ts'
import type { Customer } from '../world.ts'
import type { Handover, Stage, Tenant } from './stage.ts'

/** The app at Okta that is let in by OAuth: it has a name, and so an address, before it is there. */
export const OAUTH_APP = 'rollcall-oauth'

export async function onboard(
  stage: Stage,
  customer: Customer,
  kind: App['kind'],
): Promise<Tenant> {
  const { admin, fact } = stage
  const { name, okta, site } = customer
  const itAdmin = okta.hire({ givenName: 'Ada', familyName: 'Min', title: 'IT administrator' })
  const handover = await onboardByCommand(stage, customer, itAdmin.login)
  const { connections } = await admin.readTenant({ tenant: name })
  const [connection] = connections
  check(
    `${name} has a connection that its BaseUrl names`,
    handover.scim.baseUrl.split('/').at(-1),
    connection?.id,
  )
  if (!connection) throw new Error(`${name} has no connection.`)

  const oidcApplication = okta.registerOidcApp({ redirectUris: [connection.callbackUrl] })
  const changed = await admin.changeConnection({
    tenant: name,
    connection: connection.id,
    oidcApplication,
  })
  check(`${name}'s OIDC application is entered`, changed.issuer, okta.issuer)
  const registered = await admin.createSite({
    tenant: name,
    name: site.name,
    redirectUris: [site.redirectUri],
    postLogoutRedirectUris: [site.postLogoutRedirectUri],
    backchannelLogoutUri: site.backchannelLogoutUri,
  })
  check(`the site belongs to ${name}'s Authority`, registered.authority, handover.client.authority)
  site.configure({
    authority: registered.authority,
    clientId: registered.id,
    clientSecret: registered.clientSecret ?? '',
  })

  const { baseUrl, token } = handover.scim
  const auth = { mode: 'bearer', token } as const
  const app = okta.addApp({ name: 'rollcall', kind, baseUrl, auth, pace: 'full' })
  fact(
    `${name}: its OIDC application, the site "${site.name}" and an ${kind.toUpperCase()} app at Okta are set up`,
  )
  return {
    ...customer,
    connectionId: connection.id,
    label: connection.label,
    handover,
    app,
    itAdmin,
  }
}

async function onboardByCommand(
  { server, say }: Stage,
  { name, okta }: Customer,
  adminLogin: string,
): Promise<Handover> {
  const redirectUri = okta.oauthRedirectUriFor(OAUTH_APP)
  const words = ['tenant', 'onboard', name, '--admin', adminLogin, '--redirect-uri', redirectUri]
  const printed = await server.rollcall(...words, '--json')
  say(`$ npm run rollcall -- ${words.join(' ')} --json`)
  say(printed.trim().replace(/("(?:clientSecret|token)": ".{8})[^"]*/g, '$1…'))
  // The command prints what its contract says; a test of its own holds it to that.
  return JSON.parse(printed) as Handover
}

/** Which claim of whose tokens names a person: without it nobody of that issuer gets in. */
export async function mapClaim({ admin, fact }: Stage, { name, okta }: Customer): Promise<void> {
  const mapping = await admin.createClaimTypeMapping({ tenant: name, issuer: okta.issuer })
  check(`${name}'s claim type mapping is for its Okta`, mapping.issuer, okta.issuer)
  fact(`${name}: ${mapping.claimType} of ${mapping.issuer} is compared with ${mapping.matches}`)
}

/** A token is good at its own address only. */
export async function tokenIsNoOthers({ fact }: Stage, one: Tenant, other: Tenant): Promise<void> {
  const answer = await fetch(`${other.handover.scim.baseUrl}/Users?count=1`, {
    headers: { authorization: `Bearer ${one.handover.scim.token}` },
  })
  check(`${one.name}'s token at ${other.name}'s BaseUrl`, answer.status, 401)
  fact(`${one.name}'s token is refused at ${other.name}'s BaseUrl`)
}
