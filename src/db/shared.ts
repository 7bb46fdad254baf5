/**
 * Transactions that short statements share: what is asked for one tenant in one turn of the event loop, or
 * while two such transactions are under way, leaves together in the next one. Begin, commit, the wait for the
 * disk and the trips between two processes are then paid once for all of them. Where nobody else asks, nothing
 * waits.
 *
 * Nobody hears of a row before the commit. A statement that fails takes the others with it, so each is
 * tried again alone: one that cannot be done fails for whoever asked for it, and for nobody else.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import { type TenantId, Unavailable } from '../lib/index.ts'
import { isLostConnection } from './pg-errors.ts'
import type { Statement } from './batch.ts'
import type { InTenantOnce } from './transaction.ts'

/** One is at the database while the answers of the other are made use of. */
const UNDER_WAY = 2
/** Statements that share one; a failure costs no more than so many trips. */
const MOST = 32

interface Asked extends Statement {
  readonly answer: PromiseWithResolvers<QueryResultRow[]>
}

interface Lane {
  waiting: Asked[]
  underWay: number
}

type SendAll = (
  tenantId: TenantId,
  statements: readonly Statement[],
) => Promise<readonly QueryResultRow[][]>

export function shareTransactions(sendAll: SendAll): InTenantOnce {
  const lanes = new Map<TenantId, Lane>()

  async function drive(tenantId: TenantId, lane: Lane): Promise<void> {
    // What else is read from sockets in this turn comes along.
    for (await nextTurn(); lane.waiting.length > 0; await nextTurn())
      await answer((some) => sendAll(tenantId, some), lane.waiting.splice(0, MOST).toSorted(byRow))
    lane.underWay -= 1
    if (lane.underWay === 0) lanes.delete(tenantId)
  }

  return <Row extends QueryResultRow>(
    tenantId: TenantId,
    name: string,
    text: string,
    values: readonly unknown[],
  ) => {
    const asked = { name, text, values, answer: Promise.withResolvers<QueryResultRow[]>() }
    const lane = lanes.get(tenantId) ?? { waiting: [], underWay: 0 }
    lanes.set(tenantId, lane)
    lane.waiting.push(asked)
    if (lane.underWay < UNDER_WAY) {
      lane.underWay += 1
      void drive(tenantId, lane)
    }
    return asked.answer.promise as Promise<Row[]>
  }
}

/** Two transactions that lock the same rows in the same order do not wait for one another in a ring. */
function byRow(one: Asked, other: Asked): number {
  const [a, b] = [String(one.values[1]), String(other.values[1])]
  return a < b ? -1 : Number(a > b)
}

/** Never throws: each hears of its own. */
async function answer(
  send: (statements: readonly Statement[]) => ReturnType<SendAll>,
  asked: readonly Asked[],
): Promise<void> {
  try {
    const results = await send(asked)
    for (const [index, { answer: to }] of asked.entries()) to.resolve(results[index] ?? [])
  } catch (error) {
    // Whether the commit arrived is not known; nothing may be done twice.
    const isLost = error instanceof Unavailable && isLostConnection(error.cause)
    if (asked.length === 1 || isLost) for (const { answer: to } of asked) to.reject(error)
    else await Promise.all(asked.map((each) => answer(send, [each])))
  }
}
