/** Handlers of administrators who sign in by OpenID Connect. */
import type { signInProviderRoutes } from '../../contract/index.ts'
import type { SignInProvider } from '../../operators/index.ts'
import { type Handlers, iso } from './handlers.ts'
import { presentSession } from './session.ts'

export const signInProviderHandlers: Handlers<typeof signInProviderRoutes> = {
  sendToProvider: ({ operators }, { connection }) => operators.sendToProvider(connection),

  returnFromProvider: async (parts, { flow, address }) => {
    const { operators, visit } = parts
    const opened = await operators.returnFromProvider(flow, address, visit, visit.handle)
    visit.keep(opened)
    return presentSession(parts, opened)
  },

  sendToLink: ({ operators, visit }, { connection }) =>
    operators.sendToLink(visit.session(), connection),

  nameSignInProvider: async ({ operators, tenants, actor }, { tenant, connection, name }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.readConnection(tenantId, connection)
    return presentProvider(await operators.nameProvider(actor, tenantId, connection, name))
  },

  listSignInProviders: async ({ operators }) => ({
    items: (await operators.listProviders()).map(presentProvider),
  }),

  removeSignInProvider: async ({ operators, actor }, { connection }) => {
    await operators.removeProvider(actor, connection)
  },
}

function presentProvider({ connectionId: connection, tenantId, name, createdAt }: SignInProvider) {
  return { connection, tenantId, name, createdAt: iso(createdAt) }
}
