/**
 * A PostgreSQL for one run of the tests: started by the product's own supervisor in a directory of
 * its own, gone with everything in it afterwards. `binFolder` names another PostgreSQL's programs.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
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
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-tests-'))
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
