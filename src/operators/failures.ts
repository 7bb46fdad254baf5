/**
 * Failed sign-ins slow down whoever goes on failing (SEC C-5): an account from an address, an address
 * whatever the account, and an account whatever the address. All nodes see the same counts. An address is
 * the network that one line has.
 *
 * The last does not hold for an address that the account has signed in from before, nor for passkeys and
 * OpenID Connect, so that nobody locks somebody out by failing in their name.
 */
import { sql } from 'kysely'
import { type Clock, fold, hashSecret, networkOf, Refusal } from '../lib/index.ts'
import type { Db, Transaction } from '../db/index.ts'

/** So many are free; then the delay doubles from a second on, up to the most. */
const LIMITS = {
  pair: { free: 4, mostSeconds: 15 * 60 },
  address: { free: 20, mostSeconds: 15 * 60 },
  account: { free: 50, mostSeconds: 60 },
} as const
type Kind = keyof typeof LIMITS
const KINDS = ['pair', 'address', 'account'] as const satisfies readonly Kind[]
/** Whoever has not failed for a day begins anew; a known address is known for as long. */
const FORGET_MS = 24 * 60 * 60_000

export function createFailures({ db, clock }: { db: Db; clock: Clock }) {
  const subjects = (email: string, address: string): Record<Kind, Buffer> => {
    const [name, network] = [fold(email.trim()), networkOf(address)]
    return {
      pair: hashSecret(`pair ${name} ${network}`),
      address: hashSecret(`address ${network}`),
      account: hashSecret(`account ${name}`),
    }
  }

  return {
    /**
     * Counts a try before anybody knows whether it is right, so that of many at the same time no more get
     * through than one after another. What is refused here does not count.
     * @throws Refusal `too_many_requests` while it is too early for another try
     */
    async countTry(email: string, address: string): Promise<void> {
      const of = subjects(email, address)
      const now = clock()
      const forget = new Date(now.getTime() - FORGET_MS)
      await db.platform(async (trx) => {
        // Always in one order, so that two who try at once do not wait for each other in a ring.
        const ordered = Object.values(of).toSorted(Buffer.compare)
        for (const subject of ordered)
          await sql`select pg_advisory_xact_lock(${subject.readBigInt64BE()})`.execute(trx)
        await trx.deleteFrom('sign_in_failure').where('last_at', '<=', forget).execute()
        const rows = await trx
          .selectFrom('sign_in_failure')
          .selectAll()
          .where('subject_hash', 'in', ordered)
          .execute()
        const rowOf = (kind: Kind) => rows.find((row) => row.subject_hash.equals(of[kind]))
        refuseHaste(rowOf, now)
        for (const subject of ordered) await count(trx, subject, now)
      })
    },

    /** Whoever got in is known at that address from now on, and has not failed. */
    async noteSuccess(trx: Transaction, email: string, address: string): Promise<void> {
      const { pair, ...others } = subjects(email, address)
      const last = { failures: 0, last_at: clock() }
      await trx
        .insertInto('sign_in_failure')
        .values({ subject_hash: pair, ...last })
        .onConflict((conflict) => conflict.column('subject_hash').doUpdateSet(last))
        .execute()
      for (const subject of Object.values(others).toSorted(Buffer.compare))
        await trx
          .updateTable('sign_in_failure')
          .set({ failures: sql<number>`greatest(failures - 1, 0)` })
          .where('subject_hash', '=', subject)
          .execute()
    },
  }
}

/** @throws Refusal saying how long to wait */
function refuseHaste(
  rowOf: (kind: Kind) => { readonly failures: number; readonly last_at: Date } | undefined,
  now: Date,
): void {
  const isKnown = rowOf('pair')?.failures === 0
  const waits = KINDS.filter((kind) => kind !== 'account' || !isKnown).map((kind) => {
    const row = rowOf(kind)
    const { free, mostSeconds } = LIMITS[kind]
    const over = (row?.failures ?? 0) - free
    if (row === undefined || over <= 0) return 0
    const delay = Math.min(2 ** Math.min(over - 1, 20), mostSeconds)
    return Math.ceil(delay - (now.getTime() - row.last_at.getTime()) / 1000)
  })
  const retrySeconds = Math.max(...waits)
  if (retrySeconds > 0)
    throw new Refusal(
      'too_many_requests',
      `Signing in failed too often. Wait ${retrySeconds} seconds and try again.`,
      { retrySeconds },
    )
}

async function count(trx: Transaction, subject: Buffer, now: Date): Promise<void> {
  await trx
    .insertInto('sign_in_failure')
    .values({ subject_hash: subject, failures: 1, last_at: now })
    .onConflict((conflict) =>
      conflict.column('subject_hash').doUpdateSet((excluded) => ({
        failures: excluded('sign_in_failure.failures', '+', 1),
        last_at: now,
      })),
    )
    .execute()
}
