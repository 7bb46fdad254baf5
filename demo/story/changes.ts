/** A person changes: another name and login, deactivated, and back. They stay the same person. */
import type { Browser, Person } from '../../simulator/index.ts'
import { check, Mismatch, until } from '../checks.ts'
import { fqnOf, type Identity, identityOf, type Stage, type Tenant } from './stage.ts'
import { arrived, sessionAt, signIn, told } from './visit.ts'

/** Marries and gets another login: the old name still leads to them. */
export async function rename(stage: Stage, tenant: Tenant, person: Person): Promise<void> {
  const before = await identityOf(stage, tenant, person)
  const oldLogin = person.login
  const login = oldLogin.replace('@', '.rivera@')

  await tenant.okta.rename(person, { login, familyName: 'Rivera' })

  const after = await until(
    `${oldLogin} is now ${login}`,
    'the identity under its new name',
    () => identityOf(stage, tenant, person),
    ({ displayName }) => displayName === person.displayName,
  )
  check('the id after the rename', after.id, before.id)
  const fqn = fqnOf(tenant, oldLogin)
  const { id, isOld } = await stage.admin.readIdentityByFqn({ tenant: tenant.name, fqn })
  check(`whom ${fqn} names`, { id, isOld }, { id: before.id, isOld: true })
  await arrived(stage, tenant, person, await signIn(tenant, person))
  stage.fact(`${fqn} is now ${after.fqn}: same id, the old name resolves, signed in`)
}

/** Leaves: the session at the site ends behind the browser's back, and there is no way back in. */
export async function leave(
  stage: Stage,
  tenant: Tenant,
  person: Person,
): Promise<{ browser: Browser; before: Identity }> {
  const { okta, site } = tenant
  const browser = await signIn(tenant, person)
  await arrived(stage, tenant, person, browser)
  const before = await identityOf(stage, tenant, person)
  const startMs = performance.now()

  await okta.leave(person)

  await until(
    `${person.login} leaves`,
    'no session at the site',
    () => sessionAt(tenant, browser),
    ({ signedIn }) => !signedIn,
  )
  const tookMs = Math.round(performance.now() - startMs)
  const ended = site.logoutsReceived.filter(({ sub }) => sub === before.id)
  check('their sessions were ended by logout tokens', ended.length > 0, true)
  check('the state', (await identityOf(stage, tenant, person)).state, 'inactive')
  stage.fact(
    `${person.displayName} leaves: after ${tookMs} ms back-channel logout has ended their session`,
  )
  // The same browser: if anything of theirs had been left, here or at Okta, it would let them in.
  await signIn(tenant, person, browser)
  const { page } = browser
  if (new URL(page.url).origin !== okta.url || !page.text.includes('Unable to sign in'))
    throw new Mismatch('who has left does not get in', 'to be stopped at Okta', told(page))
  stage.tally.refusedAsExpected += 1
  stage.fact('the next sign-in ends at Okta: "Unable to sign in"')
  return { browser, before }
}

/** Comes back as who they were. */
export async function comeBack(
  stage: Stage,
  tenant: Tenant,
  person: Person,
  { browser, before }: { browser: Browser; before: Identity },
): Promise<void> {
  await tenant.okta.rehire(person)

  const after = await until(
    `${person.login} is back`,
    'the state active',
    () => identityOf(stage, tenant, person),
    ({ state }) => state === 'active',
  )
  check('id and groups', [after.id, after.groups], [before.id, before.groups])
  await arrived(stage, tenant, person, await signIn(tenant, person, browser))
  stage.fact(
    `${person.displayName} is back: same id, same ${after.groups.length} groups, signed in`,
  )
}
