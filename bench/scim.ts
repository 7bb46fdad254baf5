/**
 * SCIM over HTTP, durable, as the server stands: authentication, the rules, the log and the loader
 * behind it. By turns with the floor, which does the same work and nothing else, on the same
 * PostgreSQL; and, for Okta's create, with the rate at which PostgreSQL itself commits its statement.
 */
import { addPending } from '../src/sync/index.ts'
import { bench, type Given } from './bench.ts'
import type { BenchDatabase } from './database.ts'
import { fillFloor, withFloor } from './floor.ts'
import { fillGroup, fillPeople, newScope, settle } from './people.ts'
import { withGenerator } from './http-load.ts'
import { groupFigures, SPARE } from './scim-groups.ts'
import { peerFigures } from './scim-peers.ts'
import { type Contest, loaded, rateFigures } from './scim-rates.ts'
import { type ScimAccess, withServer } from './server.ts'
import { createStatement } from './statement.ts'

export const scim = bench({
  measures: 'SCIM over HTTP against a bare server on the same PostgreSQL',
  sizes: {
    connections: { means: 'requests at a time', full: 16, quick: 4 },
    milliseconds: { means: 'of each measurement', full: 2_000, quick: 150 },
    rounds: { means: 'of all measurements, by turns', full: 9, quick: 1 },
    crowd: { means: 'people there before, all of them in a group', full: 100_000, quick: 500 },
    born: { means: 'members that a group is created with', full: 10_000, quick: 200 },
    turns: { means: 'PATCHes of the group, and pages read', full: 200, quick: 5 },
  },
  budgets: [
    { figure: 'share', atLeast: 50 },
    { figure: 'createOfFloor', atLeast: 80 },
    { figure: 'userNameOfFloor', atLeast: 70 },
    { figure: 'externalIdOfFloor', atLeast: 70 },
    { figure: 'idOfFloor', atLeast: 70 },
    { figure: 'replaceOfFloor', atLeast: 70 },
    { figure: 'activeOfFloor', atLeast: 70 },
    { figure: 'pageOfFloor', atMost: 2 },
    { figure: 'joinOfFloor', atMost: 2 },
    { figure: 'leaveOfFloor', atMost: 2 },
    { figure: 'joinOneOfFloor', atMost: 2 },
    { figure: 'leaveOneOfFloor', atMost: 2 },
    { figure: 'p50Operations', atMost: 100 },
    { figure: 'worstBorn', atMost: 1000 },
    { figure: 'createOfPeers', atLeast: 2, with: 'peers' },
  ],
  async run(given, sizes) {
    const { server, say, peers } = given
    const served = await server.createDatabase()
    const [bare, under] = [await server.createDatabase(), await server.createEmptyDatabase()]
    await expectDurable(under)
    const statement = await createStatement(bare.db, await newScope(bare, 'acme'))
    return withServer(served, ({ onboard }) =>
      withFloor(under, (floorUrl) =>
        withGenerator(async (load) => {
          const ours = await onboard('acme')
          await fill(given, served, ours, sizes.crowd)
          await fillFloor(under, sizes.crowd + SPARE, sizes.crowd)
          const floor = { baseUrl: floorUrl, token: 'none' }
          const contest: Contest = { load, ours, floor, idle: () => loaded(served) }
          const rates = await rateFigures(contest, { bare, statement }, sizes, say)
          const groups = await groupFigures(contest, sizes)
          const others = peers ? await peerFigures(contest, server, sizes, say) : {}
          return {
            figures: { ...rates.figures, ...groups, ...others },
            notes: [`PostgreSQL by ${rates.by}.`],
          }
        }),
      ),
    )
  },
})

async function fill({ say }: Given, served: BenchDatabase, ours: ScimAccess, crowd: number) {
  const scope = { ...ours, requestId: 'req_bench' }
  await fillPeople(served, scope, { from: 1, to: crowd + SPARE, pending: true }, say)
  const group = await fillGroup(served, scope, { number: 1, size: crowd })
  await served.db.inTenant(ours.tenantId, (trx) =>
    addPending(trx, ours.tenantId, [{ ...scope, resourceId: group, memberId: null }], new Date()),
  )
  await settle(served)
}

/** @throws Error on a server that answers before what it was told is on the disk */
async function expectDurable({ ownerPool }: BenchDatabase): Promise<void> {
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const { rows } = await ownerPool.query<{ value: string }>(
      'select current_setting($1) as value',
      [name],
    )
    if (rows[0]?.value !== 'on')
      throw new Error(
        `${name} is ${rows[0]?.value} on this PostgreSQL. What is measured here is durable; set it to on.`,
      )
  }
}
