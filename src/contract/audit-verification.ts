/** Verifying an audit log from end to end, which is asked for part after part; and what a break is called. */
import type { AdminClient } from './client.ts'

export type AuditVerification = Awaited<ReturnType<AdminClient['verifyAudit']>>

/**
 * Goes on until the log is over.
 * @param found  told after each part how many entries are verified so far
 */
export async function verifyAuditLog(
  ask: (after: number) => Promise<AuditVerification>,
  found: (entries: number) => void,
): Promise<AuditVerification> {
  let [after, entries, checkpoints] = [0, 0, 0]
  for (;;) {
    const part = await ask(after)
    entries += part.entries
    checkpoints += part.checkpoints
    if (part.isOver) return { ...part, entries, checkpoints }
    found(entries)
    after = part.position
  }
}

/** What is wrong, and what to do. */
export function breakInWords({
  position,
  auditId,
  problem,
}: NonNullable<AuditVerification['broken']>): string {
  if (position === 0)
    return 'The checkpoint was not signed by this server for this log. Is it of another tenant, or of another server?'
  const entry = auditId === null ? `Entry ${position}` : `Entry ${position} (${auditId})`
  const found = {
    missing: 'is not there',
    altered: 'is not what was written',
    'checkpoint-refused': 'is a checkpoint that was not signed by this server for this log',
  }[problem]
  return (
    `${entry} ${found}. It takes the database itself to do that: see who can write to it, and compare with a back-up. ` +
    "The process's log has a line audit.checkpoint.signed of each day."
  )
}
