/** Handlers of administrators, invitations, keys, and one's own account. */
import type { administratorRoutes } from '../../contract/index.ts'
import type { TenantId } from '../../lib/index.ts'
import type { Administrator, Invitation, Key, Session } from '../../operators/index.ts'
import type { Tenants } from '../../tenants/index.ts'
import { type Handlers, iso, isoOrNull, page } from './handlers.ts'

export const administratorHandlers: Handlers<typeof administratorRoutes> = {
  listAdministrators: async ({ operators, tenants }, { tenant, limit, after }) => {
    const rows = await operators.listAdministrators(await placeOf(tenants, tenant), {
      limit: limit + 1,
      after,
    })
    return page(rows, limit, (row) => row.administratorId, presentAdministrator)
  },

  changeAdministrator: async (
    { operators, tenants, actor },
    { tenant, administrator, ...change },
  ) =>
    presentAdministrator(
      await operators.changeAdministrator(
        actor,
        await placeOf(tenants, tenant),
        administrator,
        change,
      ),
    ),

  removeAdministrator: async ({ operators, tenants, actor }, { tenant, administrator }) => {
    await operators.removeAdministrator(actor, await placeOf(tenants, tenant), administrator)
  },

  resetAdministrator: async ({ operators, tenants, actor, clock }, { tenant, administrator }) => {
    const place = await placeOf(tenants, tenant)
    const made = await operators.resetAdministrator(actor, place, administrator)
    return { ...presentInvitation(made, clock()), url: made.url }
  },

  endSessionsOf: async ({ operators, tenants, actor }, { tenant, administrator }) => {
    await operators.endSessionsOf(actor, await placeOf(tenants, tenant), administrator)
  },

  inviteAdministrator: async ({ operators, tenants, actor, clock }, { tenant, ...whom }) => {
    const made = await operators.invite(actor, await placeOf(tenants, tenant), whom)
    return { ...presentInvitation(made, clock()), url: made.url }
  },

  listInvitations: async ({ operators, tenants, clock }, { tenant }) => {
    const rows = await operators.listInvitations(await placeOf(tenants, tenant))
    return { items: rows.map((row) => presentInvitation(row, clock())) }
  },

  revokeInvitation: async ({ operators, tenants, actor, clock }, { tenant, invitation }) =>
    presentInvitation(
      await operators.revokeInvitation(actor, await placeOf(tenants, tenant), invitation),
      clock(),
    ),

  acceptInvitation: ({ operators }, { code, password }) =>
    operators.beginEnrolment(code, { password }),

  createKey: async ({ operators, tenants, actor, clock }, { tenant, ...asked }) => {
    const made = await operators.createKey(actor, await placeOf(tenants, tenant), asked)
    return { ...presentKey(made, clock()), key: made.token }
  },

  listKeys: async ({ operators, tenants, clock }, { tenant }) => {
    const keys = await operators.listKeys(await placeOf(tenants, tenant))
    return { items: keys.map((key) => presentKey(key, clock())) }
  },

  revokeKey: async ({ operators, tenants, actor, clock }, { tenant, key }) =>
    presentKey(await operators.revokeKey(actor, await placeOf(tenants, tenant), key), clock()),

  listSessions: async ({ operators, visit }) => {
    const { administrator, sessionId } = visit.session()
    const sessions = await operators.listSessions(administrator.administratorId)
    return { items: sessions.map((each) => presentOpen(each, sessionId)) }
  },

  endSession: async ({ operators, visit }, { session }) => {
    await operators.endSession(visit.session().administrator, session, visit)
  },

  changePassword: async ({ operators, visit }, { password }) => {
    await operators.changePassword(visit.session(), password, visit)
  },

  renewRecoveryCodes: async ({ operators, visit }) => ({
    recoveryCodes: await operators.renewRecoveryCodes(visit.session(), visit),
  }),
}

/** The tenant that is named; null, the platform, where none is. */
async function placeOf(
  tenants: Pick<Tenants, 'findTenant'>,
  named: string | undefined,
): Promise<TenantId | null> {
  return named === undefined ? null : (await tenants.findTenant(named)).tenantId
}

function presentAdministrator(given: Administrator) {
  const { administratorId: id, name, email, role, createdAt, disabledAt, lastSignedInAt } = given
  return {
    ...{ id, name, email, role },
    createdAt: iso(createdAt),
    disabledAt: isoOrNull(disabledAt),
    lastSignedInAt: isoOrNull(lastSignedInAt),
  }
}

function presentInvitation(row: Invitation, now: Date) {
  const { role, name, email } = row
  const open = row.expires_at <= now ? 'expired' : 'open'
  const unused = row.revoked_at === null ? open : 'revoked'
  return {
    ...{ id: row.invitation_id, role, name, email, renews: row.administrator_id },
    state: row.used_at === null ? unused : 'used',
    invitedBy: row.invited_by,
    createdAt: iso(row.created_at),
    expiresAt: iso(row.expires_at),
  } as const
}

function presentKey(key: Key, now: Date) {
  const { keyId: id, name, role, tenantId, createdBy, createdAt, expiresAt, revokedAt } = key
  const live = key.isHeld ? 'held' : 'live'
  const ended = expiresAt !== null && expiresAt <= now ? 'expired' : live
  return {
    ...{ id, name, role, tenantId, createdBy },
    state: revokedAt === null ? ended : 'revoked',
    createdAt: iso(createdAt),
    expiresAt: isoOrNull(expiresAt),
    revokedAt: isoOrNull(revokedAt),
    lastUsedAt: isoOrNull(key.lastUsedAt),
  } as const
}

function presentOpen(open: Omit<Session, 'administrator'>, current: string) {
  const { sessionId: id, method, address, userAgent, createdAt, lastUsedAt, expiresAt } = open
  return {
    ...{ id, method, address, userAgent, isThis: id === current },
    createdAt: iso(createdAt),
    lastUsedAt: iso(lastUsedAt),
    expiresAt: iso(expiresAt),
  }
}
