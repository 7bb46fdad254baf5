/**
 * The parts of the story: the server, and for each of two customers an Okta and a site.
 *
 * They know nothing of each other yet; that is what onboarding is for.
 */
import { createOkta, createSite, type Okta, type Site } from '../simulator/index.ts'
import type { Endings } from './endings.ts'
import { type Server, type ServerLog, startServer } from './server.ts'

/** What a customer has before they become one. */
export interface Customer {
  readonly name: string
  readonly okta: Okta
  readonly site: Site
}

export interface World {
  readonly server: Server
  readonly acme: Customer
  readonly globex: Customer
}

export async function startWorld(port: string, endings: Endings, log: ServerLog): Promise<World> {
  const [server, acme, globex] = await Promise.all([
    startServer(port, endings, log),
    startCustomer('acme', 'Acme Field Notes', endings),
    startCustomer('globex', 'Globex Travel', endings),
  ])
  return { server, acme, globex }
}

async function startCustomer(name: string, siteName: string, endings: Endings): Promise<Customer> {
  const okta = await createOkta({ seed: name, domain: `${name}.example` })
  endings.add(okta.close)
  const site = await createSite({ name: siteName })
  endings.add(site.close)
  return { name, okta, site }
}
