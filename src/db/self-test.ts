/**
 * Before the server listens it proves that the wall between tenants stands (SEC I-4, I-6): the
 * role it works as is plain, every table with a tenant has forced row-level security, and of two
 * probe tenants, written and rolled back, neither sees the other.
 */
import type { Pool } from 'pg'
import { createIds, systemClock, systemRandom } from '../lib/index.ts'
import { PLATFORM_TABLES } from './platform-tables.ts'
import { BEGIN } from './transaction.ts'

/** @throws Error naming what is wrong; the server must then not start */
export async function selfTest(appPool: Pool): Promise<void> {
  await refusePowerfulRole(appPool)
  await refuseOpenTables(appPool)
  await probe(appPool)
}

async function refusePowerfulRole(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ role: string; powerful: boolean; owns: boolean }>(`
    select current_user as role,
           rolsuper or rolbypassrls as powerful,
           exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = current_schema() and c.relkind = 'r'
                      and pg_has_role(current_user, c.relowner, 'usage')) as owns
      from pg_roles where rolname = current_user`)
  const [me] = rows
  if (me === undefined || me.powerful || me.owns)
    throw new Error(
      `The app connects as ${me?.role ?? 'an unknown role'}, which ${me?.owns ? 'owns tables' : 'row-level security does not bind'}. ` +
        'Give it a plain role: ROLLCALL_DATABASE_APP_URL.',
    )
}

async function refuseOpenTables(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
      where n.nspname = current_schema() and c.relkind in ('r', 'p')
        and not (c.relrowsecurity and c.relforcerowsecurity)
        and c.relname <> all ($1)`,
    [Object.keys(PLATFORM_TABLES)],
  )
  if (rows.length > 0)
    throw new Error(
      `Without forced row-level security: ${rows.map(({ name }) => name).join(', ')}. ` +
        'A migration forgot the wall; this release must not serve.',
    )
}

async function probe(pool: Pool): Promise<void> {
  const newId = createIds({ now: systemClock, random: systemRandom })
  const [one, other] = [newId('ten'), newId('ten')]
  const client = await pool.connect()
  try {
    await client.query(BEGIN)
    for (const tenant of [one, other]) {
      await client.query(`set local rollcall.tenant = '${tenant}'`)
      await client.query('insert into loader (tenant_id) values ($1)', [tenant])
      const { rows } = await client.query<{ tenant_id: string }>('select tenant_id from loader')
      if (rows.length !== 1 || rows[0]?.tenant_id !== tenant)
        throw new Error('One tenant sees the rows of another: row-level security does not hold.')
    }
    await client.query('savepoint foreign_write')
    const refused = await client
      .query('insert into loader (tenant_id) values ($1)', [newId('ten')])
      .then(
        () => false,
        () => true,
      )
    if (!refused)
      throw new Error('One tenant can write rows of another: row-level security does not hold.')
  } finally {
    await client.query('rollback').catch(() => undefined)
    client.release()
  }
}
