/** What every step of the story has at hand, and what the steps count together. */
import type { App, Okta, Person, Site } from '../../simulator/index.ts'
import type { AdminClient } from '../../src/contract/index.ts'
import type { Terminal } from '../terminal.ts'
import type { Customer, World } from '../world.ts'

export interface Tally {
  people: number
  groups: number
  links: number
  loaded: number
  /** Of each change that was measured: milliseconds from acknowledged to visible. */
  readonly loadMs: number[]
  signedIn: number
  refusedAsExpected: number
}

export interface Stage extends World, Terminal {
  readonly admin: AdminClient
  readonly tally: Tally
}

export type Handover = Awaited<ReturnType<AdminClient['onboardTenant']>>['handover']
export type Identity = Awaited<ReturnType<AdminClient['readIdentity']>>

/** A customer who has been onboarded. */
export interface Tenant extends Customer {
  readonly okta: Okta
  readonly site: Site
  readonly connectionId: `con_${string}`
  /** What the names of its people begin with. */
  readonly label: string
  readonly handover: Handover
  /** The application at Okta that provisions with the static token. */
  readonly app: App
  /** At the customer; may let Okta in by OAuth, and has no account at the product. */
  readonly itAdmin: Person
}

export function fqnOf({ label }: Tenant, login: string): string {
  return `${label}:${login}`
}

export function identityOf(
  { admin }: Stage,
  tenant: Tenant,
  { login }: { readonly login: string },
): Promise<Identity> {
  return admin.readIdentityByFqn({ tenant: tenant.name, fqn: fqnOf(tenant, login) })
}
