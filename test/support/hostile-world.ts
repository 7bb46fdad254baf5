/** A world whose identity provider says what a test tells it to, and a person whom it may name. */
import { createBrowser } from '../../simulator/index.ts'
import type { Overrides } from './app.ts'
import { type HostileIdp, startHostileIdp } from './hostile-idp.ts'
import { attemptAt, startWorld } from './world.ts'

type Test = { after(act: () => Promise<void>): void }

/** A tenant whose identity provider is the hostile one; a person it may name is provisioned. */
export async function startHostileWorld(t: Test, overrides: Overrides = {}) {
  const idp = await startHostileIdp(t)
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer', overrides })
  const { admin, tenant, connection } = world
  const { issuer, clientId, clientSecret } = idp
  await admin.changeConnection({
    tenant: tenant.id,
    connection: connection.id,
    oidcApplication: { issuer, clientId, clientSecret },
  })
  await admin.createClaimTypeMapping({ tenant: tenant.id, issuer })
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  const attempt = async (browser = createBrowser(), wishes = '') => {
    const page = await browser.open(`${world.site.url}/login${wishes}`)
    return attemptAt(world.site, world.app.url, page)
  }
  /** As whom a right token would sign in. */
  const right = (idToken: HostileIdp['idToken']) => (nonce: string) =>
    idToken(nonce, { claims: { sub: jane.id } })
  return { ...world, idp, jane, attempt, right }
}
