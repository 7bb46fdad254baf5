/**
 * A PostgreSQL for one run of the tests: started by the product's own supervisor in a directory of
 * its own, gone with everything in it afterwards. `binFolder` names another PostgreSQL's programs.
 *
 * It lies in memory where there is plenty: a run makes and drops some thousand databases.
 */
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../src/db/index.ts'

export interface Throwaway {
  /** Connects as the owner of the cluster, who may make databases and roles. */
  readonly url: string
  readonly stop: () => Promise<void>
}

/** @throws Error when the programs do not run here, with what to do */
export async function startThrowaway(options: { binFolder?: string }): Promise<Throwaway> {
  const dataDir = await mkdtemp(join(await roomyFolder(), 'rollcall-tests-'))
  // As root, the supervisor runs PostgreSQL as somebody else, who must get through here.
  await chmod(dataDir, 0o711)
  try {
    const database = await openDatabase({
      kind: 'embedded',
      embedded: { dataDir, postgresBin: options.binFolder },
      appPassword: 'of-a-throwaway',
    })
    const { host = '', user = '', database: name = '' } = database.ownerPool.options
    return {
      url: `postgres:///${name}?${new URLSearchParams({ host, user })}`,
      async stop() {
        await database.close()
        await rm(dataDir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
}

const IN_MEMORY = '/dev/shm'
/** Ten times what a run needs at its fullest. */
const PLENTY_BYTES = 8 * 2 ** 30

async function roomyFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(IN_MEMORY)
    return bavail * bsize >= PLENTY_BYTES ? IN_MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}
