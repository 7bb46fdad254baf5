/** What an operator and a customer's administrator set up before anybody signs in, and who then does. */
import { setTimeout as wait } from 'node:timers/promises'
import { createOkta, type Okta, type Person } from '../../simulator/index.ts'
import type { ServerProcess } from '../server.ts'
import { type Cookies, fetchCode, redeem, type Relying } from './visitor.ts'

/** People that are handed over at a time. */
const AT_ONCE = 8

export interface World {
  readonly tenantId: string
  readonly site: Relying
  readonly people: readonly Person[]
  /** For SCIM, as the identity provider was told. */
  readonly scim: { readonly baseUrl: string; readonly token: string }
  readonly scimIdOf: (person: Person) => string
  readonly close: () => Promise<void>
}

/** A tenant with an Okta, a site, and so many people who may sign in. */
export async function createWorld(
  { admin, url }: Pick<ServerProcess, 'admin' | 'url'>,
  count: number,
): Promise<World> {
  const okta = await createOkta({ seed: 'bench', domain: 'acme.example' })
  try {
    const { tenant, connection, handover } = await admin.onboardTenant({ name: 'Signers' })
    const oidcApplication = okta.registerOidcApp({ redirectUris: [connection.callbackUrl] })
    await admin.changeConnection({ tenant: tenant.id, connection: connection.id, oidcApplication })
    await admin.createClaimTypeMapping({ tenant: tenant.id, issuer: oidcApplication.issuer })
    const redirectUri = 'https://site.example/back'
    const site = await admin.createSite({
      tenant: tenant.id,
      name: 'Field Notes',
      redirectUris: [redirectUri],
    })
    const { token } = handover.scim
    const baseUrl = url + new URL(handover.scim.baseUrl).pathname
    const app = okta.addApp({
      name: 'rollcall',
      kind: 'oin',
      baseUrl,
      auth: { mode: 'bearer', token },
      pace: 'full',
    })
    const people = await handOver(okta, app, count)
    while ((await admin.readSync({ tenant: tenant.id })).waiting > 0) await wait(20)
    return {
      tenantId: tenant.id,
      site: {
        authority: handover.client.authority,
        paths: {
          authorize: '/connect/authorize',
          token: '/connect/token',
          userinfo: '/connect/userinfo',
        },
        clientId: site.id,
        clientSecret: site.clientSecret ?? '',
        redirectUri,
        scope: 'openid profile email groups',
      },
      people,
      scim: { baseUrl, token },
      scimIdOf: (person) => app.scimIdOf(person) ?? '',
      close: okta.close,
    }
  } catch (error) {
    await okta.close()
    throw error
  }
}

async function handOver(okta: Okta, app: ReturnType<Okta['addApp']>, count: number) {
  const people = okta.hireMany(count)
  for (let first = 0; first < count; first += AT_ONCE) {
    const some = people.slice(first, first + AT_ONCE)
    for (const outcome of await Promise.all(some.map(app.assign)))
      if (!outcome.done) throw new Error(`Okta could not hand over: ${outcome.task.sentence}`)
  }
  return people
}

export interface Arrived {
  readonly token: string
  /** All that their browser has by then. */
  readonly cookies: Cookies
}

/**
 * People who sign in at the site one after the other and again and again: in a browser that does not know us,
 * but, from their second time on, the identity provider.
 */
export function createSigners({ site, people }: Pick<World, 'site' | 'people'>) {
  const browsers = people.map((): Cookies => new Map())
  const { origin } = new URL(site.authority)
  let next = 0
  return {
    /** @param mark  for the probe */
    async signIn(mark = ''): Promise<Arrived> {
      const index = next % people.length
      next += 1
      const [known, person] = [browsers[index], people[index]]
      if (known === undefined || person === undefined) throw new Error('There is nobody.')
      const cookies: Cookies = new Map([...known].filter(([at]) => at !== origin))
      const code = await fetchCode(site, cookies, { person, mark })
      browsers[index] = cookies
      return { token: await redeem(site, code, mark), cookies }
    },
  }
}
