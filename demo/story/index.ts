/**
 * The story, in the order in which it is told. Each step acts through the product's own doors and
 * looks at it from outside; the first that is not as it should be ends it.
 */
import type { Person } from '../../simulator/index.ts'
import { check, Mismatch } from '../checks.ts'
import { comeBack, leave, rename } from './changes.ts'
import { changeGroup } from './group-changes.ts'
import { percentile } from './load-times.ts'
import { provisionByOauth } from './oauth.ts'
import { mapClaim, onboard, tokenIsNoOthers } from './onboarding.ts'
import { type Provisioned, provision, testConnection } from './provisioning.ts'
import { deactivated, neverAssigned, stagedOnly, withoutMapping } from './refusals.ts'
import type { Stage, Tally, Tenant } from './stage.ts'
import { arrived, signIn } from './visit.ts'

export type { Stage, Tally } from './stage.ts'

/** A step did not end as it should; the cause says what was expected and what was seen. */
export class StepFailed extends Error {
  readonly step: string

  constructor(step: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'StepFailed'
    this.step = step
  }
}

/** Where the story has left the two customers, for whoever wants to go on by hand. */
export interface Told {
  readonly acme: Tenant
  readonly globex: Tenant
  /** Somebody at acme who can sign in. */
  readonly person: Person
}

/** @throws StepFailed */
export async function tell(stage: Stage): Promise<Told> {
  const step = createSteps(stage)
  const { acme, globex } = await step('An operator onboards two customers', () =>
    onboardBoth(stage),
  )
  const { people, groups } = await step('Okta provisions acme: lookup, POST, PATCH', () =>
    provisionAcme(stage, acme),
  )
  const { people: others } = await step('Okta provisions globex: PUT for everything', () =>
    provisionGlobex(stage, globex),
  )
  const [lead, inactive] = await step('People sign in at the site', () =>
    signInSome(stage, acme, people),
  )
  await step('Each refusal, for real', async () => {
    await neverAssigned(stage, acme)
    await withoutMapping(stage, globex, nth(others, 1))
    await stagedOnly(stage, acme)
    await deactivated(stage, acme, inactive)
  })
  await step('A person is renamed, leaves and comes back', async () => {
    await rename(stage, acme, lead)
    await comeBack(stage, acme, lead, await leave(stage, acme, lead))
  })
  await step('A group loses a member, is renamed and is deleted', () =>
    changeGroup(stage, acme, nth(groups, -1)),
  )
  await step('Provisioning authorised by OAuth 2.0', () => provisionByOauth(stage, acme))
  await step('Nothing is left over', () => nothingLeftOver(stage, [acme, globex]))
  return { acme, globex, person: lead }
}

/** The closing line. */
export function closingLine({ loadMs, ...tally }: Tally): string {
  const { people, groups, links, loaded, signedIn, refusedAsExpected } = tally
  const p99LoadMs = percentile(loadMs, 99)
  const figures = { people, groups, links, loaded, p99LoadMs, signedIn, refusedAsExpected }
  const told = Object.entries(figures).map(([name, value]) => `${name}=${value}`)
  return `demo: ok ${told.join(' ')}`
}

function createSteps({ step }: Stage) {
  return async <Result>(title: string, work: () => Promise<Result>): Promise<Result> => {
    step(title)
    try {
      return await work()
    } catch (error) {
      throw new StepFailed(title, error)
    }
  }
}

async function onboardBoth(stage: Stage): Promise<{ acme: Tenant; globex: Tenant }> {
  const acme = await onboard(stage, stage.acme, 'oin')
  await mapClaim(stage, acme)
  const globex = await onboard(stage, stage.globex, 'aiw')
  await tokenIsNoOthers(stage, acme, globex)
  return { acme, globex }
}

async function provisionAcme(stage: Stage, acme: Tenant): Promise<Provisioned> {
  await testConnection(stage, acme)
  return provision(stage, acme, { people: 1000, groups: 25, large: 800 })
}

async function provisionGlobex(stage: Stage, globex: Tenant): Promise<Provisioned> {
  await testConnection(stage, globex)
  return provision(stage, globex, { people: 120, groups: 5, large: 100 })
}

/** People who write their names in different scripts. */
async function signInSome(
  stage: Stage,
  acme: Tenant,
  people: readonly Person[],
): Promise<[lead: Person, inactive: Person]> {
  const some = ['pl_PL', 'ja_JP', 'ar_EG'].map((wanted) => {
    const person = people.find(({ locale }) => locale === wanted)
    if (!person) throw new Error(`Nobody at acme has the locale ${wanted}.`)
    return person
  })
  for (const person of some) {
    const claims = await arrived(stage, acme, person, await signIn(acme, person))
    const { fqn, name, groups } = claims ?? {}
    const count = Array.isArray(groups) ? groups.length : 0
    stage.fact(
      `${String(name)} arrives at "${acme.site.name}" as ${String(fqn)}, in ${count} groups`,
    )
  }
  return [nth(some, 0), nth(some, 1)]
}

async function nothingLeftOver({ admin, fact }: Stage, tenants: readonly Tenant[]): Promise<void> {
  for (const { name, okta } of tenants) {
    const { waiting, quarantined, paused } = await admin.readSync({ tenant: name })
    check(
      `${name}: the loader`,
      { waiting, quarantined, paused },
      { waiting: 0, quarantined: 0, paused: false },
    )
    check(
      `${name}: tasks for Okta's administrator`,
      okta.apps.flatMap(({ tasks }) => tasks),
      [],
    )
  }
  fact('nothing waits, nothing is in quarantine, no task for any administrator')
}

function nth<Item>(items: readonly Item[], index: number): Item {
  const item = items.at(index)
  if (item === undefined)
    throw new Mismatch('the cast', `one at ${index}`, `${items.length} in all`)
  return item
}
