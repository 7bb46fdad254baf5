/**
 * What the OpenID provider keeps (sessions, grants, codes, tokens), as rows of one tenant: the
 * library's Adapter on PostgreSQL.
 *
 * A row is found by the SHA-256 of its id and its payload is sealed, so a copy of the database
 * opens no session (SEC T-2, O-4). Whoever it stands for is a column, so that deactivation ends all
 * of it by one statement; and a row for a person is only written while that person is active,
 * holding their identity still, so that no sign-in slips past a deactivation that is being
 * loaded, or another end of their access (F-13).
 */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import type { Statement, Transaction } from '../db/index.ts'
import { activePersonSql } from '../identity/index.ts'
import { type IdentityId, isId, type TenantId } from '../lib/index.ts'
import { createSessionRows, type PayloadRow, placeOf } from '../sessions/index.ts'
import { beginning } from './begun.ts'
import { type Gone, hashOf, leadNowhere, leadToTenant } from './digests.ts'
import type { Given } from './given.ts'
import { createPayloadReader } from './payload-reader.ts'
import type { PendingWrites } from './pending-writes.ts'
import { markRevoked, moveEnd } from './provisioning-grants.ts'
import { createSealing } from './sealing.ts'

/** Expired rows that are cleared away at a time, with one in so many new sessions and tokens. */
const SWEPT = 50
const EVERY = 16

export type Payloads = ReturnType<typeof createPayloads>

export interface PayloadsGiven extends Pick<Given, 'db' | 'clock' | 'random' | 'masterKey'> {
  readonly writes: PendingWrites
}

export function createPayloads(given: PayloadsGiven) {
  const { db, clock, masterKey, writes } = given
  const sealing = createSealing(given)
  const { find, forgetAhead, readAhead, putDown } = createPayloadReader({ ...given, sealing })
  let unswept = 0

  const end = async (
    tenantId: TenantId,
    model: string,
    by: 'id_hash' | 'grant_id',
    value: string,
  ): Promise<void> => {
    await writes.settle()
    forgetAhead()
    if (LEADING.has(model) || model === 'RefreshToken')
      await db.inTenant(tenantId, (trx) => takeAway(trx, { tenantId, model, by, value }, clock()))
    else await db.inTenantOnce(tenantId, ...destroying(by), [tenantId, model, value])
  }

  return {
    find: (tenantId: TenantId, model: string, id: string) =>
      find(tenantId, model, 'id_hash', hashOf(id)),

    /** A row that was read with another, and is asked for next. */
    readAhead: (row: PayloadRow) => readAhead([row]),

    /** The adapter for one model of a tenant. */
    adapter: (tenantId: TenantId, model: string): Adapter => ({
      find: (id) => find(tenantId, model, 'id_hash', hashOf(id)),
      findByUid: (uid) => find(tenantId, model, 'session_uid', uid),
      // The device flow, which is off.
      findByUserCode: async () => undefined,

      async upsert(id, payload, expiresIn) {
        const idHash = hashOf(id)
        const now = clock()
        const endsAt = endOf(now, expiresIn)
        const begun = beginning(now)
        const plain = JSON.stringify(payload)
        const person = personOf(payload)
        // Sealed when it is sent: what a later decision takes the place of is not.
        const values = () => [
          tenantId,
          model,
          idHash,
          JSON.stringify(sealing.seal(placeOf(tenantId, model, idHash), plain)),
          payload.grantId ?? null,
          (model === 'Session' ? payload.uid : payload.sessionUid) ?? null,
          person ?? null,
          payload.clientId ?? null,
          endsAt,
        ]
        forgetAhead()
        if (model === 'Interaction') putDown(idHash, plain)
        const isForScim = payload.scope?.split(' ').includes('scim') === true
        const hurry = outlivesCrash(model, payload) ? db : db.unhurried
        if (isForScim)
          await hurry.inTenant(tenantId, (trx) =>
            upsertForScim(trx, { tenantId, model, idHash, values: values(), endsAt }, payload),
          )
        else {
          const [name, text, check] = person === undefined ? UPSERT : UPSERT_FOR_PERSON
          if (model === 'ReplayDetection')
            check(await hurry.inTenantOnce(tenantId, name, text, values()))
          else
            await writes.write(tenantId, {
              name,
              text,
              get values() {
                return person === undefined ? values() : [...values(), begun]
              },
              check,
              lasts: hurry === db,
              row: `${model}/${idHash}`,
              holdsPerson: person !== undefined,
              ...(person !== undefined && model === 'AccessToken' ? { redeems: 'token' } : {}),
            })
        }
        if (!SWEEPING.has(model)) return
        unswept = (unswept + 1) % EVERY
        if (unswept === 1)
          await db.unhurried.inTenantAfter(
            tenantId,
            [sweeping(tenantId, now)],
            (trx, [gone = []]) => leadNowhere(trx, gone as Gone[]),
          )
      },

      /** Of any number of uses at the same time one wins (SEC T-8), but for the repeats of provisioning. */
      async consume(id) {
        const values = [tenantId, model, hashOf(id), clock()]
        const check = (taken: readonly object[]) => {
          if (taken.length === 0) throw new errors.InvalidGrant('it was used already')
        }
        if (model === 'AuthorizationCode')
          return writes.write(tenantId, { ...CONSUME, values, check, lasts: true, redeems: 'code' })
        await writes.settle()
        const taken = await db.inTenantOnce(tenantId, CONSUME.name, CONSUME.text, values)
        if (taken.length > 0) return
        const used = await find(tenantId, model, 'id_hash', hashOf(id))
        if (used === undefined || used.consumed !== undefined) check(taken)
      },

      async destroy(id) {
        const idHash = hashOf(id)
        if (model !== 'Interaction') return end(tenantId, model, 'id_hash', idHash)
        // A question that was answered leads nowhere by itself; all else that is ended stays so.
        const [name, text] = destroying('id_hash')
        putDown(idHash, undefined)
        const values = [tenantId, model, idHash]
        await writes.write(tenantId, { name, text, values, row: `${model}/${idHash}` })
      },
      async revokeByGrantId(grantId) {
        await end(tenantId, model, 'grant_id', grantId)
      },
    }),

    ...createSessionRows(masterKey),
    ...createSessionReader(given),
  }
}

