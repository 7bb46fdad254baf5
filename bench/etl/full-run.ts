/** A full run of a large tenant that is received and not loaded, and PostgreSQL writing the same rows by itself. */
import { setTimeout as wait } from 'node:timers/promises'
import type { TenantId } from '../../src/lib/index.ts'
import type { BenchDatabase } from '../database.ts'
import { timed } from '../figures.ts'
import type { ServerProcess } from '../server.ts'

const LOOK_EVERY_MS = 100

/** @returns how long it took, in milliseconds @throws Error when it ended in failure */
export async function fullRun(
  { admin }: ServerProcess,
  tenant: string,
  say: (line: string) => void,
): Promise<number> {
  const startedAt = performance.now()
  const { id: runId } = await admin.startFullRun({ tenant })
  for (let looks = 0; ; looks += 1) {
    await wait(LOOK_EVERY_MS)
    // Continuous loads are runs, too, and go on beside it.
    const run = (await admin.listRuns({ tenant, limit: 100 })).items.find(({ id }) => id === runId)
    if (run?.status === 'done') return performance.now() - startedAt
    if (run?.status === 'failed') throw new Error(`The full run failed: ${run.reason}`)
    if (looks % 100 === 99) say(`${run?.taken} of ${run?.expected}`)
  }
}

/** What a load writes, in an order in which the keys are there. */
const WRITTEN = ['identity', 'fqn', 'link', 'event'] as const

export interface Bare {
  readonly rows: number
  readonly tookMs: number
}

/**
 * The rows that a tenant's load wrote, written once more under another tenant's id, into the same
 * tables with the same keys and indexes: one INSERT ... SELECT for each table, in one transaction.
 */
export async function bareInsert({ ownerPool }: BenchDatabase, tenantId: TenantId): Promise<Bare> {
  const client = await ownerPool.connect()
  let rows = 0
  try {
    await client.query('begin; set local row_security = off; set local statement_timeout = 0')
    const tookMs = await timed(async () => {
      for (const table of WRITTEN) {
        const columns = await columnsOf(client, table)
        const { rowCount } = await client.query(
          `insert into ${table} (tenant_id, ${columns})
           select 'ten_bare', ${columns} from ${table} where tenant_id = $1`,
          [tenantId],
        )
        rows += rowCount ?? 0
      }
      await client.query('commit')
    })
    return { rows, tookMs }
  } finally {
    client.release()
  }
}

async function columnsOf(client: { query: BenchDatabase['ownerPool']['query'] }, table: string) {
  const { rows } = await client.query<{ columns: string }>(
    `select string_agg(column_name, ', ') as columns from information_schema.columns
      where table_schema = 'public' and table_name = $1
        and column_name <> 'tenant_id' and is_generated = 'NEVER'`,
    [table],
  )
  return rows[0]?.columns ?? ''
}
