/**
 * The server is killed again and again, at moments that a seed chooses, while it loads what has piled
 * up. In the end each identity is there once, events are numbered without a gap, and a full run, which
 * looks at all of it afresh, finds nothing to repair.
 */
import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { createChance } from '../test/support/chance.ts'
import { seedMembers } from '../test/support/seed-people.ts'
import { bench } from './bench.ts'
import type { BenchDatabase } from './database.ts'
import { times } from './figures.ts'
import { makeFolder } from './folder.ts'
import { userIdOf } from './okta-user.ts'
import { fillGroup, fillPeople, settle } from './people.ts'
import { type ScimAccess, type ServerProcess, startServer } from './server.ts'

const GROUP = 10_000
const LOOK_EVERY_MS = 100

export const kills = bench({
  measures: 'that a server which is killed again and again loads each change once',
  sizes: {
    kills: { means: 'of the server, in the middle of loading', full: 200, quick: 1 },
    changes: { means: 'that wait: people, and as many memberships', full: 1_000_000, quick: 4_000 },
    milliseconds: { means: 'that it serves before a kill, at most', full: 600, quick: 300 },
    seed: { means: 'when it is killed; 0 draws one', full: 0, quick: 0 },
  },
  budgets: [],
  async run({ server, say }, sizes) {
    const seed = sizes.seed === 0 ? randomInt(1, 2 ** 31) : sizes.seed
    const chance = createChance(seed)
    say(`seed ${seed}`)
    const database = await server.createDatabase()
    const dataDir = await makeFolder()
    const start = () =>
      startServer(dataDir, {
        ROLLCALL_DATABASE_URL: database.url,
        ROLLCALL_DATABASE_APP_URL: database.appUrl,
      })
    let running = await start()
    try {
      const people = Math.ceil(sizes.changes / 2)
      await pileUp(database, running, people, say)
      let inTheMiddle = 0
      for (let kill = 1; kill <= sizes.kills; kill += 1) {
        await wait(chance.below(sizes.milliseconds))
        if ((await countOf(database, 'pending')) > 0) inTheMiddle += 1
        await running.stop('SIGKILL')
        running = await start()
        if (kill % 20 === 0) say(`${kill} kills, ${await countOf(database, 'pending')} wait`)
      }
      while ((await countOf(database, 'pending')) > 0) await wait(LOOK_EVERY_MS)
      await assertOnce(database, people)
      await assertNothingDiffers(running)
      return {
        figures: {
          inTheMiddle: times(inTheMiddle, 'killed while something waited'),
          loaded: { value: 2 * people, unit: 'rows', means: 'changes loaded, each once' },
        },
        notes: [`Seed ${seed}.`],
      }
    } finally {
      await running.stop()
    }
  },
})

/** People, and groups of them, pending all. */
async function pileUp(
  database: BenchDatabase,
  { admin, onboard }: ServerProcess,
  people: number,
  say: (line: string) => void,
): Promise<void> {
  const acme: ScimAccess = await onboard('acme')
  const scope = { ...acme, requestId: 'req_bench' }
  await admin.pauseSync({ tenant: 'acme', reason: 'until all of it waits' })
  await fillPeople(database, scope, { from: 1, to: people, pending: true }, say)
  const ids = Array.from({ length: people }, (_, index) => userIdOf(index + 1))
  for (let first = 0; first < people; first += GROUP) {
    // An identity is named by its resource's id without the type: no person has one of these.
    const number = 1_000_000_000 + first / GROUP
    const group = await fillGroup(database, scope, { number, size: 0 })
    await database.db.inTenantOnce(
      acme.tenantId,
      'bench-group-pending',
      `insert into pending (tenant_id, pending_id, connection_id, resource_id, request_id, written_at, not_before)
       values ($1, gen_random_uuid(), $2, $3, 'req_bench', now(), now())`,
      [acme.tenantId, acme.connectionId, group],
    )
    await seedMembers(database.db, acme, group, ids.slice(first, first + GROUP))
  }
  await settle(database)
  await admin.resumeSync({ tenant: 'acme' })
}

async function countOf({ ownerPool }: BenchDatabase, table: 'pending'): Promise<number> {
  const { rows: counted } = await ownerPool.query<{ rows: number }>(
    `select count(*) as rows from ${table}`,
  )
  return counted[0]?.rows ?? 0
}

/** @throws Error saying what is there more than once, or not at all */
async function assertOnce({ ownerPool }: BenchDatabase, people: number): Promise<void> {
  const { rows: found } = await ownerPool.query<Record<string, number>>(
    `select (select count(*) from identity where kind = 'person') as people,
            (select count(*) from link) as links,
            (select count(*) from quarantine) as quarantined,
            (select count(*) from event) as events,
            (select max(position) from event) as "lastPosition",
            (select count(distinct (kind, identity_id, other_id)) from event) as "differentEvents"`,
  )
  const groups = Math.ceil(people / GROUP)
  const events = 2 * people + groups
  const expected = {
    ...{ people, links: people, quarantined: 0 },
    ...{ events, lastPosition: events, differentEvents: events },
  }
  const wrong = Object.entries(expected).filter(([what, count]) => found[0]?.[what] !== count)
  if (wrong.length > 0)
    throw new Error(
      wrong.map(([what, count]) => `${what}: ${found[0]?.[what]}, not ${count}`).join('; '),
    )
}

/** @throws Error with what a full run has repaired */
async function assertNothingDiffers({ admin }: ServerProcess): Promise<void> {
  const { id } = await admin.startFullRun({ tenant: 'acme' })
  for (;;) {
    await wait(LOOK_EVERY_MS)
    const { items } = await admin.listRuns({ tenant: 'acme', limit: 100 })
    const run = items.find((each) => each.id === id)
    if (run === undefined || run.status === 'running') continue
    const { status, identitiesCreated, identitiesChanged, identitiesDeleted } = run
    const { linksAdded, linksRemoved } = run
    const repaired = [
      identitiesCreated,
      identitiesChanged,
      identitiesDeleted,
      linksAdded,
      linksRemoved,
    ]
    if (status === 'done' && repaired.every((count) => count === 0)) return
    throw new Error(
      `A full run ended ${status} (${run.reason ?? 'no reason'}), having repaired ${repaired.join()}.`,
    )
  }
}
