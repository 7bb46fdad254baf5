/**
 * One life of the loader, as a seed has it: administrators of several tenants write, nodes load, and
 * between any two statements anything happens that may: batches are refused or cut off before and
 * after their commit, nodes stand still while the database ends their transactions or are killed,
 * notifications are lost or come twice, records cannot be loaded, full runs go on beside, the brake
 * holds people, some are at two connections and one person by a rule. Then the trouble ends, and what
 * is there must be what a fresh load of what was received would make, told once, without gaps; and
 * other tenants must not have noticed.
 *
 * Writes and operators' acts are whole; the nodes' batches are stepped statement by statement
 * (`stepped-node.ts`). The same seed makes the same choices, but where rows of one instant come in an
 * order that the database chooses.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import pg from 'pg'
import pino from 'pino'
import { createDb, createPool, type Db } from '../../src/db/index.ts'
import { writeBrakePolicy } from '../../src/etl/brake-policy.ts'
import { startFullRun } from '../../src/etl/full-run.ts'
import { countHeld, releaseHeld } from '../../src/etl/held-decide.ts'
import { pauseLoading, resumeLoading } from '../../src/etl/lease.ts'
import { retryQuarantined } from '../../src/etl/quarantine.ts'
import type { FinishedBatch } from '../../src/etl/turn.ts'
import { Refusal, Unavailable, type TenantId } from '../../src/lib/index.ts'
import { createChance, type Chance } from './chance.ts'
import { createPipeline, loadAfresh, type Pipeline, type TestTenant, viewOf } from './pipeline.ts'
import { createTestJoining } from './joining.ts'
import { createPlay, isLoadable, write, type Write } from './play.ts'
import {
  createSteppedNode,
  LOCK_TIMEOUT_MS,
  type Outcome,
  type Process,
  type SteppedNode,
} from './stepped-node.ts'
import { replay, told } from './story.ts'

/** How often what happened. */
export type Counts = Readonly<Record<string, number>>

const NODES = 2
const TENANTS = 2
/** Of each tenant. */
const WRITES = 6
/** Rows of a batch: so few that a life has many. */
const BATCH = 8
/** More than this and it goes round in circles. */
const MOST_ROUNDS = 300

interface Life {
  readonly chance: Chance
  readonly pipeline: Pipeline
  readonly tenants: readonly Player[]
  readonly workers: readonly Worker[]
  readonly counts: Record<string, number>
}

interface Player {
  readonly tenant: TestTenant
  /** The tenant by each of its connections. */
  readonly sources: readonly TestTenant[]
  readonly play: (write: Write) => Promise<void>
  readonly writes: Write[]
}

interface Worker {
  readonly node: SteppedNode
  readonly process: Process
  /** Of whom it was told, in order; twice is possible. */
  readonly told: TenantId[]
}

/** @param appOptions  how the plain role connects */
export async function createSimulation(ownerPool: pg.Pool, appOptions: pg.PoolConfig) {
  await ownerPool.query(NEVER_SHORTENED)
  const pool = createPool({ ...appOptions, max: 2, lock_timeout: LOCK_TIMEOUT_MS })
  const nodes = Array.from({ length: NODES }, () => createSteppedNode(ownerPool, appOptions))
  const db = createDb({ pool })
  const bystander = await begin(db, [], -1)
  for (const { tenant, writes, play } of bystander.tenants) {
    for (const each of writes) await play(each)
    await tenant.load()
  }
  const seen = () => Promise.all(bystander.tenants.map(({ tenant }) => everythingOf(db, tenant)))
  const before = await seen()
  return {
    /**
     * Lives through these seeds, one after another.
     * @returns how often what happened in all of them
     * @throws Error naming the first seed in which something did not hold in the end
     */
    async live({ from, to }: { readonly from: number; readonly to: number }): Promise<Counts> {
      const sum: Record<string, number> = {}
      for (let seed = from; seed <= to; seed += 1) {
        const life = await begin(db, nodes, seed)
        try {
          await liveThrough(life)
          assert.deepEqual(await seen(), before, 'a tenant that did nothing is as it was')
        } catch (cause) {
          throw new Error(`Seed ${seed} (ROLLCALL_TEST_SEED=${seed} repeats it alone)`, { cause })
        }
        count(sum, 'seeds')
        for (const [what, times] of Object.entries(life.counts)) count(sum, what, times)
      }
      return sum
    },
    async close(): Promise<void> {
      await Promise.all(nodes.map((node) => node.close()))
      await pool.end()
    },
  }
}

