/**
 * Okta tests the connection, creates everybody and pushes the groups; the loader carries them over
 * meanwhile, which is watched as a pipeline.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Group, Outcome, Person } from '../../simulator/index.ts'
import type { AdminClient } from '../../src/contract/index.ts'
import { check, Mismatch, until } from '../checks.ts'
import { percentile, watchLoads } from './load-times.ts'
import { identityOf, type Stage, type Tenant } from './stage.ts'

export interface Provisioned {
  readonly people: readonly Person[]
  /** The first one is the largest. */
  readonly groups: readonly Group[]
}

type Pipeline = Awaited<ReturnType<AdminClient['readSync']>>

const SHOW_EVERY_MS = 200
const TOWNS =
  'Zürich 東京 Kraków Αθήνα Reykjavík القاهرة Łódź Київ 서울 Tromsø Hà_Nội मुंबई Malmö São_Paulo תל_אביב กรุงเทพ Genève Derry'

export async function testConnection({ fact }: Stage, { name, app }: Tenant): Promise<void> {
  done(await app.test())
  fact(`${name}: Okta's test of the connection went through`)
}

/** @param large  how many of them are in the largest group */
export async function provision(
  stage: Stage,
  tenant: Tenant,
  size: { people: number; groups: number; large: number },
): Promise<Provisioned> {
  const { admin, tally, fact } = stage
  const { name, okta, app } = tenant
  const watch = watchLoads(admin, name)
  const people = okta.hireMany(size.people)
  const groups = makeGroups(tenant, people, size)

  const total = people.length + groups.length + linksOf(groups)
  const startMs = performance.now()
  await whileShowing(stage, tenant, total, createPeople(tenant, people))
  const seconds = (performance.now() - startMs) / 1000
  await whileShowing(stage, tenant, total, pushGroups(tenant, groups))
  const perSecond = Math.round(size.people / seconds)
  fact(
    `${name}: ${size.people} people (${perSecond} a second) and ${groups.length} groups are acknowledged`,
  )

  const pipeline = await everythingLoaded(stage, tenant, groups)
  const loadMs = await watch.stop(app.writes)
  fact(`${name}: ${shown(pipeline)}`)
  fact(
    `${name}: acknowledged to visible: half within ${percentile(loadMs, 50)} ms, 99 % within ${percentile(loadMs, 99)} ms ` +
      `(${loadMs.length} changes, seen from outside)`,
  )
  await lookedAt(stage, tenant, { people, groups })

  tally.people += pipeline.received.people
  tally.groups += pipeline.received.groups
  tally.links += pipeline.received.members
  tally.loaded += carried(pipeline)
  tally.loadMs.push(...loadMs)
  return { people, groups }
}

async function createPeople({ name, app }: Tenant, people: readonly Person[]): Promise<void> {
  const expected = { done: people.length, failed: 0 }
  check(`${name}: people created`, await app.provisionAll(people), expected)
}

async function pushGroups({ app }: Tenant, groups: readonly Group[]): Promise<void> {
  for (const outcome of await Promise.all(groups.map(app.pushGroup))) done(outcome)
}

/** One with very many; then one a department; then towns, with some three dozen each. */
function makeGroups(
  { okta }: Tenant,
  people: readonly Person[],
  { groups: count, large }: { groups: number; large: number },
): Group[] {
  const departments = Map.groupBy(people, ({ department }) => department)
  const towns = TOWNS.split(' ').map((town, index) => {
    const from = (index * 36) % people.length
    return [town.replace('_', ' '), people.slice(from, from + 36)] as const
  })
  return [['Everybody in the field', people.slice(0, large)] as const, ...departments, ...towns]
    .slice(0, count)
    .map(([groupName, members]) => okta.createGroup(groupName, members))
}

