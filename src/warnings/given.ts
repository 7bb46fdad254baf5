/** What the files of this folder are handed. */
import type { Logger } from 'pino'
import type { Audit } from '../audit/index.ts'
import type { Db } from '../db/index.ts'
import type { Expiring } from '../explain/index.ts'
import type { Clock, MasterKey, NewId, Random } from '../lib/index.ts'
import type { Outbound } from '../signin/index.ts'
import type { Tenants } from '../tenants/index.ts'

export interface Given {
  readonly db: Db
  readonly audit: Audit
  readonly tenants: Pick<Tenants, 'readTenant'>
  /** What ends within that many days, over all tenants. */
  readonly expiring: (days: number) => Promise<readonly Expiring[]>
  readonly smtp: {
    /** By which e-mails are sent; undefined: none are. */
    readonly url: string | undefined
    /** Undefined: rollcall@ the host of the public URL. */
    readonly from: string | undefined
  }
  readonly outbound: Outbound
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly masterKey: MasterKey
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** Without a slash at the end. */
  readonly publicUrl: string
}
