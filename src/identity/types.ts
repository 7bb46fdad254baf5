/** People and groups as sites know them. */
import type { ConnectionId, IdentityId } from '../lib/index.ts'
import type { EventKind } from './event-kinds.ts'

export type IdentityKind = 'person' | 'group'
/**
 * `inactive`: the IdP deactivated it. `deleted`: the IdP has it no more; its id stays taken. `joined`: it is
 * one person with another, who leads, and nobody by itself meanwhile.
 */
export type IdentityState = 'active' | 'inactive' | 'deleted' | 'joined'

/** What the loader makes of a resource; everything about an identity but its times. */
export interface IdentityFacts {
  readonly identityId: IdentityId
  readonly connectionId: ConnectionId
  readonly resourceId: string
  readonly kind: IdentityKind
  readonly state: IdentityState
  readonly label: string
  readonly name: string
  readonly externalId: string | null
  readonly displayName: string | null
  readonly givenName: string | null
  readonly familyName: string | null
  readonly email: string | null
  readonly locale: string | null
  /** The rest of what sites may see, by SCIM names. */
  readonly properties: Readonly<Record<string, unknown>>
  /** The resource that the IdP names as the person's manager. */
  readonly managerResourceId: string | null
  /** Who they are one person with, and leads. */
  readonly joinedTo: IdentityId | null
  /** Of who leads: the others, in the order of their connections. */
  readonly joinedFrom: readonly IdentityId[]
  /** Of who is joined or leads: what their own connection says; of others null. */
  readonly sourceState: 'active' | 'inactive' | null
}

export interface Identity extends IdentityFacts {
  /** `label:name`, rendered; never taken apart again (SEC N-1). */
  readonly fqn: string
  readonly createdAt: Date
  readonly changedAt: Date
  /** Nothing of them is kept any more but that they were. */
  readonly erasedAt: Date | null
}

/** As little of an identity as a list of members or groups shows. */
export interface IdentityBrief {
  readonly identityId: IdentityId
  readonly fqn: string
  readonly displayName: string | null
}

/** With those it is about, by the names that they have now; null: they are gone. */
export interface NamedEvent extends IdentityEvent {
  readonly identity: IdentityBrief | null
  readonly other: IdentityBrief | null
}

export type LinkKind = 'member' | 'manager'

/** From a group to its member; from a person to their manager. */
export interface Link {
  readonly kind: LinkKind
  readonly fromId: IdentityId
  readonly toId: IdentityId
}

/** An effective change. Positions are dense and ordered within a tenant. */
export interface IdentityEvent {
  readonly position: number
  readonly kind: EventKind
  readonly identityId: IdentityId
  readonly otherId: IdentityId | null
  /** By attribute: what it was and what it is. Those of `properties` are `properties.…`. */
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>
  /** The request that began it. */
  readonly requestId: string | null
  readonly happenedAt: Date
}
