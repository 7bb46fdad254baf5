/**
 * Failed sign-ins slow down whoever goes on failing (SEC C-5): an account from an address, an address
 * whatever the account, and an account whatever the address. All nodes see the same counts.
 *
 * The last does not hold for an address that the account has signed in from before, nor for passkeys and
 * OpenID Connect, so that nobody locks somebody out by failing in their name.
 */
import { type Clock, fold, hashSecret, Refusal } from '../lib/index.ts'
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
  const subjects = (email: string, address: string): Record<Kind, Buffer> => ({
    pair: hashSecret(`pair ${fold(email.trim())} ${address}`),
    address: hashSecret(`address ${address}`),
    account: hashSecret(`account ${fold(email.trim())}`),
  })

  return {
    /** @throws Refusal `too_many_requests` while it is too early for another try */
    async checkFailures(email: string, address: string): Promise<void> {
      const of = subjects(email, address)
      const rows = await db.platform((trx) =>
        trx
          .selectFrom('sign_in_failure')
          .selectAll()
          .where('subject_hash', 'in', Object.values(of))
          .execute(),
      )
      const now = clock().getTime()
      const rowOf = (kind: Kind) => rows.find((row) => row.subject_hash.equals(of[kind]))
      const isKnown = rowOf('pair')?.failures === 0
      const waits = KINDS.filter((kind) => kind !== 'account' || !isKnown).map((kind) => {
        const row = rowOf(kind)
        if (row === undefined) return 0
        const { free, mostSeconds } = LIMITS[kind]
        const over = row.failures - free
        if (over <= 0 || now - row.last_at.getTime() >= FORGET_MS) return 0
        const delay = Math.min(2 ** Math.min(over - 1, 20), mostSeconds)
        return Math.ceil(delay - (now - row.last_at.getTime()) / 1000)
      })
      const retrySeconds = Math.max(...waits)
      if (retrySeconds > 0)
        throw new Refusal(
          'too_many_requests',
          `Signing in failed too often. Wait ${retrySeconds} seconds and try again.`,
          { retrySeconds },
        )
    },

    async noteFailure(email: string, address: string): Promise<void> {
      const now = clock()
      const forget = new Date(now.getTime() - FORGET_MS)
      await db.platform(async (trx) => {
        await trx.deleteFrom('sign_in_failure').where('last_at', '<=', forget).execute()
        // Always in one order, so that two who fail at once do not wait for each other in a ring.
        for (const subject of Object.values(subjects(email, address)).toSorted(Buffer.compare))
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
      })
    },

    /** Whoever got in is known at that address from now on. */
    async noteSuccess(trx: Transaction, email: string, address: string): Promise<void> {
      const last = { failures: 0, last_at: clock() }
      await trx
        .insertInto('sign_in_failure')
        .values({ subject_hash: subjects(email, address).pair, ...last })
        .onConflict((conflict) => conflict.column('subject_hash').doUpdateSet(last))
        .execute()
    },
  }
}
