/**
 * What one request to the Authority writes and nobody waits for by itself (sessions, grants, codes, steps of
 * the sign-in log): it waits until the answer is ready, and leaves in one packet and one transaction before
 * the answer does.
 *
 * Whoever answers settles first. Where no request is under way, and once it was answered, a write is done at once.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Db, Statement } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { createRedemptions } from './redemptions.ts'

export interface Write extends Statement {
  /** @throws what the request is refused with, where these rows are not what it takes */
  readonly check?: (rows: readonly object[]) => void
  /** What is taken away stays so: the disk has it before anybody hears of it. */
  readonly lasts?: boolean
  /** Which row it decides on: what the same request decided on it before need not be written any more. */
  readonly row?: string
  /** It asks whether the person may, and holds their row. */
  readonly holdsPerson?: boolean
  /** Part of a redemption, which is shared with others where it is all that is written. */
  readonly redeems?: 'code' | 'token'
}

/** The writes of one request, of one tenant. */
interface Pending {
  readonly tenantId: TenantId
  writes: Write[]
  isOver: boolean
}

const rank = ({ holdsPerson }: Write) => (holdsPerson === true ? 0 : 1)

export type PendingWrites = ReturnType<typeof createPendingWrites>

export function createPendingWrites({
  db,
}: {
  readonly db: Pick<Db, 'unhurried' | 'inTenantAtOnce' | 'shared'>
}) {
  const requests = new AsyncLocalStorage<Pending>()
  const { redeem } = createRedemptions(db)

  /** The person before what is theirs, as the loader locks who has left: neither waits for the other. */
  async function send(tenantId: TenantId, asked: readonly Write[]): Promise<void> {
    if (await sendShared(tenantId, asked)) return
    const writes = asked.toSorted((a, b) => rank(a) - rank(b))
    const to = writes.some(({ lasts }) => lasts === true) ? db : db.unhurried
    const results = await to.inTenantAtOnce(tenantId, writes)
    for (const [index, { check }] of writes.entries()) check?.(results[index] ?? [])
  }

  /** @returns whether that decided it */
  async function sendShared(tenantId: TenantId, writes: readonly Write[]): Promise<boolean> {
    const [code, token] = (['code', 'token'] as const).map((part) =>
      writes.find(({ redeems }) => redeems === part),
    )
    if (writes.length !== 2 || code === undefined || token === undefined) return false
    const wins = await redeem(tenantId, code, token)
    if (wins !== undefined) code.check?.(wins ? [code] : [])
    return wins !== undefined
  }

  /** Sends what waits. @throws what a check of theirs throws */
  async function settle(): Promise<void> {
    const pending = requests.getStore()
    if (pending === undefined || pending.writes.length === 0) return
    const { tenantId, writes } = pending
    pending.writes = []
    await send(tenantId, writes)
  }

  return {
    settle,

    /** The request under way, to keep by it what ends with it. */
    request: (): object | undefined => requests.getStore(),

    async write(tenantId: TenantId, write: Write): Promise<void> {
      const pending = requests.getStore()
      if (pending?.tenantId !== tenantId || pending.isOver) return send(tenantId, [write])
      const others = pending.writes.filter(({ row }) => row === undefined || row !== write.row)
      pending.writes = [...others, write]
    },

    /** Answers one request. What was not settled by then is settled in the end. */
    async during(tenantId: TenantId, answer: () => Promise<void>): Promise<void> {
      const pending: Pending = { tenantId, writes: [], isOver: false }
      await requests.run(pending, async () => {
        try {
          await answer()
        } finally {
          pending.isOver = true
          await settle()
        }
      })
    },
  }
}
