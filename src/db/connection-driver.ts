/**
 * Kysely on one pg connection that somebody else has begun a transaction on. Kysely's own
 * PostgreSQL driver begins transactions by itself and in a message of their own; ours must
 * carry the tenant in the same message (`transaction.ts`), so Kysely only compiles and runs.
 */
import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely'
import type { ClientBase } from 'pg'
import type { Database } from './tables.ts'

export function kyselyOn(client: ClientBase): Kysely<Database> {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const result = await client.query(query.sql, [...query.parameters])
      return {
        rows: result.rows as Row[],
        ...(result.command === 'SELECT' || result.rowCount === null
          ? {}
          : { numAffectedRows: BigInt(result.rowCount) }),
      }
    },
    streamQuery() {
      throw new Error('Streaming is not offered: lists take a limit.')
    },
  }
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createDriver: () => ({
        init: async () => {},
        acquireConnection: async () => connection,
        beginTransaction: refuse,
        commitTransaction: refuse,
        rollbackTransaction: refuse,
        releaseConnection: async () => {},
        destroy: async () => {},
      }),
    },
  })
}

async function refuse(): Promise<never> {
  throw new Error('Transactions are opened by db.inTenant, not inside one.')
}
