/**
 * A platform as an operator finds it on a bad day: tenants in every state, for the console to show.
 * Everything gets there through the product's own doors.
 */
import type { Person } from '../../simulator/index.ts'
import type { Onboarded, TestApp } from './app.ts'
import { USER } from './scim.ts'
import { call } from './scim-client.ts'
import { done, settle, startWorld, until, type World } from './world.ts'

type Test = { after(act: () => Promise<void>): void }

/** Names that would do harm if they were taken for anything but text (SEC W-5). */
export const HOSTILE = {
  script: '<img src=x onerror="document.title=1"><script>document.title=2</script>',
  backwards: '\u202Egpj.exe',
  /** As long as the server takes a name, and with no place to break it. */
  long: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(1_873).slice(0, 65_536),
} as const

export interface Stage {
  /** Customers arrive, people sign in, one is refused. */
  readonly acme: World
  /** Works at Acme, is not assigned, and was refused. */
  readonly missing: Person
  /** The brake holds. */
  readonly globex: World
  /** A full run there that found drift. */
  readonly driftRun: string
  /** Has somebody who cannot be loaded, and is set aside. */
  readonly umbrella: Onboarded['tenant']
}

export async function setStage(t: Test, people = 40): Promise<Stage> {
  const acme = await startWorld(t, {
    kind: 'oin',
    auth: 'bearer',
    name: 'Acme',
    domain: 'acme.example',
  })
  const hired = await hireMany(acme, people)
  await done(acme.provisioning.pushGroup(acme.okta.createGroup('Field Operations', hired)))
  await done(acme.provisioning.pushGroup(acme.okta.createGroup('Editors', hired.slice(0, 5))))
  for (const [kind, displayName] of Object.entries(HOSTILE))
    await call(acme.handover.scim, 'POST', '/Users', {
      ...{ schemas: [USER], userName: `${kind}@acme.example`, displayName },
      name: { givenName: displayName, familyName: 'Text' },
    })
  await acme.settle()
  const [first, second] = hired
  if (first === undefined || second === undefined) throw new Error('Nobody was hired.')
  await acme.signIn(first)
  const missing = acme.okta.hire({ givenName: 'Maya', familyName: 'Lindqvist' })
  await acme.signIn(missing)
  await done(acme.provisioning.unassign(second))
  await acme.settle()

  const on = acme.app
  const globex = await startWorld(t, {
    kind: 'aiw',
    auth: 'bearer',
    name: 'Globex',
    domain: 'globex.example',
    on,
  })
  await on.admin.changeBrake({ tenant: globex.tenant.id, atLeast: 2, share: 0.2 })
  const leaving = await hireMany(globex, 12)
  await globex.settle()
  const at = { tenant: globex.tenant.id, connection: globex.connection.id }
  const british = { locale: '"en-GB"' }
  const { runId } = await on.admin.applyRules({ ...at, rules: british, replaces: 0 })
  await until(
    'that rule brought to who was there',
    async () => (await on.admin.readRun({ tenant: at.tenant, run: runId })).status === 'done',
  )
  for (const person of leaving.slice(0, 9)) await done(globex.provisioning.unassign(person))
  await until(
    'held by the brake',
    async () => (await on.admin.readSync({ tenant: globex.tenant.id })).held > 0,
    10_000,
  )

  const initech = await on.onboard('Initech')
  await on.admin.pauseSync({ tenant: initech.tenant.id, reason: 'Their directory is being moved.' })
  const hooli = await on.onboard('Hooli')
  await on.admin.suspendTenant({ tenant: hooli.tenant.id })
  const umbrella = await onboardTwins(on)
  return { acme, missing, globex, umbrella, driftRun: runId }
}

/** A rule gives two people one name, so one of them is set aside. */
async function onboardTwins(on: TestApp): Promise<Onboarded['tenant']> {
  const { tenant, connection, handover } = await on.onboard('Umbrella Logistics')
  for (const userName of ['jane@umbrella.example', 'jane@sub.umbrella.example'])
    await call(handover.scim, 'POST', '/Users', { schemas: [USER], userName })
  await settle(on.admin, tenant.id)
  await on.admin.addConnection({ tenant: tenant.id, name: 'Parasol', label: 'Parasol' })
  const at = { tenant: tenant.id, connection: connection.id }
  await on.admin.applyRules({ ...at, rules: { name: 'before(userName, "@")' }, replaces: 0 })
  return tenant
}

const GIVEN = [
  'Nadia',
  'Omar',
  'Lea',
  'Jonas',
  'Amara',
  'Kenji',
  'Sofia',
  'Tariq',
  'Ingrid',
  'Mateo',
]
const FAMILY = [
  'Osei',
  'Haddad',
  'Brandt',
  'Silva',
  'Novak',
  'Ito',
  'Moreau',
  'Khan',
  'Lund',
  'Rossi',
]

async function hireMany(world: World, count: number) {
  const hired = []
  for (let index = 0; index < count; index += 1) {
    const given = GIVEN[index % GIVEN.length] ?? ''
    const family = FAMILY[Math.floor(index / GIVEN.length + index) % FAMILY.length] ?? ''
    hired.push(await world.hire(given, family))
  }
  return hired
}
