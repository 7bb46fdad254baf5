/**
 * Decides which key seals, on every node by the same rows, and has the rest wrapped anew.
 *
 * Each node says which keys it has (`health`), and reads its key file again every few seconds. A key that is newer than the
 * one that seals takes over when all nodes have it, those that went silent too: one that comes back opens whatever
 * was sealed meanwhile. A node that comes says what it has before it looks what is needed; whoever decides that a key
 * takes over looks at the nodes under the lock that the other look takes. So either sees the other.
 */
import type { Transaction } from '../db/index.ts'
import { type Actor, idsOf } from '../lib/index.ts'
import type { Given } from './given.ts'
import { createHolding } from './holding.ts'
import {
  addKey,
  type Keys,
  lockKeys,
  neededOf,
  readKeys,
  retireKey,
  sealingOf,
} from './key-rows.ts'
import { listKeys, type ListedKey, type NodeKeys, seenOf, valuesLeft } from './list.ts'
import { mayRetire, refuseWhatItWraps } from './retiring.ts'
import { createRounds } from './rounds.ts'
import { haveAll, nextOf, takeOver } from './taking-over.ts'

const LOOK_MS = 5_000

export type MasterKeys = ReturnType<typeof createMasterKeys>

export function createMasterKeys(given: Given) {
  const { db, nodes } = given
  let known: Keys = { rows: [], now: new Date(0) }
  const held = createHolding(given, () => known.rows)
  const rounds = createRounds(given, (keys) => (known = keys))
  const settling = createSettling(given, held, {
    get: () => known,
    set: (keys) => (known = keys),
  })
  const { join, settle } = settling
  const bothIn = async (trx: Transaction) => ({
    keys: await readKeys(trx),
    seen: await nodes.listIn(trx),
  })

  async function look(): Promise<void> {
    if (await held.readFile()) await nodes.announce()
    const seen = await settle()
    held.warnOfLacking()
    rounds.beginIfDue(known, seen)
  }

  return {
    /** Before it serves. @throws Error when a key is needed that it has not */
    join,
    /** Reads the file again, and does what is due; what takes long goes on behind it. */
    look,
    /** Wraps anew what is under other keys, now. */
    rewrap: rounds.round,
    ...createLooking(look, join, rounds.stop),

    list: (): Promise<ListedKey[]> =>
      db.platform(async (trx) => {
        const { keys, seen } = await bothIn(trx)
        return listKeys(keys.rows, seen)
      }),

    /**
     * A key that wraps nothing any more is not needed from now on. Retired twice, it stays retired.
     * @throws Refusal `not_found`, `conflict`
     */
    async retire(actor: Actor, keyId: string): Promise<void> {
      const check = async (trx: Transaction) => {
        const { keys, seen } = await bothIn(trx)
        return mayRetire(keys, seen, keyId)
      }
      if (!(await db.platform(check))) return
      refuseWhatItWraps(keyId, (await rounds.count()).get(keyId) ?? 0)
      await db.platform(async (trx) => {
        await lockKeys(trx)
        if (!(await check(trx))) return
        await retireKey(trx, keyId)
        const act = { act: 'keys.master-key.retired', object: keyId, details: {} }
        await given.audit.record(trx, null, actor, act)
      })
      await settle()
    },

    /** How it stands, for the health of the service. */
    seen: () =>
      db.platform(async (trx) => {
        const { keys, seen } = await bothIn(trx)
        return seenOf(keys.rows, seen)
      }),

    /** As of a few seconds ago; undefined while it is not counted. */
    valuesLeft: () => valuesLeft(known.rows),
    /** Needed, and not here. */
    lacking: held.lacking,
  }
}

function createSettling(
  given: Given,
  held: ReturnType<typeof createHolding>,
  known: { readonly get: () => Keys; readonly set: (keys: Keys) => void },
) {
  const { db, masterKey, nodes } = given

  /** Seals with the key that seals here, and lets another take over when its time has come. */
  async function settle(): Promise<readonly NodeKeys[]> {
    const { keys, seen } = await db.platform(async (trx) => ({
      keys: await readKeys(trx),
      seen: await nodes.listIn(trx),
    }))
    const next = nextOf(masterKey, keys.rows)
    const isTime = next !== undefined && haveAll(seen, next)
    known.set(isTime ? await takeOver(given, next) : keys)
    const sealed = masterKey.sealing.id
    masterKey.sealWith(sealingOf(known.get().rows)?.id ?? sealed)
    const hasOthers = await held.keep()
    if (hasOthers || masterKey.sealing.id !== sealed) await nodes.announce()
    return seen
  }

  async function join(): Promise<void> {
    await held.readFile()
    await nodes.announce()
    const keys = await db.platform(async (trx) => {
      await lockKeys(trx)
      const { rows } = await readKeys(trx)
      if (neededOf(rows).length === 0) await addKey(trx, masterKey.sealing.id)
      return readKeys(trx)
    })
    known.set(keys)
    const lacking = held.lacking()
    if (lacking.length > 0) {
      await nodes.leave()
      throw new Error(
        `What is sealed in this database needs the master key ${lacking.join(', ')}, which the key file does not ` +
          `have; it has ${idsOf(masterKey.keys)}. Put the file here that the other nodes have.`,
      )
    }
    await settle()
  }

  return { settle, join }
}

/** Looks again and again. */
function createLooking(
  look: () => Promise<void>,
  join: () => Promise<void>,
  stopRounds: () => Promise<void>,
) {
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let hasEnded = false

  function again(): void {
    if (hasEnded) return
    timer = setTimeout(() => {
      // While the database is away nothing changes, and the file is read again the next time.
      looking = look()
        .catch(() => undefined)
        .finally(again)
    }, LOOK_MS)
  }

  return {
    async start(): Promise<void> {
      await join()
      again()
    },
    async stop(): Promise<void> {
      hasEnded = true
      clearTimeout(timer)
      await looking
      await stopRounds()
    },
  }
}
