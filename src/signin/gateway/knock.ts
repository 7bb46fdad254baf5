/** One request at a door of the gateway, and what the doors share: the site, its cookies, its rows. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AdapterPayload } from 'oidc-provider'
import { hashSecret, type TenantId } from '../../lib/index.ts'
import type { Client } from '../../tenants/index.ts'
import { type CookieJar, createCookieJar } from '../cookies.ts'
import type { Given } from '../given.ts'
import type { Payloads } from '../payloads.ts'
import type { At } from '../sign-in.ts'
import type { TakePermit } from '../take-permit.ts'

export type GatewayGiven = Given & { readonly payloads: Payloads }

/** A site that the gateway serves. */
export type GatewaySite = Extract<Client, { kind: 'site' }> & { readonly gatewayOrigin: string }

export interface Knock {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly at: At
  readonly url: URL
  readonly site: GatewaySite
  readonly takePermit: TakePermit
}

export function isGateway(site: Client | undefined): site is GatewaySite {
  return site?.kind === 'site' && site.gatewayOrigin !== null
}

/** What a cookie of the gateway leads to: who came in, through which session at the Authority. */
export function sessionsOf({ payloads }: GatewayGiven, tenantId: TenantId) {
  return payloads.adapter(tenantId, 'GatewaySession')
}

/** Browsers on their way to the Authority and back. */
export function flowsOf({ payloads }: GatewayGiven, tenantId: TenantId) {
  return payloads.adapter(tenantId, 'GatewayFlow')
}

/** Of what the gateway keeps in a row, which is text all of it. */
export function textOf(row: AdapterPayload | undefined, name: string): string | undefined {
  const value = row?.[name]
  return typeof value === 'string' ? value : undefined
}

/** Cookies of the site's own origin. */
export function jarOf({ gatewayOrigin }: GatewaySite): CookieJar {
  return createCookieJar(gatewayOrigin)
}

/** Cookies do not tell ports apart, so the site is in the name. */
export function sessionCookie({ clientId }: GatewaySite): string {
  return `gateway_${clientId.slice(4)}`
}

export function digest(text: string): string {
  return hashSecret(text).toString('hex')
}
