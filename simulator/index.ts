/**
 * The simulator: an identity provider to be synced from, a site to sign in at, a browser to do it.
 *
 * It behaves like the real ones, not like friendly ones, and shares no code with the server: a rule
 * misread there must not be misread here too.
 */
export type {
  App,
  AppAuth,
  AppSettings,
  OauthClient,
  Outcome,
  RecordedExchange,
  Task,
  Write,
} from './app.ts'
export type { NewApp } from './apps.ts'
export { type Browser, createBrowser, type VisitedPage } from './browser.ts'
export { createOkta, type Okta, type OktaSettings } from './okta.ts'
export type { AuthorizationServer, OidcApp, OidcAppRequest } from './openid/openid.ts'
export type { Group, Org, Person } from './org.ts'
export type { Pace } from './scim/index.ts'
export type { LogoutReceived } from './site/routes.ts'
export { createSite, type Site } from './site/site.ts'
export type { NewPerson } from './staff.ts'
