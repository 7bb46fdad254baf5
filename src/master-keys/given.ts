/** What the folder is handed. */
import type { Logger } from 'pino'
import type { Audit } from '../audit/index.ts'
import type { Transaction } from '../db/index.ts'
import type { KeyRing, WrappingKey } from '../lib/index.ts'
import type { NodeKeys } from './list.ts'
import type { RewrappingGiven } from './rewrapping.ts'

export interface Given extends RewrappingGiven {
  readonly audit: Audit
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  readonly masterKey: KeyRing
  /** The file as it is now, where there is one. */
  readonly keysInFile: (() => Promise<readonly WrappingKey[] | undefined>) | undefined
  readonly nodes: {
    readonly nodeId: string
    /** Says at once which keys this node has, and with which it seals. */
    readonly announce: () => Promise<void>
    readonly leave: () => Promise<void>
    readonly listIn: (trx: Transaction) => Promise<readonly NodeKeys[]>
  }
}
