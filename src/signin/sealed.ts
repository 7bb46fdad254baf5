/** What the folder keeps sealed, for whoever wraps it anew (SEC K-2); what the OpenID provider keeps tells `sessions`. */
import { sealedColumn } from '../db/index.ts'
import { flowPlace } from './flows.ts'
import { signingKeyPlace } from './keys.ts'

export const SEALED_BY_SIGNIN = [
  sealedColumn({
    table: 'signing_key',
    column: 'private_key_sealed',
    key: ['tenant_id', 'key_id'],
    placeOf: ({ tenant_id, key_id }) => signingKeyPlace(tenant_id, key_id),
  }),
  sealedColumn({
    table: 'flow',
    column: 'interaction',
    key: ['tenant_id', 'state_hash'],
    placeOf: ({ tenant_id, state_hash }) => flowPlace(tenant_id, state_hash),
  }),
]