/** Autovacuum locks out everybody for a moment where it shortens a table, and nobody here waits so long. */
const NEVER_SHORTENED = `
  do $$
  declare each regclass;
  begin
    for each in
      select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
    loop
      execute format('alter table %s set (vacuum_truncate = off)', each);
    end loop;
  end $$`

async function liveThrough(life: Life): Promise<void> {
  while (life.tenants.some(({ writes }) => writes.length > 0)) await happen(life)
  await calmDown(life)
  for (const player of life.tenants) await assertWhole(life, player)
}

async function begin(db: Db, nodes: readonly SteppedNode[], seed: number): Promise<Life> {
  const chance = createChance(seed)
  const counts: Record<string, number> = {}
  const workers: Worker[] = []
  const pipeline = createPipeline({
    db,
    random: chance.bytes,
    onWritten(tenantId) {
      // To each node it comes once, not at all, or twice.
      for (const { told: heard } of workers)
        for (let times = chance.oneOf([0, 1, 1, 2]); times > 0; times -= 1) heard.push(tenantId)
    },
  })
  const given = {
    ...pipeline.given,
    log: pino({ level: 'silent' }),
    batchFinished: (_tenantId: TenantId, { outcome }: FinishedBatch) =>
      count(counts, `batches ${outcome}`),
  }
  for (const node of nodes) {
    const heard: TenantId[] = []
    const isOver = (tenantId: TenantId, more: boolean) => void (more && heard.push(tenantId))
    const process = { given, batch: BATCH, isOver }
    node.start(process)
    workers.push({ node, process, told: heard })
  }
  const tenants: Player[] = []
  for (let index = 0; index < TENANTS; index += 1) {
    const tenant = await pipeline.onboard(`seed ${seed} tenant ${index}`)
    const isJoining = seed >= 0 && chance.isLucky(0.3)
    const other = isJoining ? await joinPeopleOf(pipeline, tenant, `S${seed}T${index}`) : undefined
    const [here, there] = [createPlay(tenant).play, other && createPlay(other).play]
    tenants.push({
      tenant,
      sources: other === undefined ? [tenant] : [tenant, other],
      writes: writesBy(chance),
      play: (each) => (there !== undefined && chance.isLucky(0.5) ? there(each) : here(each)),
    })
    if (isJoining) count(counts, 'tenants whose people are joined')
  }
  const [braked] = tenants
  if (braked !== undefined && chance.isLucky(0.5)) await putOnBrake(pipeline, braked.tenant)
  return { chance, pipeline, tenants, workers, counts }
}

/** Somebody is at a second connection already, and whoever has one name at both is one person. */
async function joinPeopleOf(
  pipeline: Pipeline,
  tenant: TestTenant,
  label: string,
): Promise<TestTenant> {
  const other = await tenant.connect(label)
  await other.form('crew', [await other.hire('tomasz')])
  const rule = { by: 'userName', active: 'all', connections: [] } as const
  await createTestJoining(pipeline, tenant.tenantId)(rule)
  return other
}

/** Somebody is hired first and put into a group. In a few lives a name may be one that cannot be loaded. */
function writesBy(chance: Chance): Write[] {
  const [hired, formed] = [
    { act: 'hire', name: 'tomasz', boss: null },
    { act: 'form', name: 'crew', members: [0] },
  ] as const
  const others = fc.sample(chance.isLucky(0.1) ? write : loadable, {
    seed: chance.below(2 ** 31),
    numRuns: WRITES,
  })
  return [hired, { ...hired, name: 'olga' }, { ...formed, members: [...formed.members] }, ...others]
}

const loadable = write.filter((each) => !('name' in each) || isLoadable(each.name))

