/** A PostgreSQL that is not the embedded one, with its programs, for a test alone; where there is one. */
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../src/db/embedded.ts'

/** Where its programs lie. */
export const BIN = process.env.ROLLCALL_TEST_POSTGRES_15_BIN ?? '/usr/lib/postgresql/15/bin'

export function hasPrograms(...names: string[]): boolean {
  return names.every((name) => spawnSync(join(BIN, name), ['--version']).status === 0)
}

/** @returns the address of a database on it, as its owner */
export async function startOwnPostgres(t: {
  after(act: () => Promise<void>): void
}): Promise<(database: string) => string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-own-'))
  // As root, PostgreSQL runs as somebody else, who has to get through here.
  await chmod(dataDir, 0o711)
  const postgres = await startEmbedded({ dataDir, postgresBin: BIN })
  t.after(async () => {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
  return (database) =>
    `postgres:///${database}?host=${postgres.socketDir}&user=${postgres.ownerUser}`
}