function createSessionReader({ db, writes }: Pick<PayloadsGiven, 'db' | 'writes'>) {
  return {
    /** From now on whoever ends that session at the identity provider ends this one. */
    async tieToUpstream(tenantId: TenantId, id: string, upstreamSid: string): Promise<void> {
      const idHash = hashOf(id)
      const values = [tenantId, idHash, upstreamSid]
      // Behind the session itself, whenever in the request that is written.
      await writes.write(tenantId, { ...TIE, values, row: `upstream/${idHash}` })
    },

    /** Who has a session, behind the last of the page before. */
    async peopleWithSessions(tenantId: TenantId, after: string, limit: number) {
      const rows = await db.inTenantOnce<{ person: IdentityId }>(
        tenantId,
        'oidc-people',
        `select distinct identity_id as person from oidc_payload
          where tenant_id = $1 and identity_id > $2 and model = 'Session' order by 1 limit $3`,
        [tenantId, after, limit],
      )
      return rows.map(({ person }) => person)
    },
  }
}

const TIE = {
  name: 'oidc-tie-to-upstream',
  text: `
  update oidc_payload set upstream_sid = $3
   where tenant_id = $1 and model = 'Session' and id_hash = $2 and upstream_sid is distinct from $3`,
}

/** Such a token may have to lead the SCIM edge to its tenant. */
const LEADING = new Set(['AccessToken', 'ClientCredentials'])

const SWEEPING = new Set(['Session', ...LEADING])