/** Whoever would leave is held. */
function putOnBrake({ db }: Pipeline, { tenantId }: TestTenant): Promise<void> {
  const policy = {
    ...{ share: 0.01, atLeast: 0, windowMinutes: 60, cutsAccess: true },
    ...{ groupShare: 0.01, groupSize: 1 },
  }
  return db.inTenant(tenantId, (trx) => writeBrakePolicy(trx, tenantId, policy))
}

/** One thing, of all that may happen now. */
async function happen(life: Life): Promise<void> {
  const { chance, tenants, workers, pipeline } = life
  const player = tenants[chance.below(tenants.length)]
  const worker = workers[chance.below(workers.length)]
  const at = chance.below(100)
  if (player === undefined || worker === undefined) return
  if (at < 20) await tryWrite(life, player)
  else if (at < 22) await operate(life, player.tenant)
  else if (at < 24) pipeline.clock.turn(chance.oneOf([1, 300, 2_000]))
  else if (at < 25) await lapse(life, worker)
  else await goOn(life, worker, outcomeBy(chance, worker.node.standsBefore() ?? ''))
}

/** A write is put off when somebody who stands still is at the same rows. */
async function tryWrite({ counts, pipeline }: Life, { writes, play }: Player): Promise<void> {
  const [next] = writes
  if (next === undefined) return
  pipeline.clock.turn(1)
  const isDone = await unlessBusy(() => play(next))
  count(counts, isDone ? 'writes' : 'writes put off')
  if (isDone) writes.shift()
}

async function operate({ chance, counts, pipeline }: Life, tenant: TestTenant): Promise<void> {
  const { given, db, clock } = pipeline
  const { tenantId } = tenant
  const what = chance.oneOf(['full runs', 'releases', 'pauses', 'resumptions'] as const)
  const acts = {
    'full runs': () => startFullRun(given, tenantId),
    releases: () => db.inTenant(tenantId, (trx) => releaseHeld(trx, tenantId, {}, clock())),
    pauses: () => db.inTenant(tenantId, (trx) => pauseLoading(trx, tenantId, 'chance', clock())),
    resumptions: () => db.inTenant(tenantId, (trx) => resumeLoading(trx, tenantId)),
  }
  if (await unlessBusy(acts[what])) count(counts, what)
}

/** @returns false when it was refused or put off, which changes nothing */
async function unlessBusy(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    if (error instanceof Unavailable || error instanceof Refusal) return false
    throw error
  }
}

async function lapse({ chance, counts }: Life, { node }: Worker): Promise<void> {
  if (node.standsBefore() === undefined || !chance.isLucky(0.5)) return
  await node.lapse()
  count(counts, 'lapses')
}

function outcomeBy(chance: Chance, statement: string): Outcome {
  const isEnd = statement === 'commit'
  if (!chance.isLucky(isEnd ? 0.15 : 0.02)) return 'done'
  if (isEnd) return chance.oneOf(['unheard', 'cut off'])
  return chance.oneOf<Outcome>([
    'cut off',
    { refused: '53200' },
    { refused: '40001' },
    { refused: 'XX000' },
  ])
}

/** A node that stands takes its step; one that does not, a turn of who it was told of, or a poll finds. */
async function goOn(
  { chance, counts, pipeline, tenants }: Life,
  worker: Worker,
  outcome: Outcome,
): Promise<void> {
  const { node, process, told: heard } = worker
  if (node.standsBefore() !== undefined) {
    if (outcome !== 'done')
      count(counts, typeof outcome === 'string' ? outcome : `refused ${outcome.refused}`)
    await node.step(outcome)
    if (node.standsBefore() !== undefined || outcome !== 'cut off' || chance.isLucky(0.5)) return
    // It was not the connection but the process.
    count(counts, 'kills')
    node.start(process)
    heard.length = 0
  } else {
    const next = heard.shift()
    if (next !== undefined) await node.begin(next)
    else if (chance.isLucky(0.3)) {
      // Ids are chance that no seed repeats; the order of their birth is repeated.
      const due = new Set(await node.poll(pipeline.clock()))
      heard.push(...tenants.map(({ tenant }) => tenant.tenantId).filter((each) => due.has(each)))
    }
  }
}

