/**
 * Writes `src/db/schema.sql`: what all migrations together leave, read from the catalogue of a
 * freshly migrated database, so that a review shows a migration's effect.
 *
 *     node tools/dump-schema.ts           writes it
 *     node tools/dump-schema.ts --check   exits 1 when it is stale
 *
 * The embedded PostgreSQL ships without pg_dump; and ours reads the same from every version.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { migrate, openDatabase } from '../src/db/index.ts'

const FILE = new URL('../src/db/schema.sql', import.meta.url)
const HEADER = '-- What the migrations leave. Written by `npm run db:dump`; do not edit.\n'

const COLUMNS = `
  select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
         a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as fallback
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
   order by c.relname, a.attnum`

// PostgreSQL 18 keeps not-null as constraints (contype n); the columns say it already.
const LINES = `
  select c.relname as "table", 1 as rank, 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) as line
    from pg_constraint k join pg_class c on c.oid = k.conrelid
   where c.relnamespace = 'public'::regnamespace and k.contype <> 'n'
  union all
  select c.relname, 2, pg_get_indexdef(i.indexrelid)
    from pg_index i join pg_class c on c.oid = i.indrelid
   where c.relnamespace = 'public'::regnamespace
     and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)
  union all
  select c.relname, 2, pg_get_statisticsobjdef(s.oid)
    from pg_statistic_ext s join pg_class c on c.oid = s.stxrelid
   where c.relnamespace = 'public'::regnamespace
  union all
  select c.relname, 3, 'row level security: ' ||
         case when c.relrowsecurity and c.relforcerowsecurity then 'forced' else 'none' end
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  union all
  select tablename, 4, 'policy ' || policyname || ' for ' || lower(cmd) || coalesce(' using ' || qual, '') ||
         coalesce(' with check ' || with_check, '')
    from pg_policies where schemaname = 'public'
  union all
  select c.relname, 5, 'grant ' || string_agg(lower(p.privilege_type), ', ' order by p.privilege_type) || ' to rollcall_app'
    from pg_class c, aclexplode(c.relacl) p
   where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
     and p.grantee = 'rollcall_app'::regrole
   group by c.relname
  order by 1, 2, 3`

async function dump(pool: Pool): Promise<string> {
  const { rows: columns } = await pool.query<{
    table: string
    name: string
    type: string
    required: boolean
    fallback: string | null
  }>(COLUMNS)
  const { rows: lines } = await pool.query<{ table: string; rank: number; line: string }>(LINES)
  const tables = [...new Set(columns.map(({ table }) => table))]
  const texts = tables.map((table) => {
    const own = columns
      .filter((column) => column.table === table)
      .map(
        ({ name, type, required, fallback }) =>
          `  ${name} ${type}${required ? ' not null' : ''}${fallback === null ? '' : ` default ${fallback}`}`,
      )
    const constraints = lines
      .filter((line) => line.table === table && line.rank === 1)
      .map(({ line }) => `  ${line}`)
    const rest = lines.filter((line) => line.table === table && line.rank > 1)
    return `create table ${table} (\n${[...own, ...constraints].join(',\n')}\n);\n${rest
      .map(({ line, rank }) => (rank === 2 ? `${line};\n` : `-- ${line}\n`))
      .join('')}`
  })
  return `${HEADER}\n${texts.join('\n')}`
}

const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-schema-'))
const opened = await openDatabase({
  kind: 'embedded',
  embedded: { dataDir },
  appPassword: 'unused',
})
try {
  await migrate(opened.ownerPool)
  const text = await dump(opened.ownerPool)
  if (process.argv.includes('--check')) {
    if ((await readFile(FILE, 'utf8').catch(() => '')) !== text) {
      console.error('src/db/schema.sql is stale. Run: npm run db:dump')
      process.exitCode = 1
    }
  } else await writeFile(FILE, text)
} finally {
  await opened.close()
  await rm(dataDir, { recursive: true, force: true })
}
