/** When another key takes over, and that it does. */
import type { KeyRing } from '../lib/index.ts'
import type { Given } from './given.ts'
import { addKey, type Keys, type KeyRow, lockKeys, readKeys, sealingOf } from './key-rows.ts'
import type { NodeKeys } from './list.ts'

const SYSTEM = { kind: 'system', id: 'master-keys', requestId: 'none' } as const

/** The newest that this process has beyond the one that seals, and that never sealed here. */
export function nextOf({ keys }: KeyRing, rows: readonly KeyRow[]): string | undefined {
  const sealing = sealingOf(rows)
  const newer = keys.slice(keys.findIndex(({ id }) => id === sealing?.id) + 1)
  return newer.findLast(({ id }) => !rows.some((row) => row.id === id))?.id
}

export function haveAll(nodes: readonly NodeKeys[], keyId: string): boolean {
  return nodes.length > 0 && nodes.every(({ keyIds }) => keyIds?.includes(keyId) === true)
}

/** Unless somebody else was first, or a node came that does not have it. @returns how it stands then */
export function takeOver({ db, audit, nodes }: Given, keyId: string): Promise<Keys> {
  return db.platform(async (trx) => {
    await lockKeys(trx)
    const { rows } = await readKeys(trx)
    const isTime = haveAll(await nodes.listIn(trx), keyId)
    if (isTime && !rows.some(({ id }) => id === keyId)) {
      await addKey(trx, keyId)
      await audit.record(trx, null, SYSTEM, {
        act: 'keys.master-key.took-over',
        object: keyId,
        details: { before: sealingOf(rows)?.id },
      })
    }
    return readKeys(trx)
  })
}
