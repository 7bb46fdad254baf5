/**
 * Transactions for one tenant: the only way to a tenant's rows.
 *
 * `inTenant` begins and names the tenant in one packet, so that the wall (row-level security)
 * costs no round trip; the name goes when the transaction ends, and a pooled connection keeps
 * nothing (SEC I-5). The tenant is set by the statement SET LOCAL, since only that reaches the workers of
 * Citus (design section 4); what is one packet sets it by set_config() on any other PostgreSQL, without begin and
 * commit (decision 0048).
 *
 * `operatorWide` reads the few tables that let themselves be read for all tenants; `platform`
 * touches only the tables without a wall.
 */
import type { Kysely } from 'kysely'
import type { Client, Pool, PoolClient, QueryResultRow } from 'pg'
import { isId, Unavailable, type TenantId } from '../lib/index.ts'
import { sendTogether, type Statement } from './batch.ts'
import { kyselyOn } from './connection-driver.ts'
import { isLostConnection, isPassing, isRepeatable } from './pg-errors.ts'
import { sendable } from './sendable.ts'
import { byName, byRow, shareTransactions, type SharedOnce } from './shared.ts'
import type { Database } from './tables.ts'

/** Kysely on an open transaction, and named prepared statements for the hot paths. */
export type Transaction = Kysely<Database> & {
  /** Runs a statement that the connection parses once. `name` stands for `text`, always. */
  prepared<Row extends QueryResultRow>(
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]>
  /**
   * The same without waiting for it: what follows is made ready and sent meanwhile. Where it fails, whoever waits
   * next is told, at the latest whoever began the transaction.
   */
  send(name: string, text: string, values: readonly unknown[]): void
  /** Waits for what was sent. @throws why the first of it failed */
  sent(): Promise<void>
  /** The last statement: it leaves in one packet with the commit, once `act` is over. Where it fails, all of it is undone. */
  sendWithCommit(name: string, text: string, values: readonly unknown[]): void
}

/** Ways to the rows of one tenant. */
export interface TenantTransactions {
  /**
   * Runs `act` in a transaction that sees one tenant. Serialisation failures, deadlocks and connections
   * lost before the commit are tried again up to five times (SEC F-1, F-2), so `act` must be repeatable:
   * rows only, no effects.
   * @throws Unavailable when the database cannot be reached, or is too busy with the same rows
   */
  inTenant<T>(tenantId: TenantId, act: (trx: Transaction) => Promise<T>): Promise<T>
  /** The same, and its first statements leave in one packet with its beginning: `act` is given the rows of each. */
  inTenantAfter<T>(
    tenantId: TenantId,
    first: readonly Statement[],
    act: (trx: Transaction, results: readonly QueryResultRow[][]) => Promise<T>,
  ): Promise<T>
  /** One prepared statement in a transaction of its own, sent without waiting in between. */
  readonly inTenantOnce: InTenantOnce
  /** Several that share one transaction and one packet. @returns the rows of each */
  inTenantAtOnce(tenantId: TenantId, statements: readonly Statement[]): Promise<QueryResultRow[][]>
}

export type InTenantOnce = <Row extends QueryResultRow>(
  tenantId: TenantId,
  name: string,
  text: string,
  values: readonly unknown[],
) => Promise<Row[]>

export interface Db extends TenantTransactions {
  /**
   * The same, without waiting until the disk has it: for what nobody was promised and may be lost when
   * the machine fails, such as a sign-in under way. What is acknowledged is written by the others.
   */
  readonly unhurried: TenantTransactions
  /**
   * `inTenantOnce` for short statements that come in crowds: those that are asked for a tenant at one
   * time share a transaction, or even a statement (`shared.ts`). Reads wait for no write. A write names the tenant
   * first and the row that it locks second, or as the first of its own: writes that share a transaction are sent in
   * the order of those. Look-ups are reads that are a request's only one, or most of it.
   */
  readonly shared: Readonly<Record<'read' | 'lookUp' | 'write', SharedOnce>>
  /** Select-only over all tenants, on the tables that have an operator_wide policy. */
  operatorWide<T>(act: (trx: Transaction) => Promise<T>): Promise<T>
  /** Without a tenant: the tables without a wall only (`platform-tables.ts`). */
  platform<T>(act: (trx: Transaction) => Promise<T>): Promise<T>
  /** The pool itself, for LISTEN and health checks; rows go through the functions above. */
  readonly pool: Pool
}

const TRIES = 5
/**
 * When the connection is lost: of a pool whose server has gone and come back each connection is, once,
 * and what only reads, or was not yet committed, is asked again over another.
 */
