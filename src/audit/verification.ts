/** Verifies the chain of an audit log, from its beginning or from an entry on: where it is broken first, if it is. */
import type { Db } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { BEGINNING, type Broken, brokenAt, type Link, type LinkedRow } from './chain.ts'
import { type Checkpoint, CHECKPOINT, type createCheckpoints } from './checkpoints.ts'
import { entryRows, inLog, linkedRows } from './entry-rows.ts'

/** Some 50 ms in which nobody else is at work here. */
const MOST_AT_ONCE = 1_000

export interface VerifiedPart {
  /** How many entries were found to follow one another. */
  readonly entries: number
  /** How many of them are checkpoints. */
  readonly checkpoints: number
  /** The last of them: the next part begins after it. */
  readonly position: number
  /** There is no more to verify: the end, or the place where it is broken. */
  readonly isOver: boolean
  readonly broken: Broken | null
  /** Once it is over: how many entries of the log stand outside the chain, from before there was one. */
  readonly unlinked: number
  /** Once it is over. */
  readonly latest: Checkpoint | null
}

export interface Asked {
  readonly after: number
  readonly limit?: number
  readonly checkpoint?: string | undefined
}

export interface VerificationGiven {
  readonly db: Db
  readonly checkpoints: ReturnType<typeof createCheckpoints>
}

export function createVerification(given: VerificationGiven) {
  const { db, checkpoints } = given
  return {
    /**
     * Verifies a part of the log.
     * @param after  a position: that entry is taken to be good, as the part before has found it
     * @param checkpoint  one that was kept elsewhere: at the end, the log is compared with it, too
     */
    async verify(
      tenantId: TenantId | null,
      { after, limit = MOST_AT_ONCE, checkpoint }: Asked,
    ): Promise<VerifiedPart> {
      const { last, isOver, broken, ...walked } = await walk(given, tenantId, after, limit)
      const isGood = isOver && broken === undefined
      const differs =
        isGood && checkpoint !== undefined ? await compare(given, tenantId, checkpoint) : undefined
      return {
        ...{ ...walked, isOver, entries: last - after, position: last },
        broken: broken ?? differs ?? null,
        unlinked: isOver ? await unlinked(db, tenantId) : 0,
        latest: (isOver && (await checkpoints.latest(tenantId))) || null,
      }
    },
  }
}

/** How far the entries after one follow one another, and where they do not. */
async function walk(
  given: VerificationGiven,
  tenantId: TenantId | null,
  after: number,
  limit: number,
) {
  let before = await linkAt(given, tenantId, after)
  if (before === undefined)
    return { last: after, checkpoints: 0, isOver: true, broken: missing(after) }
  const rows = await inLog(given.db, tenantId, (trx) =>
    linkedRows(trx, tenantId)
      .where('position', '>', after)
      .orderBy('position')
      .limit(limit)
      .execute(),
  )
  let checkpoints = 0
  for (const row of rows) {
    const broken = await brokenBetween(given, tenantId, before, row)
    if (broken !== undefined) return { last: before.position, checkpoints, isOver: true, broken }
    before = row
    if (row.act === CHECKPOINT) checkpoints += 1
  }
  return { last: before.position, checkpoints, isOver: rows.length < limit, broken: undefined }
}

async function brokenBetween(
  { checkpoints }: VerificationGiven,
  tenantId: TenantId | null,
  before: Link,
  entry: LinkedRow,
): Promise<Broken | undefined> {
  const broken = brokenAt(tenantId, before, entry)
  if (broken !== undefined || entry.act !== CHECKPOINT) return broken
  const { jws } = entry.details as { readonly jws?: unknown }
  const said = await checkpoints.read(String(jws))
  // The hash is of that tenant's log and of that position.
  const isRight = said?.hash === before.hash.toString('hex')
  const { position, audit_id: auditId } = entry
  return isRight ? undefined : { position, auditId, problem: 'checkpoint-refused' }
}

/** Where the log is not what a checkpoint says that was kept elsewhere; undefined where it is. */
async function compare(
  given: VerificationGiven,
  tenantId: TenantId | null,
  jws: string,
): Promise<Broken | undefined> {
  const said = await given.checkpoints.read(jws)
  if (said === undefined || said.tenant !== tenantId)
    return { ...missing(0), problem: 'checkpoint-refused' }
  const entry = await linkAt(given, tenantId, said.position)
  if (entry === undefined) return missing(said.position)
  const isSame = entry.hash.toString('hex') === said.hash
  return isSame ? undefined : { ...missing(said.position), problem: 'altered' }
}

/** The entry to go on after; undefined where there is none. */
function linkAt(
  { db }: VerificationGiven,
  tenantId: TenantId | null,
  position: number,
): Promise<Link | undefined> {
  if (position === 0) return Promise.resolve(BEGINNING)
  return inLog(db, tenantId, (trx) =>
    linkedRows(trx, tenantId).where('position', '=', position).executeTakeFirst(),
  )
}

function missing(position: number): Broken {
  return { position, auditId: null, problem: 'missing' }
}

async function unlinked(db: Db, tenantId: TenantId | null): Promise<number> {
  const rows = await inLog(db, tenantId, (trx) =>
    entryRows(trx, tenantId)
      .clearSelect()
      .select((e) => e.fn.countAll<number>().as('rows'))
      .where('position', 'is', null)
      .executeTakeFirstOrThrow(),
  )
  return rows.rows
}
