/**
 * The rate at which PostgreSQL by itself commits a statement of ours: measured by pgbench where
 * that is installed, else by the driver alone, without anything of ours around it.
 */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Db } from '../src/db/index.ts'
import type { Scope } from '../src/lib/index.ts'
import { createAsk } from './ask.ts'
import type { BenchDatabase } from './database.ts'
import { rateOf } from './figures.ts'
import { makeFolder } from './folder.ts'
import { oktaUser } from './okta-user.ts'

/** A statement as the Sync Engine sends it, with the values of one request. */
export interface Statement {
  readonly tenantId: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** What a create of one person sends: overheard, so that it is the very statement. */
export async function createStatement(db: Db, scope: Scope): Promise<Statement> {
  let heard: Statement | undefined
  const overheard: Db = {
    ...db,
    shared: {
      ...db.shared,
      write: (tenantId, name, text, values) => {
        heard ??= { tenantId, text, values }
        return db.shared.write(tenantId, name, text, values)
      },
    },
  }
  const body = oktaUser('overheard@acme.example', '00uoverheard')
  await createAsk({ db: overheard }, scope)({ method: 'POST', path: '/Users', body })
  if (heard === undefined) throw new Error('A create sent no statement of its own.')
  return heard
}

/** The values that are new for each person, by place: the id, in order of birth as ours, and the folded userName. */
const FRESH: Readonly<Record<number, string>> = {
  2: `('usr_' || to_hex((extract(epoch from clock_timestamp()) * 1000000)::bigint) || to_hex(:n::bigint))`,
  5: `(:n::text || '@acme.example')`,
}

export interface Rate {
  readonly perSecond: number
  /** By what it was measured. */
  readonly by: string
}

/**
 * @param connections  that commit at a time, as the plain role and for one tenant, with begin,
 *                     statement and commit in one packet: all as the server does it
 */
export async function commitRate(
  { db, ownerPool, appUrl }: BenchDatabase,
  statement: Statement,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Rate> {
  // There is no loader that takes them away, and a table that only grows would not be the server's.
  await ownerPool.query('truncate pending')
  const pgbench = findPgbench()
  if (pgbench === undefined)
    return {
      perSecond: await driverRate(db.pool, statement, connections, seconds),
      by: 'the bare driver (no pgbench here)',
    }
  const script = join(await makeFolder(), 'create.sql')
  await writeFile(script, scriptOf(statement))
  const times = ['-c', String(connections), '-j', '2', '-T', String(seconds)]
  const { stdout } = await promisify(execFile)(
    pgbench,
    ['-n', '-M', 'prepared', ...times, ...variablesOf(statement), '-f', script],
    { env: connectionOf(appUrl) },
  )
  const [, tps] = /^tps = ([\d.]+)/m.exec(stdout) ?? []
  if (tps === undefined || !/failed transactions: 0 /.test(stdout))
    throw new Error(`pgbench did not measure: ${stdout}`)
  return { perSecond: Number(tps), by: execFileSync(pgbench, ['--version']).toString().trim() }
}

function findPgbench(): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'pgbench'))
  return [...globSync('/usr/lib/postgresql/*/bin/pgbench').toSorted(), ...path].find(existsSync)
}

function beginOf({ tenantId }: Statement): readonly string[] {
  return ['begin', `set local rollcall.tenant = '${tenantId}'`]
}

/** The statement as pgbench runs it: a variable for each value, a random number in those that are fresh. */
function scriptOf(statement: Statement): string {
  const text = statement.text.replaceAll(/\$(\d+)/g, (_, digits) => {
    const place = Number(digits)
    const value = statement.values[place - 1]
    return FRESH[place] ?? (value === null ? 'null' : `:v${place}::${typeOf(value)}`)
  })
  return [
    '\\set n random(1, 9000000000000000000)',
    '\\startpipeline',
    ...[...beginOf(statement), text, 'commit'].map((each) => `${each.trim()};`),
    '\\endpipeline',
    '',
  ].join('\n')
}

/** Handed over as variables and not written as literals, which the planner would know beforehand. */
function variablesOf({ values }: Statement): string[] {
  return values.flatMap((value, index) =>
    value === null ? [] : ['-D', `v${index + 1}=${textOf(value)}`],
  )
}

function typeOf(value: unknown): string {
  if (typeof value === 'boolean') return 'boolean'
  if (value instanceof Date) return 'timestamptz'
  return Array.isArray(value) ? 'text[]' : 'text'
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  return JSON.stringify(value).replace(/^\[(.*)\]$/s, '{$1}')
}

function connectionOf(url: string): NodeJS.ProcessEnv {
  const client = new pg.Client({ connectionString: url })
  return {
    PATH: process.env['PATH'],
    PGHOST: client.host,
    PGPORT: String(client.port),
    PGUSER: client.user,
    PGDATABASE: client.database,
    PGPASSWORD: client.password ?? undefined,
  }
}

async function driverRate(
  pool: pg.Pool,
  statement: Statement,
  connections: number,
  seconds: number,
): Promise<number> {
  let next = 0
  return rateOf(connections, seconds, async () => {
    next += 1
    const values = statement.values.map((value, index) =>
      index + 1 in FRESH ? `usr_${String(next).padStart(26, '0')}` : value,
    )
    const client = await pool.connect()
    try {
      await Promise.all([
        client.query(beginOf(statement).join(';')),
        client.query({ name: 'create', text: statement.text, values }),
        client.query('commit'),
      ])
    } finally {
      client.release()
    }
  })
}