/** Shows the pipeline as long as a work lasts. */
async function whileShowing(
  { admin, progress }: Stage,
  { name }: Tenant,
  total: number,
  work: Promise<void>,
): Promise<void> {
  const isOver = work.then(
    () => true,
    () => true,
  )
  while (!(await Promise.race([isOver, wait(SHOW_EVERY_MS, false)]))) {
    const pipeline = await admin.readSync({ tenant: name })
    progress(carried(pipeline) / total, `${name}: ${shown(pipeline)}`)
  }
  await work
}

function shown(pipeline: Pipeline): string {
  const { received, waiting, quarantined, lagMs } = pipeline
  const figures = [
    `received ${received.people + received.groups + received.members}`,
    `waiting ${waiting}`,
    `loaded ${carried(pipeline)}`,
    `quarantined ${quarantined}`,
    `lag ${lagMs} ms`,
  ]
  return figures.join(' · ')
}

function carried({ loaded }: Pipeline): number {
  return loaded.people + loaded.groups + loaded.links
}

function linksOf(groups: readonly Group[]): number {
  return groups.reduce((sum, { members }) => sum + members.size, 0)
}

/** What was acknowledged has been received, and what has been received is loaded, all of it. */
async function everythingLoaded(
  { admin }: Stage,
  { name, okta, app }: Tenant,
  groups: readonly Group[],
): Promise<Pipeline> {
  const assigned = [...okta.org.people.values()].filter((each) => app.scimIdOf(each) !== undefined)
  const received = {
    people: assigned.length,
    groups: groups.length,
    members: linksOf(groups),
  }
  // A slow machine counts seldom, so the counts may come after the last change.
  const pipeline = await until(
    `${name}: the loader is through`,
    'nothing waiting, and all of it counted',
    () => admin.readSync({ tenant: name }),
    ({ waiting, loaded: { links } }) => waiting === 0 && links === received.members,
  )
  check(`${name}: received`, pipeline.received, received)
  const { people, groups: loadedGroups, links } = pipeline.loaded
  check(`${name}: loaded`, { people, groups: loadedGroups, members: links }, received)
  check(`${name}: quarantined`, pipeline.quarantined, 0)
  check(`${name}: tasks for Okta's administrator`, app.tasks, [])
  return pipeline
}

/** Not only their number: who they are, over SCIM and in the identity store. */
async function lookedAt(
  stage: Stage,
  tenant: Tenant,
  { people, groups }: Provisioned,
): Promise<void> {
  const { name, app, okta } = tenant
  const imported = await app.importUsers()
  const byLogin = (logins: readonly string[]) => logins.toSorted()
  check(
    `${name}: the people that an import finds`,
    byLogin(imported.map(({ userName }) => userName)),
    byLogin(people.map(({ login }) => login)),
  )
  const [largest] = groups
  if (!largest) throw new Error(`${name} has no groups.`)
  const logins = [...largest.members].map((id) => okta.org.people.get(id)?.login ?? '')
  check(
    `${name}: the members of "${largest.name}"`,
    byLogin(await membersOf(stage, tenant, largest)),
    byLogin(logins),
  )
  stage.fact(
    `${name}: the import finds all of them; "${largest.name}" has its ${logins.length} members`,
  )
}

/** The names of the members of a group, without the label. */
export async function membersOf(
  stage: Stage,
  tenant: Tenant,
  { name }: { readonly name: string },
): Promise<string[]> {
  const { id: identity } = await identityOf(stage, tenant, { login: name })
  const names: string[] = []
  for (let after: string | undefined; ;) {
    const page = await stage.admin.listMembers({ tenant: tenant.name, identity, limit: 500, after })
    names.push(...page.items.map(({ fqn }) => fqn.slice(tenant.label.length + 1)))
    if (page.next === null) return names
    after = page.next
  }
}

/** @throws Mismatch in the words that Okta's administrator would read */
export function done(outcome: Outcome): void {
  if (outcome.done) return
  const { what, sentence, detail } = outcome.task
  throw new Mismatch(what, 'done', [sentence, detail].filter(Boolean).join(': '))
}
