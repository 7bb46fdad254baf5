/**
 * A rewrite undoes one departure of one identity provider from the RFC, before the rules see what
 * was sent. The provisioning log shows its name whenever it fires, and a connection can switch it
 * off. Nothing else in the product asks which identity provider this is.
 *
 * Most turn an operation of a PATCH, or the body of a POST or PUT, into what was meant. Those `on`
 * a value need the schema to see the departure, so the code that reads values asks for them by
 * name. docs/reference/dialects.md is made from the list.
 */
import type { JsonObject } from '../json.ts'
import type { Operation } from '../patch.ts'
import type { ResourceType } from '../resource-types.ts'

export interface About {
  readonly type: ResourceType
  /** The id in the address. */
  readonly ownId: string
}

export interface Described {
  /** `idp.what-it-does`, after the first that was known to speak so */
  readonly name: string
  /** Who sends it. */
  readonly clients: readonly string[]
  /** Both wire forms: as it is sent, and as the RFC has it. */
  readonly sent: string
  readonly meant: string
  /** What would go wrong otherwise. */
  readonly why: string
}

export interface OperationRewrite extends Described {
  readonly on: 'operation'
  /** @returns what was meant, or undefined when the operation is not this case */
  readonly rewrite: (operation: Operation, about: About) => readonly Operation[] | undefined
}

export interface BodyRewrite extends Described {
  readonly on: 'body'
  /** @returns what was meant, or undefined when the body is not this case */
  readonly rewrite: (body: JsonObject, type: ResourceType) => JsonObject | undefined
}

export interface ValueRewrite extends Described {
  readonly on: 'value'
}

export type Rewrite = OperationRewrite | BodyRewrite | ValueRewrite