type OnLost = 'repeat' | 'fail'
/** Lets what is set from here on reach the nodes of a distributed database, too. */
const PROPAGATE = always("set local citus.propagate_set_commands = 'local'")
const ALONE = always('begin')
export const BEGIN = [ALONE, PROPAGATE].map(({ text }) => text).join('; ')
const COMMIT = always('commit')
/** Who shares a transaction; what fails is asked for by so many alone. */
const TOGETHER = 32
/**
 * Of the sixteen requests of a tenant that are worked on at a time half: taken all at once, they would be at the
 * database together, and nobody at work here meanwhile.
 */
const LOOK_UPS_TOGETHER = 8
/**
 * The statements that begin a transaction. Each is a message of its own, and all are one packet: Citus sends
 * the workers the whole message that a setting came in, and a `begin` in it would be one too many.
 */
type Beginning = readonly Statement[]

/**
 * What stands around the statements of a transaction that is one packet. What comes before one Sync is an implicit transaction
 * (PostgreSQL, Message Flow, Pipelining), of which all is undone where one statement fails: the tenant alone stands
 * before those then.
 */
interface Packet {
  readonly opening: Beginning
  readonly closing: readonly Statement[]
}

const TENANT = { name: 'tenant', text: "select set_config('rollcall.tenant', $1, true)" }
const TENANT_UNHURRIED = {
  name: 'tenant-unhurried',
  text: `${TENANT.text}, set_config('synchronous_commit', 'off', true)`,
}

function implicit(tenant: typeof TENANT, tenantId: TenantId): Packet {
  return { opening: [{ ...tenant, values: [wellFormed(tenantId)] }], closing: [] }
}

/** What is the same for everybody: its name is the text itself. */
function always(text: string): Statement {
  return { name: text, text, values: [] }
}

/** @param isDistributed  by Citus */
export function createDb({
  pool,
  isDistributed = false,
}: {
  readonly pool: Pool
  readonly isDistributed?: boolean
}): Db {
  const beginWith = (...settings: Statement[]): Beginning =>
    isDistributed ? [ALONE, PROPAGATE, ...settings] : [ALONE, ...settings]
  const beginFor = (tenantId: TenantId) => beginWith(settingOf(tenantId))
  const unhurriedFor = (tenantId: TenantId) =>
    beginWith(settingOf(tenantId), always('set local synchronous_commit = off'))
  const packetFor = (tenantId: TenantId): Packet =>
    isDistributed ? { opening: beginFor(tenantId), closing: [COMMIT] } : implicit(TENANT, tenantId)
  const share = (onLost: OnLost, order: typeof byRow, most: number) =>
    shareTransactions(
      (tenantId, statements) => sendAll(pool, packetFor(tenantId), statements, onLost),
      order,
      most,
    )
  return {
    pool,
    shared: {
      read: share('repeat', byName, TOGETHER),
      lookUp: share('repeat', byName, LOOK_UPS_TOGETHER),
      write: share('fail', byRow, TOGETHER),
    },
    ...transactionsOf(pool, beginFor, packetFor),
    unhurried: transactionsOf(pool, unhurriedFor, (tenantId) =>
      isDistributed
        ? { opening: unhurriedFor(tenantId), closing: [COMMIT] }
        : implicit(TENANT_UNHURRIED, tenantId),
    ),
    operatorWide: (act) =>
      transact(pool, beginWith(always("set local rollcall.operator_wide = 'on'")), act),
    platform: (act) => transact(pool, [ALONE], act),
  }
}

function transactionsOf(
  pool: Pool,
  begin: (tenantId: TenantId) => Beginning,
  packet: (tenantId: TenantId) => Packet,
): TenantTransactions {
  return {
    inTenant: (tenantId, act) => transact(pool, begin(tenantId), act),
    inTenantAfter: (tenantId, first, act) => transact(pool, begin(tenantId), act, first),
    inTenantAtOnce: (tenantId, statements) => sendAll(pool, packet(tenantId), statements),
    async inTenantOnce<Row extends QueryResultRow>(
      tenantId: TenantId,
      name: string,
      text: string,
      values: readonly unknown[],
    ) {
      const [rows] = await sendAll(pool, packet(tenantId), [{ name, text, values }])
      return (rows ?? []) as Row[]
    },
  }
}

function settingOf(tenantId: TenantId): Statement {
  return { name: '', text: `set local rollcall.tenant = '${wellFormed(tenantId)}'`, values: [] }
}

function wellFormed(tenantId: TenantId): TenantId {
  if (!isId('ten', tenantId)) throw new Error('A transaction needs a well-formed tenant id.')
  return tenantId
}

