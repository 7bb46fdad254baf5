/** Handlers of the master keys. */
import type { masterKeyRoutes } from '../../contract/index.ts'
import type { ListedKey } from '../../master-keys/index.ts'
import { type Handlers, isoOrNull } from './handlers.ts'

export const masterKeyHandlers: Handlers<typeof masterKeyRoutes> = {
  listMasterKeys: async ({ masterKeys }) => present(await masterKeys.list()),

  retireMasterKey: async ({ masterKeys, actor }, { key }) => {
    await masterKeys.retire(actor, key)
    return present(await masterKeys.list())
  },
}

function present(keys: readonly ListedKey[]) {
  return {
    items: keys.map(({ id, state, valuesWrapped, ...key }) => ({
      ...{ id, state, valuesWrapped },
      sealsFrom: isoOrNull(key.sealsFrom),
      retiredAt: isoOrNull(key.retiredAt),
      countedAt: isoOrNull(key.countedAt),
      hadBy: [...key.hadBy],
      lackedBy: [...key.lackedBy],
    })),
  }
}