/** Without trouble from here on: whoever stands goes on, and operators put right what is theirs. */
async function calmDown(life: Life): Promise<void> {
  const { workers, tenants, pipeline } = life
  const { db, clock } = pipeline
  const [first] = workers
  assert.ok(first !== undefined)
  for (const { node } of workers) while (node.standsBefore() !== undefined) await node.step('done')
  for (const { tenant } of tenants)
    await db.inTenant(tenant.tenantId, (trx) => resumeLoading(trx, tenant.tenantId))
  for (let round = 0; ; round += 1) {
    assert.ok(round < MOST_ROUNDS, 'it does not come to an end')
    clock.turn(10_000)
    const due = await first.node.poll(clock())
    for (const tenantId of due) {
      await first.node.begin(tenantId)
      while (first.node.standsBefore() !== undefined) await first.node.step('done')
    }
    if (due.length > 0) continue
    let isCalm = true
    for (const { tenant, sources } of tenants)
      if ((await mend(life, tenant, sources)) || (await tenant.waiting()) > 0) isCalm = false
    if (isCalm) return
  }
}

/** Who is held may leave; what was set aside gets a name that can be loaded. @returns whether there was any */
async function mend(
  { pipeline, counts }: Life,
  tenant: TestTenant,
  sources: readonly TestTenant[],
): Promise<boolean> {
  const { db, clock } = pipeline
  const { tenantId } = tenant
  const [held, aside] = await db.inTenant(tenantId, async (trx) => [
    await countHeld(trx, tenantId),
    await trx
      .selectFrom('quarantine')
      .select(['resource_id', 'connection_id'])
      .distinct()
      .execute(),
  ])
  await db.inTenant(tenantId, async (trx) => {
    await releaseHeld(trx, tenantId, {}, clock())
    for (const { resource_id: id } of aside) await retryQuarantined(trx, tenantId, id, clock())
  })
  for (const { resource_id: id, connection_id: at } of aside)
    await sources
      .find(({ connectionId }) => connectionId === at)
      ?.change(id, { [id.startsWith('usr') ? 'userName' : 'displayName']: `mended ${id}` })
  const isHeld = held.held + held.heldMembers + held.heldGroups
  count(counts, 'held', isHeld)
  count(counts, 'quarantined', aside.length)
  return isHeld > 0 || aside.length > 0
}

async function assertWhole({ pipeline, counts }: Life, { tenant }: Player): Promise<void> {
  const { db } = pipeline
  const { tenantId } = tenant
  const events = await tenant.events()
  const view = await viewOf(pipeline, tenant)
  assert.deepEqual(
    events.map(({ position }) => position),
    events.map((_, index) => index + 1),
    'each event has a number, and no number is left out',
  )
  assert.deepEqual(replay(events), told(view), 'the events tell what is there')
  const loader = await db.inTenant(tenantId, (trx) =>
    trx.selectFrom('loader').selectAll().forUpdate().skipLocked().execute(),
  )
  assert.deepEqual(
    loader.map((row) => [row.last_position, row.full_run_id]),
    events.length === 0 && loader.length === 0 ? [] : [[events.length, null]],
    'nobody has its lease, and nothing is under way',
  )
  count(counts, 'events', events.length)
  assert.deepEqual(await loadAfresh(pipeline, tenant), view, 'a fresh load makes the same of it')
}

function count(counts: Record<string, number>, what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by
}

/** What the loader could have changed of a tenant. */
function everythingOf(db: Db, { tenantId }: TestTenant) {
  return db.inTenant(tenantId, async (trx) => ({
    pending: await trx.selectFrom('pending').selectAll().orderBy('pending_id').execute(),
    identities: await trx.selectFrom('identity').selectAll().orderBy('identity_id').execute(),
    events: await trx.selectFrom('event').selectAll().orderBy('position').execute(),
    loader: await trx.selectFrom('loader').selectAll().execute(),
  }))
}
