/** One membership from the identity provider's PATCH to the identity store, in a large group and in a small one. */
import { systemRandom } from '../../src/lib/index.ts'
import { createPipeline, type TestTenant } from '../../test/support/pipeline.ts'
import { seedLoadedGroup, seedLoadedPeople } from '../../test/support/seed-people.ts'
import type { BenchDatabase } from '../database.ts'
import { median, timedByTurns } from '../figures.ts'
import { settle } from '../people.ts'

const SMALL = 100
const TURNS = 200

/** @returns p50 in the large group / p50 in the small one; written and loaded, without socket and waking */
export async function membershipCost(
  database: BenchDatabase,
  large: number,
  say: (line: string) => void,
): Promise<number> {
  const { db } = database
  const pipeline = createPipeline({ db, random: systemRandom, onWritten: () => {} })
  const tenant = await pipeline.onboard('membership')
  const people = await seedLoadedPeople(db, tenant, large + 1)
  say(`${large} people`)
  const moverOf = async (members: number) => {
    const name = `Group of ${members}`
    const group = await seedLoadedGroup(db, tenant, name, people.slice(0, members))
    return mover(tenant, group, people.at(-1) ?? '')
  }
  const [ofLarge, ofSmall] = [await moverOf(large), await moverOf(SMALL)]
  await settle(database)
  await database.ownerPool.query('vacuum (analyze) identity, link')
  const { one, other } = await timedByTurns(TURNS, ofLarge, ofSmall)
  return median(one) / median(other)
}

/** The same person joins and leaves by turns. */
function mover(tenant: TestTenant, group: string, member: string) {
  let isIn = false
  return async () => {
    isIn = !isIn
    await tenant.move(group, { kind: isIn ? 'join' : 'leave', members: [member] })
    await tenant.load()
  }
}
