/** The chain of each audit log: verified by whoever asks, and signed once a day. */
import { type CheckpointsGiven, createCheckpoints } from './checkpoints.ts'
import { createDailyCheckpoint, type DailyGiven } from './daily-checkpoint.ts'
import { createVerification } from './verification.ts'

export type AuditChain = ReturnType<typeof createAuditChain>

export function createAuditChain(given: CheckpointsGiven & Pick<DailyGiven, 'log'>) {
  const checkpoints = createCheckpoints(given)
  const verification = createVerification({ ...given, checkpoints })
  return {
    verify: verification.verify,
    publicKeys: checkpoints.publicKeys,
    checkpoint: createDailyCheckpoint({ ...given, checkpoints, verification }),
  }
}
