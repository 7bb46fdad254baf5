/** All that the database holds of a tenant, to be compared: what one tenant does is nothing to another. */
import type { TestApp } from './app.ts'

/** What the product writes by itself, in its own time: counters, and where the history of a tenant begins. */
const BY_ITSELF = ['day_tally', 'event_horizon']

/** Every row of every table that is a tenant's, but for those, as text. */
export async function rowsOf(
  { app, database }: TestApp,
  tenantId: string,
): Promise<Map<string, string[]>> {
  const { ownerPool } = database
  // What was asked before is logged by now, and not in the middle of what is compared.
  await app.provisioningLog.flush()
  const { rows: tables } = await ownerPool.query<{ name: string }>(
    `select c.relname as name from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        and c.relname <> all ($1) order by 1`,
    [BY_ITSELF],
  )
  const found = new Map<string, string[]>()
  for (const { name } of tables) {
    const { rows } = await ownerPool.query<{ text: string }>(
      `select t::text as text from ${name} t where tenant_id = $1 order by 1`,
      [tenantId],
    )
    found.set(
      name,
      rows.map(({ text }) => text),
    )
  }
  return found
}
