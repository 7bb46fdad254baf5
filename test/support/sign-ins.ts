/** Attempts to sign in that are in the log without anybody having made them. */
import { createIds, systemRandom, type TenantId } from '../../src/lib/index.ts'
import { createPendingWrites } from '../../src/signin/pending-writes.ts'
import { createSignIns } from '../../src/signin/sign-ins.ts'
import type { TestApp } from './app.ts'
import type { TestClock } from './clock.ts'

export function createAttempts({ app }: Pick<TestApp, 'app'>, clock: TestClock) {
  const newId = createIds({ now: clock, random: systemRandom })
  const { db, tallies } = app
  const signIns = createSignIns({ db, clock, newId, tallies, writes: createPendingWrites(app) })

  return async (of: TenantId, outcome: 'signed-in' | 'refused'): Promise<void> => {
    const id = await signIns.begin(of, 'sit_1', {})
    const code = outcome === 'refused' ? { code: 'user_not_found' as const } : {}
    await signIns.add(of, id, outcome, {}, { outcome, ...code })
  }
}
