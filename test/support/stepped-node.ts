/**
 * A node of the loader that stands still before each of its statements until it is told to go on:
 * whoever steps several by turns decides how their batches interleave, down to the statement. The
 * batches, the statements and what goes wrong with them are real; only when they happen is not left
 * to the machine. It works for one tenant at a time.
 */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { createDb } from '../../src/db/index.ts'
import { createTurn, tenantsWithWork, type TurnGiven } from '../../src/etl/turn.ts'
import type { TenantId } from '../../src/lib/index.ts'

/** What becomes of the statement before which a node stands. */
export type Outcome =
  | 'done'
  /** The database refuses it and all of its batch: without memory, at a conflict, by a bug. */
  | { readonly refused: '53200' | '40001' | 'XX000' }
  /** The connection has gone before it. */
  | 'cut off'
  /** It is done, and the connection goes before anybody hears of it. */
  | 'unheard'

export interface SteppedNode {
  /** The statement before which it stands; undefined: it has nothing to do. */
  readonly standsBefore: () => string | undefined
  /** Begins a turn, and comes to stand before its first statement. */
  readonly begin: (tenantId: TenantId) => Promise<void>
  /** Resolves when it stands again or its turn is over. */
  readonly step: (outcome: Outcome) => Promise<void>
  /** The database ends its transaction while it stands, as if it had paused for too long. */
  readonly lapse: () => Promise<void>
  /** A new process, that knows nothing of what was. Between turns only. */
  readonly start: (process: Process) => void
  /** Who has work, as its poll finds it. */
  readonly poll: (due: Date) => Promise<TenantId[]>
  readonly close: () => Promise<void>
}

interface Standing {
  readonly statement: string
  readonly client: pg.PoolClient
  readonly go: (outcome: Outcome) => void
}

/** Whoever waits for somebody who stands would wait for ever. */
export const LOCK_TIMEOUT_MS = 5

/** What runs on a node. */
export interface Process {
  readonly given: Omit<TurnGiven, 'db'>
  /** Rows of a batch. */
  readonly batch: number
  /** Hears of each turn that is over, and whether there is more to do at once. */
  readonly isOver: (tenantId: TenantId, more: boolean) => void
}

/** @param appOptions  how the plain role connects */
export function createSteppedNode(ownerPool: pg.Pool, appOptions: pg.PoolConfig): SteppedNode {
  let standing: Standing | undefined
  let comes = Promise.withResolvers<void>()
  const pool = new pg.Pool({ ...appOptions, max: 1, lock_timeout: LOCK_TIMEOUT_MS })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => standAtEach(client.on('error', () => undefined)))
  const db = createDb({ pool })
  let turn: (tenantId: TenantId) => Promise<void> = async () => undefined
  let isPolling = false

  function standAtEach(client: pg.PoolClient): void {
    const query = client.query.bind(client) as (...words: unknown[]) => Promise<unknown>
    let before: Promise<unknown> = Promise.resolve()
    const stepped = async (...words: unknown[]): Promise<unknown> => {
      const statement = textOf(words[0])
      // Sent in one packet with the statement after it; and nothing happens at a rollback.
      if (isPolling || /^(?:begin|select set_config|rollback$)/.test(statement))
        return query(...words)
      const outcome = await new Promise<Outcome>((go) => {
        standing = { statement, client, go }
        comes.resolve()
      })
      if (typeof outcome === 'object') return query(refusal(outcome.refused))
      if (outcome === 'cut off') await cut(client)
      const result = await query(...words)
      if (outcome !== 'unheard') return result
      await cut(client)
      throw new Error('Connection terminated unexpectedly')
    }
    // What is sent without waiting for the one before is done after it all the same.
    client.query = ((...words: unknown[]) => {
      const done = before.then(() => stepped(...words))
      before = done.catch(() => undefined)
      return done
    }) as typeof client.query
  }

  /** Resolves when the database has ended the connection: no statement slips through. */
  async function cut(client: pg.PoolClient): Promise<void> {
    const { processID } = client as pg.PoolClient & { readonly processID: number }
    await ownerPool.query('select pg_terminate_backend($1)', [processID])
    // Asked to wait itself, the database looks ten times a second.
    const isThere = 'select from pg_stat_activity where pid = $1'
    while ((await ownerPool.query(isThere, [processID])).rowCount !== 0) await wait(1)
  }

  async function untilItStands(move: () => void): Promise<void> {
    comes = Promise.withResolvers()
    move()
    await comes.promise
  }

  return {
    standsBefore: () => standing?.statement,
    begin: (tenantId) => untilItStands(() => void turn(tenantId).then(() => comes.resolve())),
    async step(outcome) {
      const at = standing
      standing = undefined
      if (at !== undefined) await untilItStands(() => at.go(outcome))
    },
    async lapse() {
      if (standing !== undefined) await cut(standing.client)
    },
    start({ given, batch, isOver }) {
      const take = createTurn({ ...given, db }, batch)
      turn = async (tenantId) => isOver(tenantId, await take(tenantId))
    },
    async poll(due) {
      isPolling = true
      try {
        return await tenantsWithWork(db, due)
      } finally {
        isPolling = false
      }
    },
    close: () => pool.end(),
  }
}

function textOf(asked: unknown): string {
  return typeof asked === 'string' ? asked : (asked as { readonly text: string }).text
}

function refusal(code: string): string {
  return `do $$ begin raise exception 'refused by chance' using errcode = '${code}'; end $$`
}
