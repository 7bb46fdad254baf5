/** The loader's thread: puts together what loading needs, and nothing else (`loader-thread.ts`). */
import { parentPort, workerData } from 'node:worker_threads'
import { createDb, createPool } from './db/index.ts'
import { createWork } from './etl/index.ts'
import { createIds, createKeyRing, systemClock, systemRandom } from './lib/index.ts'
import type { FromThread, ThreadData, ToThread } from './loader-thread.ts'
import { createSessionEnd } from './sessions/index.ts'
import { createLog } from './telemetry/index.ts'
import { labelsOf } from './tenants/index.ts'

/** As many tenants as are worked for at a time, and the polling. */
const CONNECTIONS = 4

const { appConfig, isDistributed, masterKey, pollSeconds, logLevel } = workerData as ThreadData
const ring = createKeyRing(masterKey.keys)
const tell = (message: FromThread) => parentPort?.postMessage(message)

const log = createLog(logLevel, { write: (line) => tell({ say: 'log', line }) })
const pool = createPool({ ...appConfig, max: CONNECTIONS })
const db = createDb({ pool, isDistributed })
const newId = createIds({ now: systemClock, random: systemRandom })
const base = { db, log, newId, clock: systemClock }
const { endSessions } = createSessionEnd({
  ...{ ...base, masterKey: ring },
  onOwed: () => tell({ say: 'owed' }),
})
const work = createWork({
  ...{ ...base, pollSeconds },
  labelsOf: (tenantId) => labelsOf(db, tenantId),
  endSessions: async (...out) => void (await endSessions(...out)),
  atWork: (...args) => tell({ say: 'atWork', args }),
  batchFinished: (...args) => tell({ say: 'batchFinished', args }),
})

async function end(): Promise<void> {
  await work.stop()
  await pool.end()
  parentPort?.close()
}

parentPort?.on('message', (message: ToThread) => {
  switch (message.say) {
    case 'add':
      return work.add(message.tenantIds)
    case 'addWaiting':
      return work.addWaiting(message.tenantId)
    case 'hold':
      return void ring.hold(message.keys).then(() => tell({ say: 'held' }))
    case 'start':
      return void work.start()
    case 'stop':
      return void end()
  }
})
