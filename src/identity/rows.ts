/** Rows to identities. */
import type { Selectable } from 'kysely'
import type { Database } from '../db/index.ts'
import { renderFqn } from './fqn.ts'
import type { Identity } from './types.ts'

export function identityOf(row: Selectable<Database['identity']>): Identity {
  return {
    identityId: row.identity_id,
    connectionId: row.connection_id,
    resourceId: row.resource_id,
    kind: row.kind,
    state: row.state,
    label: row.label,
    name: row.name,
    fqn: renderFqn(row.label, row.name),
    externalId: row.external_id,
    displayName: row.display_name,
    givenName: row.given_name,
    familyName: row.family_name,
    email: row.email,
    locale: row.locale,
    properties: { ...row.properties },
    managerResourceId: row.manager_resource_id,
    joinedTo: row.joined_to,
    joinedFrom: row.joined_from,
    sourceState: row.source_state,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    erasedAt: row.erased_at,
  }
}
