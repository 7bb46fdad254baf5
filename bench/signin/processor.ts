/** What processes have had of a processor: ours, and those of a PostgreSQL on this machine. */
import { readFile } from 'node:fs/promises'
import type { BenchDatabase } from '../database.ts'

/** Linux counts in hundredths of a second, whatever its clock does (proc(5), sysconf(_SC_CLK_TCK)). */
const TICK_MS = 10

export function ownMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Of all that belong to it now, in milliseconds; 0 where they cannot be looked at. */
export async function postgresMs({ ownerPool }: BenchDatabase): Promise<number> {
  const { rows } = await ownerPool.query<{ pid: number }>('select pid from pg_stat_activity')
  try {
    const spent = await Promise.all(rows.map(({ pid }) => spentBy(pid)))
    return spent.reduce((sum, each) => sum + each, 0)
  } catch {
    return 0
  }
}

async function spentBy(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  if (!stat.includes('(postgres)')) throw new Error(`${pid} is another process.`)
  // Behind the name, which may hold anything: utime and stime are the 12th and 13th.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) * TICK_MS
}
