/**
 * Transactions that short statements share: what is asked for one tenant in one turn of the event loop, or
 * while two such transactions are under way, leaves together in the next one. Begin, commit, the wait for the
 * disk and the trips between two processes are then paid once for all of them. Where nobody else asks, nothing
 * waits.
 *
 * Askers of the same that differ in a few values alone become one statement, which takes an array of each of those
 * values: to begin and end a statement costs PostgreSQL more than to find a row by its key.
 *
 * Nobody hears of a row before the commit. A statement that fails takes the others with it, so each is
 * tried again alone: one that cannot be done fails for whoever asked for it, and for nobody else.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import { type TenantId, Unavailable } from '../lib/index.ts'
import { isLostConnection } from './pg-errors.ts'
import type { Statement } from './batch.ts'

/** One is at the database while the answers of the other are made use of. */
const UNDER_WAY = 2

/**
 * As `inTenantOnce`.
 * @param own  what is this asker's alone: the statement takes an array of each behind `values`, with an element for
 *             each asker, and says in the column `nth` of a row whose it is, from 1 on
 */
export type SharedOnce = <Row extends QueryResultRow>(
  tenantId: TenantId,
  name: string,
  text: string,
  values: readonly unknown[],
  own?: readonly unknown[],
) => Promise<Row[]>

interface Asked extends Statement {
  readonly own: readonly unknown[] | undefined
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

/** @param most  askers that share one; a failure costs no more than so many trips */
export function shareTransactions(sendAll: SendAll, order: Order, most: number): SharedOnce {
  const lanes = new Map<TenantId, Lane>()

  async function drive(tenantId: TenantId, lane: Lane): Promise<void> {
    // What else is read from sockets in this turn comes along.
    for (await nextTurn(); lane.waiting.length > 0; await nextTurn())
      await answer((some) => sendAll(tenantId, some), lane.waiting.splice(0, most).toSorted(order))
    lane.underWay -= 1
    if (lane.underWay === 0) lanes.delete(tenantId)
  }

  return <Row extends QueryResultRow>(
    tenantId: TenantId,
    name: string,
    text: string,
    values: readonly unknown[],
    own?: readonly unknown[],
  ) => {
    const asked = { name, text, values, own, answer: Promise.withResolvers<QueryResultRow[]>() }
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

type Order = (one: Asked, other: Asked) => number

/** Two transactions that lock the same rows in the same order do not wait for one another in a ring. */
export const byRow: Order = (one, other) => compare(rowOf(one), rowOf(other))
/** For reads: those that ask alike are neighbours. */
export const byName: Order = (one, other) => compare(one.name, other.name)

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function rowOf({ values, own }: Asked): string {
  return String(own === undefined ? values[1] : own[0])
}

/** Who shares a statement with whom: the first, and all of them. */
interface Party {
  readonly first: Asked
  readonly all: Asked[]
}

/** Neighbours that ask alike; their order is kept. */
function inParties(asked: readonly Asked[]): Party[] {
  const parties: Party[] = []
  for (const one of asked) {
    const last = parties.at(-1)
    if (last !== undefined && isAlike(last.first, one)) last.all.push(one)
    else parties.push({ first: one, all: [one] })
  }
  return parties
}

function isAlike(one: Asked, other: Asked): boolean {
  return (
    one.own !== undefined &&
    other.own !== undefined &&
    one.text === other.text &&
    one.values.every((value, index) => value === other.values[index])
  )
}

function statementOf({ first: { name, text, values, own }, all }: Party): Statement {
  const arrays = (own ?? []).map((_, index) => all.map((asked) => asked.own?.[index]))
  return { name, text, values: [...values, ...arrays] }
}

function tell({ first, all }: Party, rows: QueryResultRow[]): void {
  if (first.own === undefined) return first.answer.resolve(rows)
  const rowsOf = all.map((): QueryResultRow[] => [])
  for (const row of rows) rowsOf[Number(row['nth']) - 1]?.push(row)
  for (const [index, { answer: to }] of all.entries()) to.resolve(rowsOf[index] ?? [])
}

/** Never throws: each hears of its own. */
async function answer(
  send: (statements: readonly Statement[]) => ReturnType<SendAll>,
  asked: readonly Asked[],
): Promise<void> {
  const parties = inParties(asked)
  try {
    const results = await send(parties.map(statementOf))
    for (const [index, party] of parties.entries()) tell(party, results[index] ?? [])
  } catch (error) {
    // Whether the commit arrived is not known; nothing may be done twice.
    const isLost = error instanceof Unavailable && isLostConnection(error.cause)
    if (asked.length === 1 || isLost) for (const { answer: to } of asked) to.reject(error)
    else await Promise.all(asked.map((each) => answer(send, [each])))
  }
}
