/** The pipeline of a test on a database, with a loader that runs for real, as a node has one. */
import { createLoader, type Loader, type LoaderGiven } from '../../src/etl/index.ts'
import { systemRandom, type TenantId } from '../../src/lib/index.ts'
import { createLog } from '../../src/telemetry/index.ts'
import { borrowTestDatabase, type TestDatabase } from './database.ts'
import { createPipeline, type Pipeline } from './pipeline.ts'

export * from './pipeline.ts'
export * from './seed-people.ts'

export interface TestPipeline extends Pipeline {
  readonly database: TestDatabase
  readonly log: string[]
  /** A loader as a node has one; it is stopped with the test. Writes wake the latest one made. */
  readonly createLoader: (
    overrides?: Partial<
      Pick<
        LoaderGiven,
        'pollSeconds' | 'endSessions' | 'batchFinished' | 'labelsOf' | 'workElsewhere'
      >
    >,
  ) => Loader
  /** As if another node were at work for a tenant that has been loaded once. @returns what ends it */
  readonly holdLease: (tenantId: TenantId) => Promise<() => Promise<void>>
}

/** @param open  `createTestDatabase` where PostgreSQL's own figures are read, which others of the file would move */
export async function createTestPipeline(
  t: { after(act: () => Promise<void>): void },
  open: () => Promise<TestDatabase> = borrowTestDatabase,
): Promise<TestPipeline> {
  const database = await open()
  const endings: (() => Promise<void>)[] = []
  t.after(async () => {
    for (const end of endings) await end()
    await database.close()
  })
  const log: string[] = []
  let latest: Loader | undefined
  const pipeline = createPipeline({
    db: database.db,
    random: systemRandom,
    onWritten: (tenantId) => latest?.wake(tenantId),
  })
  return {
    ...pipeline,
    ...{ database, log },
    createLoader(overrides = {}) {
      const loader = createLoader({
        ...pipeline.given,
        identity: pipeline.identity,
        isThere: pipeline.isThere,
        log: createLog('debug', { write: (line: string) => void log.push(line) }),
        pollSeconds: 1,
        ...overrides,
      })
      latest = loader
      endings.push(() => loader.stop())
      return loader
    },
    async holdLease(tenantId) {
      const client = await database.ownerPool.connect()
      const release = () => client.query('rollback').then(() => client.release(true))
      let released: Promise<void> | undefined
      const end = () => (released ??= release())
      endings.push(end)
      await client.query('begin')
      await client.query('select from loader where tenant_id = $1 for update', [tenantId])
      return end
    },
  }
}
