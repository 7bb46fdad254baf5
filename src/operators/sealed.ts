/** What the folder keeps sealed, for whoever wraps it anew (SEC K-2). */
import { sealedColumn } from '../db/index.ts'
import { flowPlace } from './flows.ts'
import { totpPlace } from './totp.ts'

export const SEALED_BY_OPERATORS = [
  sealedColumn({
    table: 'administrator',
    column: 'totp_sealed',
    key: ['administrator_id'],
    placeOf: ({ administrator_id }) => totpPlace(administrator_id),
  }),
  sealedColumn({
    table: 'admin_flow',
    column: 'state_sealed',
    key: ['handle_hash'],
    placeOf: ({ handle_hash }) => flowPlace(handle_hash),
  }),
]
