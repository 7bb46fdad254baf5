/**
 * Finds and opens what the OpenID provider keeps: a row by the digest of its id, with the session and the grant
 * that it belongs to where those are asked for next.
 */
import type { AdapterPayload } from 'oidc-provider'
import { isId, type TenantId } from '../lib/index.ts'
import { COLUMNS, type PayloadRow, placeOf } from '../sessions/index.ts'
import type { Given } from './given.ts'
import type { PendingWrites } from './pending-writes.ts'
import { createReadAhead } from './read-ahead.ts'
import type { Sealing } from './sealing.ts'

/** Okta repeats a refresh whose answer it did not get; within this it is no theft (SEC T-10). */
const REFRESH_REPEAT_MS = 60_000

export interface PayloadReaderGiven extends Pick<Given, 'db' | 'clock'> {
  readonly writes: PendingWrites
  readonly sealing: Sealing
}

export function createPayloadReader({ db, clock, sealing, writes }: PayloadReaderGiven) {
  const readAhead = createReadAhead<PayloadRow>(writes)

  const open = (tenantId: TenantId, model: string, row: PayloadRow): AdapterPayload => {
    const place = placeOf(tenantId, model, row.id_hash)
    const payload = JSON.parse(sealing.unseal(place, row.payload)) as AdapterPayload
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
      const key = [model, value, clock()]
      const rows = await (isShown
        ? db.shared.read<PayloadRow>(tenantId, ...FIND_WITH_ITS_OWN, [tenantId], key)
        : db.shared.read<PayloadRow>(tenantId, ...finding(column), [tenantId, ...key]))
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

/** What a person shows, and the session and the grant that it belongs to; of several who ask at once. */
const SHOWN = new Set(['AuthorizationCode', 'AccessToken', 'RefreshToken'])
const FIND_WITH_ITS_OWN = [
  'oidc-find-with-its-own',
  `with shown as materialized (
     select asked.nth, asked.now, found.*
       from unnest((select $2::text[]), (select $3::text[]), (select $4::timestamptz[]))
              with ordinality as asked (model, id, now, nth),
            lateral (
              select * from oidc_payload
               where tenant_id = $1 and model = asked.model and id_hash = asked.id
                 and (expires_at is null or expires_at > asked.now)
               limit 1) found)
   select nth, ${COLUMNS} from shown
   union all
   select shown.nth, own.*
     from shown,
          lateral (
            select ${COLUMNS} from oidc_payload
             where tenant_id = $1 and model = 'Grant'
               and id_hash = encode(sha256(convert_to(shown.grant_id, 'UTF8')), 'hex')
               and (expires_at is null or expires_at > shown.now)
             limit 1) own
   union all
   select shown.nth, own.*
     from shown,
          lateral (
            select ${COLUMNS} from oidc_payload
             where tenant_id = $1 and model = 'Session' and session_uid = shown.session_uid
               and (expires_at is null or expires_at > shown.now)
             limit 1) own`,
] as const

function isRepeatable({ kind, clientId }: AdapterPayload, consumedAt: Date, now: Date): boolean {
  const isRecent = now.getTime() - consumedAt.getTime() < REFRESH_REPEAT_MS
  return kind === 'RefreshToken' && isId('cli', clientId) && isRecent
}
