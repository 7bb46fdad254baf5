/** Each of the refusals that a person may meet, produced for real. */
import type { Person } from '../../simulator/index.ts'
import { check, Mismatch, until } from '../checks.ts'
import { mapClaim } from './onboarding.ts'
import { done } from './provisioning.ts'
import { identityOf, type Stage, type Tenant } from './stage.ts'
import { arrived, refused, sessionAt, signIn, told } from './visit.ts'

/** At Okta, and active, but nobody has given them the application. */
export async function neverAssigned(stage: Stage, tenant: Tenant): Promise<void> {
  const stranger = tenant.okta.hire({ givenName: 'Noor', familyName: 'Nieuw' })

  const { page } = await signIn(tenant, stranger)

  await refused(stage, `${stranger.displayName}, never assigned`, page, {
    code: 'user_not_found',
    status: 403,
  })
}

/** The operator has forgotten a line; the log says which, and then they get in. */
export async function withoutMapping(stage: Stage, tenant: Tenant, person: Person): Promise<void> {
  const { page } = await signIn(tenant, person)

  const { steps } = await refused(stage, `${tenant.name}, whose Okta has no mapping yet`, page, {
    code: 'claim_type_mapping_not_found',
    status: 403,
  })
  const isNamed = JSON.stringify(steps).includes(tenant.okta.issuer)
  check('the log names the issuer that was seen', isNamed, true)
  await mapClaim(stage, tenant)
  await arrived(stage, tenant, person, await signIn(tenant, person))
  stage.fact(`${tenant.name}: with the mapping, ${person.displayName} is signed in`)
}

const MOST_REFRESHES = 10

/** Received, and held back: the page tries by itself, and lets them in once the loader runs. */
export async function stagedOnly(stage: Stage, tenant: Tenant): Promise<void> {
  const { admin, fact } = stage
  await admin.pauseSync({ tenant: tenant.name, reason: 'The demo looks at what waits.' })
  const joiner = tenant.okta.hire({ givenName: 'Inés', familyName: 'Reyes' })
  done(await tenant.app.assign(joiner))
  const { waiting, paused } = await admin.readSync({ tenant: tenant.name })
  check('the loader is paused with one waiting', { waiting, paused }, { waiting: 1, paused: true })

  const browser = await signIn(tenant, joiner)

  await refused(stage, `${joiner.displayName}, received while loading is paused`, browser.page, {
    code: 'fqn_not_found',
    status: 503,
  })
  if (!browser.page.refresh)
    throw new Mismatch('the page tries again by itself', 'a Refresh', told(browser.page))
  await admin.resumeSync({ tenant: tenant.name })
  let refreshes = 0
  for (; browser.page.refresh && refreshes < MOST_REFRESHES; refreshes += 1) await browser.refresh()
  await arrived(stage, tenant, joiner, browser)
  fact(`${joiner.displayName} is in without another click, at refresh ${refreshes}`)
}

/** Deactivated at the application only: Okta still lets them in, and is still signed in itself. */
export async function deactivated(stage: Stage, tenant: Tenant, person: Person): Promise<void> {
  const browser = await signIn(tenant, person)
  await arrived(stage, tenant, person, browser)
  done(await tenant.app.unassign(person))
  await until(
    `${person.login} is deactivated`,
    'the state inactive and no session at the site',
    async () => ({
      state: (await identityOf(stage, tenant, person)).state,
      session: await sessionAt(tenant, browser),
    }),
    ({ state, session }) => state === 'inactive' && !session.signedIn,
  )

  await signIn(tenant, person, browser)

  await refused(stage, `${person.displayName}, deactivated`, browser.page, {
    code: 'identity_inactive',
    status: 403,
  })
}