async function transact<T>(
  pool: Pool,
  beginning: Beginning,
  act: (trx: Transaction, results: readonly QueryResultRow[][]) => Promise<T>,
  first: readonly Statement[] = [],
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await connect(pool)
    cork(client)
    let broken = false
    let isCommitting = false
    const sending = createSending(client)
    const last: Statement[] = []
    try {
      // Alone it is not waited for: it leaves in one packet with what follows. It cannot fail alone, and
      // without the tenant it sets the wall shows nothing and refuses every write.
      const begun = sendTogether(client, [...beginning, ...first])
      begun.catch(() => undefined)
      const results = first.length === 0 ? [] : (await begun).slice(beginning.length)
      const result = await act(transactionOn(client, sending, last), results)
      await begun
      await sending.sent()
      isCommitting = true
      await sendTogether(client, [...last, COMMIT])
      return result
    } catch (thrown) {
      const error = sending.causeOf(thrown)
      broken = isLostConnection(error)
      if (!broken) await client.query('rollback').catch(() => (broken = true))
      throwUnlessRepeatable(error, attempt, isCommitting ? 'fail' : 'repeat')
    } finally {
      client.release(broken)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt))
  }
}

/**
 * A transaction that leaves as one packet.
 * @returns the rows of each of the statements
 */
async function sendAll(
  pool: Pool,
  { opening, closing }: Packet,
  statements: readonly Statement[],
  onLost: OnLost = 'fail',
): Promise<QueryResultRow[][]> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await connect(pool)
    let broken = false
    try {
      const results = await sendTogether(client, [...opening, ...statements, ...closing])
      return results.slice(opening.length, opening.length + statements.length)
    } catch (error) {
      broken = isLostConnection(error)
      if (!broken && closing.length > 0) await client.query('rollback').catch(() => (broken = true))
      throwUnlessRepeatable(error, attempt, onLost)
    } finally {
      client.release(broken)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt))
  }
}

/** What is lost before its commit was sent has done nothing; afterwards nobody knows. */
function throwUnlessRepeatable(error: unknown, attempt: number, onLost: OnLost): void {
  const isLost = isLostConnection(error)
  const mayRepeat = isLost ? onLost === 'repeat' : isRepeatable(error)
  if (mayRepeat && attempt < TRIES) return
  if (isLost) throw away(error)
  throw isPassing(error) ? busy(error) : error
}

function transactionOn(
  client: PoolClient,
  { send, sent, causeOf }: Sending,
  last: Statement[],
): Transaction {
  return Object.assign(kyselyOn(client), {
    async prepared<Row extends QueryResultRow>(
      name: string,
      text: string,
      values: readonly unknown[],
    ) {
      try {
        return (await client.query<Row>({ name, text, values: values.map(sendable) })).rows
      } catch (error) {
        throw causeOf(error)
      }
    },
    ...{ send, sent },
    sendWithCommit: (name: string, text: string, values: readonly unknown[]) =>
      void last.push({ name, text, values }),
  })
}

type Sending = ReturnType<typeof createSending>

/** Statements are done in the order in which they are sent, so all are done when the last one is. */
function createSending(client: PoolClient) {
  let last: Promise<unknown> = Promise.resolve()
  let failure: { readonly error: unknown } | undefined
  return {
    send(name: string, text: string, values: readonly unknown[]): void {
      last = client
        .query({ name, text, values: values.map(sendable) })
        .catch((error: unknown) => (failure ??= { error }))
    },
    async sent(): Promise<void> {
      await last
      if (failure === undefined) return
      const { error } = failure
      // Told once: whoever goes back to a savepoint goes on from there.
      failure = undefined
      throw error
    },
    /** After one that failed each other says no more than that it does. */
    causeOf: (error: unknown): unknown => (failure === undefined ? error : failure.error),
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw away(error)
  }
}

/**
 * Holds the socket until this turn of the event loop ends, so that what is queried at once leaves in one packet indeed.
 * Three packets wake PostgreSQL three times: look-ups went from 9,400 to 11,600 a second with a quarter less of our
 * processor for each.
 */
function cork(client: PoolClient): void {
  // What a pool hands out is a Client; its type only says less.
  const { stream } = (client as PoolClient & Pick<Client, 'connection'>).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

function busy(cause: unknown): Unavailable {
  return new Unavailable('The database did not get to it in time.', 5, { cause })
}

function away(cause: unknown): Unavailable {
  return new Unavailable('The database cannot be reached. Try again in a few seconds.', 5, {
    cause,
  })
}