/** What was shown once to be recognized is not written again: of parallel uses one wins (SEC O-7, T-8). */
const upsertOf = (rows: string) => `
  insert into oidc_payload (tenant_id, model, id_hash, payload, grant_id, session_uid, identity_id,
                            client_id, expires_at)
  ${rows}
  on conflict (tenant_id, model, id_hash) do update set
    payload = excluded.payload, grant_id = excluded.grant_id, session_uid = excluded.session_uid,
    identity_id = excluded.identity_id, client_id = excluded.client_id,
    expires_at = excluded.expires_at
  where oidc_payload.model <> 'ReplayDetection'
  returning 1 as written`

const UPSERT = [
  'oidc-upsert',
  upsertOf('values ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9)'),
  (written: readonly object[]) => {
    if (written.length === 0)
      throw new errors.InvalidClientAuth('client assertion tokens must only be used once')
  },
] as const

/** Writes nothing where they are not active, or their access was ended since this began. */
const UPSERT_FOR_PERSON = [
  'oidc-upsert-for-person',
  `with person as materialized (${activePersonSql('$1', '$7', '$10')})
   ${upsertOf('select $1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9::timestamptz from person')}`,
  (written: readonly object[]) => {
    if (written.length === 0) throw new errors.InvalidGrant('the person is not active any more')
  },
] as const

/** A token that leads the SCIM edge to its tenant, or what such tokens come from. */
async function upsertForScim(
  trx: Transaction,
  row: {
    readonly tenantId: TenantId
    readonly model: string
    readonly idHash: string
    readonly values: readonly unknown[]
    readonly endsAt: Date | null
  },
  { grantId }: AdapterPayload,
): Promise<void> {
  const { tenantId, model, idHash, values, endsAt } = row
  const [name, text] = UPSERT
  await trx.prepared(name, text, values)
  if (LEADING.has(model)) await leadToTenant(trx, tenantId, idHash)
  if (model === 'RefreshToken' && grantId !== undefined)
    await moveEnd(trx, tenantId, grantId, endsAt)
}

const CONSUME = {
  name: 'oidc-consume',
  text: `
  update oidc_payload set consumed_at = $4
   where tenant_id = $1 and model = $2 and id_hash = $3 and consumed_at is null
  returning 1 as done`,
}

function endOf(now: Date, expiresInSeconds: number | undefined): Date | null {
  return expiresInSeconds ? new Date(now.getTime() + expiresInSeconds * 1000) : null
}

/** What provisioning lives by is given by an administrator once; a person signs in again. */
function outlivesCrash(model: string, { clientId }: AdapterPayload): boolean {
  return model === 'RefreshToken' || (model === 'Grant' && isId('cli', clientId))
}

/** Whose it is, or who is signing in. Administrators who consent to provisioning are no identities. */
function personOf({ accountId, result }: AdapterPayload): IdentityId | undefined {
  const who = accountId ?? result?.login?.accountId
  return isId('idn', who) ? who : undefined
}

function destroying(by: 'id_hash' | 'grant_id'): [name: string, text: string] {
  return [
    `oidc-destroy-${by}`,
    `delete from oidc_payload where tenant_id = $1 and model = $2 and ${by} = $3
     returning id_hash as credential`,
  ]
}

async function takeAway(
  trx: Transaction,
  which: { tenantId: TenantId; model: string; by: 'id_hash' | 'grant_id'; value: string },
  now: Date,
): Promise<void> {
  const { tenantId, model, by, value } = which
  const gone = await trx.prepared<Gone>(...destroying(by), [tenantId, model, value])
  if (LEADING.has(model)) await leadNowhere(trx, gone)
  if (model === 'RefreshToken' && by === 'grant_id') await markRevoked(trx, tenantId, value, now)
}

function sweeping(tenantId: TenantId, now: Date): Statement {
  return { name: 'oidc-sweep', text: SWEEP, values: [tenantId, now] }
}

/** Read once: a subselect with a limit may be run again for each row that it is compared with. */
const SWEEP = `
  with ended as materialized (
    select model, id_hash from oidc_payload
     where tenant_id = $1 and expires_at < $2 order by expires_at limit ${SWEPT}
     for update skip locked)
  delete from oidc_payload p using ended
   where p.tenant_id = $1 and p.model = ended.model and p.id_hash = ended.id_hash
  returning p.id_hash as credential`
