/** Handlers of passkeys. */
import type { passkeyRoutes } from '../../contract/index.ts'
import type { Passkey } from '../../operators/index.ts'
import { type Handlers, iso, isoOrNull } from './handlers.ts'
import { presentSession } from './session.ts'

export const passkeyHandlers: Handlers<typeof passkeyRoutes> = {
  askWithPasskey: async ({ operators }) => ({ options: { ...(await operators.askWithPasskey()) } }),

  signInWithPasskey: async (parts, { answer }) => {
    const { operators, visit } = parts
    const opened = await operators.signInWithPasskey(answer, visit, visit.handle)
    visit.keep(opened)
    return presentSession(parts, opened)
  },

  askForPasskey: async ({ operators, visit }) => ({
    options: { ...(await operators.askForPasskey(visit.session())) },
  }),

  addPasskey: async ({ operators, visit }, { name, answer }) =>
    presentPasskey(await operators.addPasskey(visit.session(), name, answer, visit)),

  listPasskeys: async ({ operators, visit }) => ({
    items: (await operators.listPasskeys(visit.session())).map(presentPasskey),
  }),

  removePasskey: async ({ operators, visit }, { passkey }) => {
    await operators.removePasskey(visit.session(), passkey, visit)
  },
}

function presentPasskey({ passkeyId: id, name, createdAt, lastUsedAt }: Passkey) {
  return { id, name, createdAt: iso(createdAt), lastUsedAt: isoOrNull(lastUsedAt) }
}
