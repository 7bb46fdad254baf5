/**
 * A code that is used and the token that is kept for it, of all who redeem at once in one statement: the transaction
 * and the wait for the disk were most of what a code cost PostgreSQL.
 *
 * Who shares must hold nobody up. So whoever is being loaded, or has left, is passed over here and decided alone: there
 * one waits for the loader, and is refused by what it has written (SEC F-13). Neither is their code touched, which
 * the loader may be about to take away.
 */
import type { Db, Statement } from '../db/index.ts'
import { freeActivePeopleSql } from '../identity/index.ts'
import type { TenantId } from '../lib/index.ts'

/** The values of a statement that writes one row: its tenant and model, and what is its own. */
type Alone = Pick<Statement, 'values'>

export function createRedemptions({ shared }: Pick<Db, 'shared'>) {
  return {
    /**
     * Of any number of uses of a code at the same time one wins (SEC T-8), and only its token is kept.
     * @returns undefined where nothing was decided
     */
    async redeem(tenantId: TenantId, code: Alone, token: Alone): Promise<boolean | undefined> {
      const own = [...code.values.slice(2), ...token.values.slice(2)]
      const [row] = await shared.write<{ wins: boolean }>(tenantId, ...REDEEM, [tenantId], own)
      return row?.wins
    },
  }
}

/** Codes in the order in which they are asked for, the same on every node: nobody waits for one another in a ring. */
const REDEEM = [
  'oidc-redeem',
  `with asked as materialized (
     select * from unnest(
         (select $2::text[]), (select $3::timestamptz[]), (select $4::text[]), (select $5::jsonb[]), (select $6::text[]),
         (select $7::text[]), (select $8::text[]), (select $9::text[]), (select $10::timestamptz[]),
         (select $11::timestamptz[]))
       with ordinality as asked (code, used_at, id_hash, payload, grant_id, session_uid, identity_id, client_id,
                                 expires_at, begun_at, nth)
   ), person as materialized (
     ${freeActivePeopleSql('$1', 'array(select identity_id from asked)')}
   ), ready as materialized (
     select asked.* from asked join person using (identity_id)
      where person.access_ended_at is null or person.access_ended_at <= asked.begun_at
      order by asked.nth
   ), won as (
     update oidc_payload code set consumed_at = ready.used_at
       from ready
      where code.tenant_id = $1 and code.model = 'AuthorizationCode' and code.id_hash = ready.code
        and code.consumed_at is null
     returning ready.nth
   ), kept as (
     insert into oidc_payload (tenant_id, model, id_hash, payload, grant_id, session_uid, identity_id, client_id, expires_at)
     select $1, 'AccessToken', ready.id_hash, ready.payload, ready.grant_id, ready.session_uid, ready.identity_id,
            ready.client_id, ready.expires_at
       from ready join won using (nth)
     returning 1
   )
   select ready.nth, won.nth is not null as wins from ready left join won using (nth)`,
] as const
