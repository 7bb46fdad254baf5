/**
 * The joining rule as an administrator has it: read, applied and taken back. Applying is a new version and a
 * full run in one transaction, which joins and parts who is there.
 */
import { uniqueViolation } from '../../db/index.ts'
import type { Identity } from '../../identity/index.ts'
import { type Actor, Refusal, type TenantId } from '../../lib/index.ts'
import { startFullRunIn } from '../full-run.ts'
import {
  addJoiningVersion,
  joinByValuesOf,
  type JoiningRule,
  type JoiningVersion,
  listJoiningVersions,
  readJoiningVersion,
} from '../joining-rule.ts'
import { type JoiningOf, readJoiningOf } from '../joining-of.ts'
import { connectionsOf, ruleFor } from './joining-preview.ts'
import { print } from './language.ts'
import type { RulesGiven } from './rules.ts'

interface Asked {
  readonly rule: JoiningRule
  /** The version in force, as the caller knows it (SEC C-7). */
  readonly replaces: number
}

export function createJoining(given: RulesGiven) {
  const { db, audit, clock, wake } = given

  return {
    /** The version in force. */
    readJoining: (tenantId: TenantId): Promise<JoiningVersion> =>
      db.inTenant(tenantId, (trx) => readJoiningVersion(trx, tenantId)),

    listJoining: (tenantId: TenantId, limit: number): Promise<JoiningVersion[]> =>
      db.inTenant(tenantId, (trx) => listJoiningVersions(trx, tenantId, limit)),

    /** With whom somebody is one person, or why with nobody; null where nobody is by any rule. */
    async joiningOf(tenantId: TenantId, person: Identity): Promise<JoiningOf | null> {
      const connections = await given.labelsOf(tenantId)
      return db.inTenant(tenantId, (trx) =>
        readJoiningOf(trx, tenantId, person, connections.keys()),
      )
    },

    /**
     * @returns the version that is in force now, and the full run that carries it out
     * @throws Refusal `invalid_input` as `readyJoining`, and where there are not two connections; `not_found`
     *         for one that is not the tenant's; `conflict` when another version is in force, a full run is
     *         under way, or there is nothing to take back
     */
    async applyJoining(
      actor: Actor,
      tenantId: TenantId,
      { rule, replaces }: Asked,
    ): Promise<JoiningVersion & { readonly runId: string }> {
      const checked = await checkJoining(given, tenantId, rule)
      const applied = await db
        .inTenant(tenantId, async (trx) => {
          const before = await readJoiningVersion(trx, tenantId)
          if (before.version !== replaces) throw changedMeanwhile(replaces)
          if (before.by === null && checked.by === null)
            throw new Refusal(
              'conflict',
              'No joining rule is in force; there is nothing to take back.',
            )
          const version = replaces + 1
          const next = {
            ...checked,
            version,
            valuesVersion: isAlike(before, checked) ? before.valuesVersion : version,
            author: `${actor.kind}:${actor.id}`,
            createdAt: clock(),
          }
          await addJoiningVersion(trx, tenantId, next)
          const runId = await startFullRunIn(trx, given, tenantId)
          if (checked.by === null) await joinByValuesOf(trx, tenantId, null)
          await audit.record(trx, tenantId, actor, {
            act: 'etl.joining.applied',
            object: tenantId,
            details: { version, before: ruleOf(before), after: checked, runId },
          })
          return { ...next, runId }
        })
        .catch((error: unknown) => {
          if (uniqueViolation(error) === undefined) throw error
          throw changedMeanwhile(replaces, error)
        })
      wake(tenantId)
      return applied
    },
  }
}

/** In one spelling. */
async function checkJoining(
  given: RulesGiven,
  tenantId: TenantId,
  { by, active, connections }: JoiningRule,
): Promise<JoiningRule> {
  if (by === null) return { by, active: 'all', connections: [] }
  const order = await connectionsOf(given, tenantId, connections)
  let text = by
  for (const id of order) text = print(await ruleFor(given, tenantId, id, by))
  return { by: text, active, connections: connections.length === 0 ? [] : order }
}

/** Whether what stands for everybody is the same: another order changes only who leads. */
function isAlike(one: JoiningRule, other: JoiningRule): boolean {
  const set = ({ connections }: JoiningRule) => connections.toSorted().join()
  return one.by === other.by && set(one) === set(other)
}

function ruleOf({ by, active, connections }: JoiningRule): JoiningRule {
  return { by, active, connections }
}

function changedMeanwhile(replaces: number, cause?: unknown): Refusal {
  return new Refusal(
    'conflict',
    `The joining rule is not at version ${replaces} any more. Read what is in force now, then decide.`,
    { cause },
  )
}
