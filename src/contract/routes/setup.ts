/**
 * Setting up one connection: links that an operator hands out, and what a customer's administrator
 * does with one. No account is needed: the link opens a narrow session of its own, in a cookie, which
 * reaches this one connection and nothing else.
 *
 * The secret of a link stands behind the # of its address, so that no server on the way sees it.
 */
import { z } from 'zod'
import {
  connectionId,
  count,
  instant,
  listOf,
  nothing,
  pageOf,
  paging,
  secret,
  tenantRef,
} from '../parts.ts'
import type { Routes } from '../route.ts'
import { token } from './connections.ts'
import { provisioningEntry } from './logs.ts'

const links = '/admin/v1/tenants/{tenant}/connections/{connection}/setup-links'
const at = { tenant: tenantRef, connection: connectionId }

const setupLink = z.object({
  id: z.string(),
  state: z.enum(['live', 'expired', 'revoked']),
  createdBy: z.string().describe('As the audit log names them.'),
  createdAt: instant,
  expiresAt: instant,
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
})

/** As the setup page tells them apart. */
export const PROVIDERS = [
  'okta-catalogue',
  'okta-wizard',
  'entra',
  'onelogin',
  'pingone',
  'jumpcloud',
  'keycloak',
  'authentik',
  'generic',
] as const

/** What turns green, in the order in which it does. */
export const SETUP_FACTS = [
  'reachable',
  'first-request',
  'test-connection',
  'first-person',
  'first-group',
  'first-load',
  'test-sign-in',
] as const

const mistake = z.object({
  code: z.string(),
  words: z.string().describe('What goes wrong, for the administrator.'),
  screen: z.string().describe("Where to change it, in the provider's own words."),
  times: count.describe('Among the latest requests or sign-ins.'),
  lastAt: instant,
  reference: z.string().describe('The latest of those: a request or a sign-in.'),
})

const setupSession = z.object({ csrfToken: z.string(), expiresAt: instant })

export const setup = setupSession.extend({
  tenant: z.object({ name: z.string() }),
  connection: z.object({ id: connectionId, name: z.string(), label: z.string() }),
  provider: z.enum(PROVIDERS).nullable().describe('Null: not chosen yet.'),
  values: z.object({
    authority: z.string(),
    baseUrl: z.string(),
    callbackUrl: z.string(),
    authorizeUrl: z.string(),
    tokenUrl: z.string(),
    provisioningClientId: z.string(),
  }),
  tokens: z.array(token),
  oidcApplication: z.object({
    issuer: z.string().nullable(),
    clientId: z.string().nullable(),
    hasClientSecret: z.boolean(),
  }),
  checklist: z.array(
    z.object({ fact: z.enum(SETUP_FACTS), since: instant.nullable().describe('Null: not yet.') }),
  ),
  mistakes: z.array(mistake),
})

export const setupRoutes = {
  createSetupLink: {
    method: 'POST',
    path: links,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Makes a link by which the customer sets up the connection, shown once.',
    status: 201,
    input: z.strictObject({ ...at, days: z.number().int().min(1).max(30).default(7) }),
    reply: setupLink.extend({ url: secret }),
  },
  listSetupLinks: {
    method: 'GET',
    path: links,
    needs: 'tenant-viewer',
    summary: 'The setup links of a connection, the latest first.',
    input: z.strictObject(at),
    reply: listOf(setupLink),
  },
  revokeSetupLink: {
    method: 'DELETE',
    path: `${links}/{link}`,
    needs: 'tenant-admin',
    summary: 'Refuses a link, and whoever is in by it, from now on.',
    input: z.strictObject({ ...at, link: z.string().min(1).max(64) }),
    reply: setupLink,
  },
  openSetup: {
    method: 'POST',
    path: '/setup/v1/session',
    needs: 'anyone',
    summary: 'Opens the narrow session of a link: what stands behind the # of its address.',
    input: z.strictObject({ link: z.string().min(1).max(200) }),
    reply: setupSession,
  },
  closeSetup: {
    method: 'DELETE',
    path: '/setup/v1/session',
    needs: 'setup-link',
    summary: 'Ends that session.',
    input: z.strictObject({}),
    reply: nothing,
  },
  readSetup: {
    method: 'GET',
    path: '/setup/v1/connection',
    needs: 'setup-link',
    summary: 'How far the setting up has come: values, checklist, mistakes.',
    input: z.strictObject({}),
    reply: setup,
  },
  chooseProvider: {
    method: 'PATCH',
    path: '/setup/v1/connection',
    needs: 'setup-link',
    summary: 'Says which identity provider it is, and as which kind of app.',
    input: z.strictObject({ provider: z.enum(PROVIDERS) }),
    reply: setup,
  },
  setSetupApplication: {
    method: 'POST',
    path: '/setup/v1/oidc-application',
    needs: 'setup-link',
    summary: 'Tries the sign-in application at the provider, and keeps it if it is good.',
    input: z.strictObject({
      issuer: z.string().min(1).max(2048),
      clientId: z.string().min(1).max(512),
      clientSecret: z.string().min(1).max(4096),
    }),
    reply: setup.extend({
      client: z
        .enum(['accepted', 'unknown'])
        .describe('Whether the provider accepted id and secret; unknown: it did not say.'),
    }),
  },
  mintSetupToken: {
    method: 'POST',
    path: '/setup/v1/tokens',
    needs: 'setup-link',
    summary: 'Makes a token, shown once; the one before goes on for the overlap.',
    status: 201,
    input: z.strictObject({ overlapHours: z.number().min(1).max(720).default(168) }),
    reply: token.extend({ token: secret }),
  },
  listSetupLog: {
    method: 'GET',
    path: '/setup/v1/provisioning-log',
    needs: 'setup-link',
    summary: 'SCIM requests of the connection and what became of them, latest first.',
    input: z.strictObject({ ...paging, outcome: z.enum(['ok', 'refused', 'failed']).optional() }),
    reply: pageOf(provisioningEntry),
  },
} as const satisfies Routes
