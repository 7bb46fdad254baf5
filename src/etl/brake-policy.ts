/** What a tenant lets through before the brake holds. */
import { isDeepStrictEqual } from 'node:util'
import type { Transaction } from '../db/index.ts'
import { refuseChanged, type TenantId } from '../lib/index.ts'

export interface BrakePolicy {
  /** Of the people who were active at the beginning of the window; 0 to 1. */
  readonly share: number
  /** So many people may always leave. */
  readonly atLeast: number
  readonly windowMinutes: number
  /** Whether the sessions of who is held end at once; else access goes on until decided. */
  readonly cutsAccess: boolean
  /** Of the members that a group had at the beginning of the window; 0 to 1, where 1 holds nothing. */
  readonly groupShare: number
  /** A group that had fewer members then is never held. */
  readonly groupSize: number
}

export const DEFAULT_BRAKE: BrakePolicy = {
  share: 0.2,
  atLeast: 50,
  windowMinutes: 60,
  cutsAccess: false,
  groupShare: 0.5,
  groupSize: 50,
}

export async function readBrakePolicy(trx: Transaction, tenantId: TenantId): Promise<BrakePolicy> {
  const row = await trx
    .selectFrom('brake_policy')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
  if (row === undefined) return DEFAULT_BRAKE
  return {
    share: Number(row.share),
    atLeast: row.at_least,
    windowMinutes: row.window_minutes,
    cutsAccess: row.cuts_access,
    groupShare: Number(row.group_share),
    groupSize: row.group_size,
  }
}

/**
 * @param replaces  what whoever changes it takes to be in force; undefined: whatever it is
 * @throws Refusal `conflict` when that is not so any more (SEC C-7)
 */
export async function writeBrakePolicy(
  trx: Transaction,
  tenantId: TenantId,
  policy: BrakePolicy,
  replaces?: BrakePolicy,
): Promise<void> {
  const isInForce =
    replaces === undefined || isDeepStrictEqual(await readBrakePolicy(trx, tenantId), replaces)
  if (isInForce && (await write(trx, tenantId, policy, replaces))) return
  refuseChanged('the brake', 'hold policy')
}

/** @returns whether it was: somebody may be quicker */
async function write(
  trx: Transaction,
  tenantId: TenantId,
  policy: BrakePolicy,
  replaces: BrakePolicy | undefined,
): Promise<boolean> {
  const row = await trx
    .insertInto('brake_policy')
    .values({ tenant_id: tenantId, ...columnsOf(policy) })
    .onConflict((conflict) => {
      const update = conflict.column('tenant_id').doUpdateSet(columnsOf(policy))
      if (replaces === undefined) return update
      return update.where((e) =>
        e.and([
          e('brake_policy.share', '=', String(replaces.share)),
          e('brake_policy.at_least', '=', replaces.atLeast),
          e('brake_policy.window_minutes', '=', replaces.windowMinutes),
          e('brake_policy.cuts_access', '=', replaces.cutsAccess),
          e('brake_policy.group_share', '=', String(replaces.groupShare)),
          e('brake_policy.group_size', '=', replaces.groupSize),
        ]),
      )
    })
    .returning('tenant_id')
    .executeTakeFirst()
  return row !== undefined
}

function columnsOf(policy: BrakePolicy) {
  return {
    share: policy.share,
    at_least: policy.atLeast,
    window_minutes: policy.windowMinutes,
    cuts_access: policy.cutsAccess,
    group_share: policy.groupShare,
    group_size: policy.groupSize,
  }
}

export function windowStart({ windowMinutes }: BrakePolicy, now: Date): Date {
  return new Date(now.getTime() - windowMinutes * 60_000)
}
