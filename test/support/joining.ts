/** Puts joining rules in force below HTTP, in the way the product does, without saying what a rule may be. */
import {
  addJoiningVersion,
  joinByValuesOf,
  type JoiningRule,
  readJoiningVersion,
} from '../../src/etl/joining-rule.ts'
import { continueFullRun, startFullRun, startFullRunIn } from '../../src/etl/full-run.ts'
import { writeBrakePolicy } from '../../src/etl/brake-policy.ts'
import { countHeld, releaseHeld } from '../../src/etl/held-decide.ts'
import type { TenantId } from '../../src/lib/index.ts'
import type { Pipeline } from './pipeline.ts'

export { continueFullRun, countHeld, releaseHeld, startFullRun, writeBrakePolicy }

/** @returns what applies a rule; the full run that carries it out is begun and is yet to be gone on with */
export function createTestJoining({ db, given, clock }: Pipeline, tenantId: TenantId) {
  return async ({ by, active, connections }: JoiningRule): Promise<void> =>
    db.inTenant(tenantId, async (trx) => {
      const before = await readJoiningVersion(trx, tenantId)
      const version = before.version + 1
      const set = (all: JoiningRule['connections']) => all.toSorted().join()
      const isAlike = by === before.by && set(connections) === set(before.connections)
      await addJoiningVersion(trx, tenantId, {
        ...{ by, active, connections, version, author: 'operator:adm_1', createdAt: clock() },
        valuesVersion: isAlike ? before.valuesVersion : version,
      })
      await startFullRunIn(trx, given, tenantId)
      if (by === null) await joinByValuesOf(trx, tenantId, null)
    })
}
