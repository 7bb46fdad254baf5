/**
 * Setting up one connection, by a setup link: what a customer's administrator sees and does. No account is
 * needed: the link opens a narrow session of its own, in a cookie, which reaches this one connection and
 * nothing else.
 */
import { z } from 'zod'
import {
  connectionId,
  count,
  instant,
  nothing,
  pageOf,
  paging,
  secret,
  signInId,
} from '../parts.ts'
import type { Routes } from '../route.ts'
import { token } from './connections.ts'
import { domain } from './domains.ts'
import { provisioningEntry } from './logs.ts'

const domainName = z.string().min(1).max(253)

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

const signInTest = z.object({
  reference: signInId,
  state: z.enum(['waiting', 'passed', 'failed', 'expired']),
  startedAt: instant,
  steps: z.array(z.object({ step: z.string(), at: instant })),
  code: z.string().nullable().describe('Of the refusal that a test failed with.'),
  message: z.string().nullable().describe('What that refusal says, for the administrator.'),
  said: z.string().nullable().describe('What the identity provider said with it, word for word.'),
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
    jwksUrl: z.string(),
    authorizeUrl: z.string(),
    tokenUrl: z.string(),
    provisioningClientId: z.string(),
  }),
  tokens: z.array(token).describe('Tokens and grants of OAuth, the latest first.'),
  oidcApplication: z.object({
    issuer: z.string().nullable(),
    clientId: z.string().nullable(),
    hasClientSecret: z.boolean(),
    authentication: z.enum(['client_secret', 'private_key_jwt']),
  }),
  domains: z.array(domain),
  signInTest: signInTest.nullable().describe('The latest.'),
  provisioning: z
    .object({
      requests: count,
      refused: count,
      failed: count,
      lastAt: instant.nullable(),
    })
    .describe('Of the latest 200 requests within a day.'),
  checklist: z.array(
    z.object({ fact: z.enum(SETUP_FACTS), since: instant.nullable().describe('Null: not yet.') }),
  ),
  mistakes: z.array(mistake),
})

export const setupRoutes = {
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
      clientSecret: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe('Left out: we sign with our own key, which the provider knows by jwksUrl.'),
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
  retireSetupToken: {
    method: 'DELETE',
    path: '/setup/v1/tokens/{token}',
    needs: 'setup-link',
    summary: 'Refuses a token from now on, if it was never used or another was used later.',
    input: z.strictObject({ token: z.string().min(1).max(64) }),
    reply: token,
  },
  allowSetupOauth: {
    method: 'POST',
    path: '/setup/v1/oauth-clients',
    needs: 'setup-link',
    summary:
      'Lets the provider get its tokens by OAuth: a new client secret, shown once; the one before is refused at once.',
    status: 201,
    input: z.strictObject({
      callback: z
        .string()
        .min(1)
        .max(2048)
        .describe('Where the provider is returned to: its address, or the name of an app at Okta.'),
      administrator: z
        .string()
        .min(1)
        .max(512)
        .describe('Who may consent, by the name that their sign-in shows.'),
    }),
    reply: z.object({ clientId: z.string(), clientSecret: secret }),
  },
  addSetupDomain: {
    method: 'POST',
    path: '/setup/v1/domains',
    needs: 'setup-link',
    summary: 'Claims a domain for the connection; it counts once it is verified.',
    status: 201,
    input: z.strictObject({ domain: domainName }),
    reply: domain,
  },
  verifySetupDomain: {
    method: 'POST',
    path: '/setup/v1/domains/{domain}/verifications',
    needs: 'setup-link',
    summary: 'Looks for the record in the DNS, and says what is there instead.',
    input: z.strictObject({ domain: domainName }),
    reply: domain,
  },
  removeSetupDomain: {
    method: 'DELETE',
    path: '/setup/v1/domains/{domain}',
    needs: 'setup-link',
    summary: 'Gives a domain of the connection up.',
    input: z.strictObject({ domain: domainName }),
    reply: nothing,
  },
  testSetupSignIn: {
    method: 'POST',
    path: '/setup/v1/sign-in-tests',
    needs: 'setup-link',
    summary: 'An address by which somebody signs in as themselves, to try; no session is opened.',
    status: 201,
    input: z.strictObject({}),
    reply: z.object({ reference: signInId, url: secret, endsAt: instant }),
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
