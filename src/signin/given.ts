/** What every part of signing in is handed. */
import type { Logger } from 'pino'
import type { Audit, Tallies } from '../audit/index.ts'
import type { Db } from '../db/index.ts'
import type { Loader, RulesOfConnections } from '../etl/index.ts'
import type { IdentityStore } from '../identity/index.ts'
import type { Clock, MasterKey, NewId, Random } from '../lib/index.ts'
import type { Tenants } from '../tenants/index.ts'
import type { Outbound } from './outbound.ts'

export interface Given {
  readonly db: Db
  readonly audit: Audit
  readonly tallies: Pick<Tallies, 'signIn' | 'told'>
  readonly tenants: Tenants
  readonly identity: IdentityStore
  readonly loader: Pick<Loader, 'locate' | 'hasLeft'>
  readonly rules: Pick<RulesOfConnections, 'rolesOf'>
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly masterKey: MasterKey
  readonly log: Logger
  readonly outbound: Outbound
  /** Without a slash at the end. */
  readonly publicUrl: string
}
