/**
 * Administrators who sign in by OpenID Connect. The page goes where `redirectTo` says and keeps `flow` for
 * itself (session storage); back at `/console/sign-in/return` it hands in both `flow` and its own address.
 */
import { z } from 'zod'
import { connectionId, instant, listOf, nothing, tenantId, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'
import { session } from './session.ts'

const provider = z.object({
  connection: connectionId,
  tenantId,
  name: z.string(),
  createdAt: instant,
})
const sentAway = z.object({ redirectTo: z.string(), flow: z.string() })

export const signInProviderRoutes = {
  sendToProvider: {
    method: 'POST',
    path: '/admin/v1/session/oidc',
    needs: 'anyone',
    summary: 'Begins to sign in at the identity provider of a connection.',
    input: z.strictObject({ connection: connectionId }),
    reply: sentAway,
  },
  returnFromProvider: {
    method: 'POST',
    path: '/admin/v1/session/oidc/returns',
    needs: 'anyone',
    summary: 'Signs in whoever comes back from there; or links them, where they asked to be.',
    input: z.strictObject({
      flow: z.string().min(1).max(100),
      address: z.string().min(1).max(8000),
    }),
    reply: session,
  },
  sendToLink: {
    method: 'POST',
    path: '/admin/v1/session/oidc/links',
    needs: 'signed-in',
    fresh: true,
    summary: 'Begins to link who one is at the identity provider of a connection.',
    input: z.strictObject({ connection: connectionId }),
    reply: sentAway,
  },
  nameSignInProvider: {
    method: 'POST',
    path: '/admin/v1/sign-in-providers',
    needs: 'operator',
    fresh: true,
    summary: 'Lets administrators of the platform sign in through a connection, under a name.',
    status: 201,
    input: z.strictObject({
      tenant: tenantRef,
      connection: connectionId,
      name: z.string().trim().min(1).max(100),
    }),
    reply: provider,
  },
  listSignInProviders: {
    method: 'GET',
    path: '/admin/v1/sign-in-providers',
    needs: 'operator-read',
    summary: 'The connections that administrators of the platform may sign in through.',
    input: z.strictObject({}),
    reply: listOf(provider),
  },
  removeSignInProvider: {
    method: 'DELETE',
    path: '/admin/v1/sign-in-providers/{connection}',
    needs: 'operator',
    fresh: true,
    summary: 'Ends that.',
    input: z.strictObject({ connection: connectionId }),
    reply: nothing,
  },
} as const satisfies Routes
