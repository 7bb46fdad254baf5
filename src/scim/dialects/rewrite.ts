/**
 * A rewrite undoes one departure of one identity provider from the RFC, before the rules see the
 * operation. The provisioning log shows its name whenever it fires. Nothing else in the product
 * asks which identity provider this is.
 */
import type { Operation } from '../patch.ts'

export interface Rewrite {
  /** `idp.what-it-does` */
  readonly name: string
  /** @returns what was meant, or undefined when the operation is not this case */
  readonly rewrite: (operation: Operation, ownId: string) => readonly Operation[] | undefined
}
