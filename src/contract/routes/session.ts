/**
 * Getting in: the first operator, signing in and out, and who is signed in.
 *
 * A browser keeps its session in a cookie that it cannot read. What it writes carries the header
 * `X-Rollcall-Console` with the session's `csrfToken`, or with anything while there is none yet.
 */
import { z } from 'zod'
import { connectionId, instant, nothing, secret, tenantId } from '../parts.ts'
import { ROLES } from '../rights.ts'
import type { Routes } from '../route.ts'

export const administrator = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  tenant: z
    .object({ id: tenantId, name: z.string() })
    .nullable()
    .describe('The one they are bound to.'),
})

export const session = z.object({
  administrator,
  fresh: z.boolean().describe('Whether what is dangerous may be done without signing in again.'),
  freshUntil: instant,
  expiresAt: instant.describe('When it ends if nothing is done any more.'),
  csrfToken: z.string().describe('For the header X-Rollcall-Console.'),
})

export const password = z.string().min(1).max(256)
const email = z.email().max(254)
/** Six digits of now. */
const totp = z.string().regex(/^\d{6}$/, 'six digits')

export const enrolment = z.object({
  enrolment: z.string().describe('To complete it with, within ten minutes.'),
  totp: z
    .object({ secret: z.string(), uri: z.string() })
    .describe('What to enter or scan in an authenticator app. Shown once.'),
})

export const sessionRoutes = {
  readSignInWays: {
    method: 'GET',
    path: '/admin/v1/session/ways',
    needs: 'anyone',
    summary: 'Whether the first operator is still to come, and where the platform signs in.',
    input: z.strictObject({}),
    reply: z.object({
      publicUrl: z.url().describe('What the world calls the server. Passkeys are bound to it.'),
      firstOperator: z.boolean(),
      providers: z.array(z.object({ connection: connectionId, name: z.string() })),
    }),
  },
  readSession: {
    method: 'GET',
    path: '/admin/v1/session',
    needs: 'signed-in',
    summary: 'Who is signed in.',
    input: z.strictObject({}),
    reply: session,
  },
  signIn: {
    method: 'POST',
    path: '/admin/v1/session',
    needs: 'anyone',
    summary: 'Signs in by password and the code of the authenticator app, or a recovery code.',
    input: z.strictObject({
      email: z.string().min(1).max(254),
      password,
      totp: totp.optional(),
      recoveryCode: z.string().min(1).max(40).optional(),
    }),
    reply: session,
  },
  signOut: {
    method: 'DELETE',
    path: '/admin/v1/session',
    needs: 'signed-in',
    summary: 'Ends the session.',
    input: z.strictObject({}),
    reply: nothing,
  },
  beginFirstOperator: {
    method: 'POST',
    path: '/admin/v1/first-operator',
    needs: 'anyone',
    summary: 'Begins with the code that the server printed at its first start.',
    input: z.strictObject({
      code: z.string().min(1).max(100),
      name: z.string().min(1).max(100),
      email,
      password,
    }),
    reply: enrolment,
  },
  completeEnrolment: {
    method: 'POST',
    path: '/admin/v1/enrolments',
    needs: 'anyone',
    summary: 'Shows that the authenticator app is set up: makes the administrator, and signs in.',
    status: 201,
    input: z.strictObject({ enrolment: z.string().min(1).max(100), totp }),
    reply: session.extend({
      recoveryCodes: z.array(secret).describe('Each lets in once, instead of a code of the app.'),
    }),
  },
} as const satisfies Routes
