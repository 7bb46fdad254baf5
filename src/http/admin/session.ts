/** Handlers of getting in, and of who is signed in. */
import type { sessionRoutes } from '../../contract/index.ts'
import {
  type Administrator,
  csrfTokenOf,
  endsAt,
  freshUntil,
  type Opened,
} from '../../operators/index.ts'
import type { AdminParts, Handlers } from './handlers.ts'
import { iso } from './handlers.ts'

export const sessionHandlers: Handlers<typeof sessionRoutes> = {
  readSignInWays: async ({ operators, publicUrl }) => ({
    publicUrl,
    firstOperator: await operators.awaitsFirstOperator(),
    providers: (await operators.listProviders()).map(({ connectionId, name }) => ({
      connection: connectionId,
      name,
    })),
  }),

  readSession: (parts) => {
    const { session, handle = '' } = parts.visit
    return presentSession(parts, { session: session(), handle })
  },

  signIn: async (parts, credentials) => {
    const { operators, visit } = parts
    const opened = await operators.signIn(credentials, visit, visit.handle)
    visit.keep(opened)
    return presentSession(parts, opened)
  },

  signOut: async ({ operators, visit }) => {
    const { administrator, sessionId } = visit.session()
    await operators.endSession(administrator, sessionId, visit)
    visit.forget()
  },

  beginFirstOperator: ({ operators }, { code, ...chosen }) =>
    operators.beginEnrolment(code, chosen),

  completeEnrolment: async (parts, { enrolment, totp }) => {
    const { operators, visit } = parts
    const { recoveryCodes, ...opened } = await operators.completeEnrolment(enrolment, totp, visit)
    visit.keep(opened)
    return { ...(await presentSession(parts, opened)), recoveryCodes }
  },
}

export async function presentSession(parts: AdminParts, { session, handle }: Opened) {
  const until = freshUntil(session)
  return {
    administrator: await presentAdministrator(parts, session.administrator),
    fresh: until > parts.clock(),
    freshUntil: iso(until),
    expiresAt: iso(endsAt(session)),
    csrfToken: csrfTokenOf(handle),
  }
}

async function presentAdministrator({ tenants }: AdminParts, given: Administrator) {
  const { administratorId: id, name, email, role, tenantId } = given
  const tenant = tenantId === null ? undefined : await tenants.readTenant(tenantId)
  return {
    ...{ id, name, email, role },
    tenant: tenant === undefined ? null : { id: tenant.tenantId, name: tenant.name },
  }
}
