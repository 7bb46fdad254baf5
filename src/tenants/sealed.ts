/** What the folder keeps sealed, for whoever wraps it anew (SEC K-2). */
import { sealedColumn } from '../db/index.ts'
import { connectionKeyPlace } from './connection-keys.ts'
import { secretPlace } from './connections.ts'

export const SEALED_BY_TENANTS = [
  sealedColumn({
    table: 'connection',
    column: 'client_secret_sealed',
    key: ['tenant_id', 'connection_id'],
    placeOf: ({ tenant_id, connection_id }) => secretPlace(tenant_id, connection_id),
  }),
  sealedColumn({
    table: 'connection_key',
    column: 'private_key_sealed',
    key: ['tenant_id', 'connection_id', 'key_id'],
    placeOf: ({ tenant_id, key_id }) => connectionKeyPlace(tenant_id, key_id),
  }),
]
