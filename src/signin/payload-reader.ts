/**
 * Finds and opens what the OpenID provider keeps: a row by the digest of its id, with the session and the grant
 * that it belongs to where those are asked for next.
 */
import type { AdapterPayload } from 'oidc-provider'
import { isId, type TenantId } from '../lib/index.ts'
import { COLUMNS, openPayload, type PayloadRow } from '../sessions/index.ts'
import type { Given } from './given.ts'
import type { PendingWrites } from './pending-writes.ts'
import { createReadAhead } from './read-ahead.ts'

/** Okta repeats a refresh whose answer it did not get; within this it is no theft (SEC T-10). */
const REFRESH_REPEAT_MS = 60_000

export interface PayloadReaderGiven extends Pick<Given, 'db' | 'clock' | 'masterKey'> {
  readonly writes: PendingWrites
}

export function createPayloadReader({ db, clock, masterKey, writes }: PayloadReaderGiven) {
  const readAhead = createReadAhead<PayloadRow>(writes)

  const open = (tenantId: TenantId, model: string, row: PayloadRow): AdapterPayload => {
    const payload = openPayload(masterKey, tenantId, model, row)
    if (row.consumed_at === null || isRepeatable(payload, row.consumed_at, clock())) return payload
    return { ...payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) }
  }

  return {
    open,
    forgetAhead: readAhead.forget,
    readAhead: readAhead.keep,
    putDown: readAhead.putDown,

    /** @returns undefined for what is not there, or not good any longer */
    async find(
      tenantId: TenantId,
      model: string,
      column: 'id_hash' | 'session_uid',
      value: string,
    ): Promise<AdapterPayload | undefined> {
      const own = model === 'Interaction' ? readAhead.whatWasPutDown(value) : undefined
      if (own !== undefined) return JSON.parse(own) as AdapterPayload
      await writes.settle()
      const known = readAhead.take(model, column, value)
      if (known !== undefined) return open(tenantId, model, known)
      const isShown = SHOWN.has(model) && writes.request() !== undefined
      const [name, text] = isShown ? FIND_WITH_ITS_OWN : finding(column)
      const values = [tenantId, model, value, clock()]
      const rows = await db.shared.read<PayloadRow>(tenantId, name, text, values)
      const row = rows.find((each) => each.model === model)
      readAhead.keep(rows.filter((each) => each !== row))
      return row && open(tenantId, model, row)
    },
  }
}

const IS_GOOD = '(expires_at is null or expires_at > $4)'

function finding(column: 'id_hash' | 'session_uid'): [name: string, text: string] {
  return [
    `oidc-find-${column}`,
    `select ${COLUMNS} from oidc_payload
      where tenant_id = $1 and model = $2 and ${column} = $3 and ${IS_GOOD}`,
  ]
}

/** What a person shows, and the session and the grant that it belongs to. */
const SHOWN = new Set(['AuthorizationCode', 'AccessToken', 'RefreshToken'])
const FIND_WITH_ITS_OWN = [
  'oidc-find-with-its-own',
  `with shown as materialized (
     select * from oidc_payload
      where tenant_id = $1 and model = $2 and id_hash = $3 and ${IS_GOOD})
   select ${COLUMNS} from shown
   union all
   select ${COLUMNS} from oidc_payload
    where tenant_id = $1 and model = 'Grant' and ${IS_GOOD}
      and id_hash = (select encode(sha256(convert_to(grant_id, 'UTF8')), 'hex') from shown)
   union all
   select ${COLUMNS} from oidc_payload
    where tenant_id = $1 and model = 'Session' and ${IS_GOOD}
      and session_uid = (select session_uid from shown)`,
] as const

function isRepeatable({ kind, clientId }: AdapterPayload, consumedAt: Date, now: Date): boolean {
  const isRecent = now.getTime() - consumedAt.getTime() < REFRESH_REPEAT_MS
  return kind === 'RefreshToken' && isId('cli', clientId) && isRecent
}
