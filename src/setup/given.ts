/** What the files of this folder are handed. */
import type { ProvisioningLog } from '../audit/index.ts'
import type { IdentityStore } from '../identity/index.ts'
import type { Clock } from '../lib/index.ts'
import type { Outbound, Signin } from '../signin/index.ts'
import type { Tenants } from '../tenants/index.ts'
import type { Sync } from '../sync/index.ts'

export interface Given {
  readonly provisioningLog: Pick<ProvisioningLog, 'list' | 'listFirst'>
  readonly sync: Pick<Sync, 'findStagedPeople' | 'firstStaged'>
  readonly identity: Pick<IdentityStore, 'findPeople'>
  readonly signin: Pick<Signin, 'signIns'>
  readonly tenants: Pick<
    Tenants,
    | 'createMapping'
    | 'findMappings'
    | 'makeConnectionKey'
    | 'readConnection'
    | 'readConnectionKey'
    | 'readProvider'
    | 'setOidcApplication'
  >
  readonly outbound: Outbound
  readonly clock: Clock
  /** Without a slash at the end. */
  readonly publicUrl: string
}

/** How many of the latest requests and sign-ins are looked at. */
export const LATEST = 200
