/** How the pipeline, its runs and what is set aside travel. */
import type { Drift, Loader, LoaderStatus, Quarantined, Run } from '../../etl/index.ts'
import { iso, isoOrNull } from './handlers.ts'
import { presentBrief } from './identities.ts'

export function presentPipeline(status: LoaderStatus) {
  return {
    ...status,
    oldestWaitingAt: isoOrNull(status.oldestWaitingAt),
    heldSince: isoOrNull(status.heldSince),
    estimatedEndAt: isoOrNull(status.estimatedEndAt),
  }
}

export function presentRun({ runId, startedAt, endedAt, ...rest }: Run) {
  return { ...rest, id: runId, startedAt: iso(startedAt), endedAt: isoOrNull(endedAt) }
}

export function presentQuarantined(row: Quarantined) {
  const { writtenAt, quarantinedAt, skipped } = row
  return {
    ...row,
    writtenAt: iso(writtenAt),
    quarantinedAt: iso(quarantinedAt),
    skipped: skipped && { ...skipped, at: iso(skipped.at) },
  }
}

export function presentDeparture({
  position,
  identity,
  member,
  requestId,
}: Awaited<ReturnType<Loader['departures']>>[number]) {
  const who = presentBrief(identity)
  return { position, identity: who, member: member && presentBrief(member), requestId }
}

export function presentDrift({ kind, identity, other, ...rest }: Drift) {
  return {
    ...rest,
    event: kind,
    identity: presentBrief(identity),
    other: other && presentBrief(other),
  }
}

/** What a full run counts, as drift. */
export function presentFound(run: Run) {
  return {
    missing: run.identitiesCreated,
    different: run.identitiesChanged,
    extra: run.identitiesDeleted,
    linksMissing: run.linksAdded,
    linksExtra: run.linksRemoved,
  }
}
