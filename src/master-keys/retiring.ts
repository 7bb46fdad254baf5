/** What stands in the way of retiring a key. Pure. */
import { Refusal } from '../lib/index.ts'
import { type Keys, type KeyRow, sealingOf } from './key-rows.ts'
import type { NodeKeys } from './list.ts'

/**
 * Cursors and addresses of connection tests are made by a secret that is derived from the key that seals, and are good for an
 * hour; a node notices within seconds that another key has taken over.
 */
export const RETIRES_AFTER_MS = 65 * 60_000

/** @throws Refusal `not_found`, `conflict`. @returns whether it is still to be retired */
export function mayRetire({ rows, now }: Keys, nodes: readonly NodeKeys[], keyId: string): boolean {
  const row = rows.find(({ id }) => id === keyId)
  if (row === undefined)
    throw new Refusal('not_found', `No key ${keyId} has ever sealed here.`, {
      command: 'master-key list',
    })
  if (row.retiredAt !== null) return false
  if (row === sealingOf(rows))
    throw new Refusal(
      'conflict',
      `${keyId} is the key that seals: another has to take over first.`,
      {
        command: 'master-key add',
      },
    )
  const sealing = nodes.filter(({ sealsWith }) => sealsWith === keyId)
  if (sealing.length > 0)
    throw new Refusal(
      'conflict',
      `${sealing.map(({ name }) => name).join(', ')} may still seal with ${keyId}: retire it once they do not. ` +
        'A node that went silent is forgotten after ten minutes.',
      { command: 'master-key list' },
    )
  const from = new Date(sealedUntil(rows, row).getTime() + RETIRES_AFTER_MS)
  if (now < from)
    throw new Refusal(
      'conflict',
      `What was handed out under ${keyId} is good for an hour more: retire it from ${from.toISOString()} on.`,
    )
  return true
}

/** @throws Refusal `conflict` */
export function refuseWhatItWraps(keyId: string, values: number): void {
  if (values === 0) return
  throw new Refusal(
    'conflict',
    `${keyId} still wraps ${values} ${values === 1 ? 'value' : 'values'}. They are wrapped anew in the background: ` +
      'retire it when none is left.',
    { command: 'master-key list' },
  )
}

/** When the next one took over. */
function sealedUntil(rows: readonly KeyRow[], row: KeyRow): Date {
  return rows[rows.indexOf(row) + 1]?.sealsFrom ?? row.sealsFrom
}
