/**
 * Once a day, on whichever node comes first: what was added to a log since its latest checkpoint is verified, and its
 * last entry signed. Where the chain is broken that is said in the log itself, and by the process's log, once.
 */
import type { Logger } from 'pino'
import type { Db } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Audit } from './audit.ts'
import type { Broken } from './chain.ts'
import type { createCheckpoints } from './checkpoints.ts'
import { inLog, lastLink } from './entry-rows.ts'
import type { createVerification } from './verification.ts'

const SYSTEM = { kind: 'system', id: 'audit', requestId: 'none' } as const

export interface DailyGiven {
  readonly db: Db
  readonly audit: Audit
  readonly log: Pick<Logger, 'info' | 'error'>
  readonly checkpoints: ReturnType<typeof createCheckpoints>
  readonly verification: ReturnType<typeof createVerification>
}

export function createDailyCheckpoint(given: DailyGiven) {
  const { db, audit, log, checkpoints, verification } = given

  async function brokenAfter(tenantId: TenantId | null, position: number): Promise<Broken | null> {
    let after = position
    for (;;) {
      const part = await verification.verify(tenantId, { after })
      if (part.isOver) return part.broken
      after = part.position
    }
  }

  async function report(tenantId: TenantId | null, broken: Broken): Promise<void> {
    const { position, problem } = broken
    log.error({ event: 'audit.chain.found-broken', tenantId, position, problem })
    await audit.recordAlone(tenantId, SYSTEM, {
      act: 'audit.chain.found-broken',
      object: broken.auditId ?? String(position),
      details: { position, problem },
    })
  }

  /** What is to be signed: undefined where the latest checkpoint is young, or of the last entry. */
  async function due(tenantId: TenantId | null, before: Date) {
    // In this order: what another node signs in between is seen, or refused as what has grown.
    const last = await inLog(db, tenantId, (trx) => lastLink(trx, tenantId))
    const latest = await checkpoints.latest(tenantId)
    if (latest !== undefined && latest.signedAt > before) return undefined
    const signed = latest?.position ?? 0
    // A checkpoint is an entry: it follows the one that it is of.
    const isSigned = latest === undefined ? last.position === 0 : last.position === signed + 1
    return isSigned ? undefined : { last, signed }
  }

  /**
   * Makes the checkpoint of a log whose latest is from before an instant, if anything was added since.
   * @param tenantId  null: of the platform's own log
   * @returns 0: it takes nothing away
   */
  return async function checkpoint(tenantId: TenantId | null, before: Date): Promise<0> {
    let found = await due(tenantId, before)
    if (found === undefined) return 0
    const broken = await brokenAfter(tenantId, found.signed)
    if (broken !== null) {
      await report(tenantId, broken)
      found = await due(tenantId, before)
    }
    if (found === undefined || !(await checkpoints.sign(tenantId, found.last))) return 0
    const { position, hash } = found.last
    const said = { tenantId, position, hash: hash.toString('hex') }
    log.info({ event: 'audit.checkpoint.signed', ...said })
    return 0
  }
}
