/**
 * Flows: a browser on its way to an identity provider and back (SEC R-2).
 *
 * State, nonce and verifier are 256 random bits each. The row is found by the state's digest, bound
 * to the browser by a cookie's digest, and taken away by the one statement that finds it, so it is
 * good for one return whatever comes of it (T-8).
 */
import type { Selectable } from 'kysely'
import type { Database } from '../db/index.ts'
import {
  type ConnectionId,
  hashSecret,
  type Id,
  mintSecret,
  sameHash,
  seal,
  type TenantId,
  unseal,
} from '../lib/index.ts'
import { COLUMNS, type PayloadRow } from '../sessions/index.ts'
import type { Connection } from '../tenants/index.ts'
import { hashOf } from './digests.ts'
import type { Given } from './given.ts'
import type { Payloads } from './payloads.ts'
import type { PendingWrites } from './pending-writes.ts'

export const FLOW_SECONDS = 10 * 60

export interface Flow {
  readonly signInId: Id<'sgn'>
  /** The provider's interaction that the sign-in is part of. */
  readonly interaction: string
  readonly nonce: string
  readonly verifier: string
  readonly startedAt: Date
  /** Seconds that the person may have been signed in there before; undefined where nobody asked. */
  readonly maxAge: number | undefined
}

export interface FlowSecrets extends Pick<Flow, 'nonce' | 'verifier'> {
  readonly state: string
  /** The value of the browser's cookie. */
  readonly handle: string
}

/** Those that have ended go with each that begins. */
const BEGIN = `
  with ended as (delete from flow where tenant_id = $1 and expires_at < $10 returning 1)
  insert into flow (tenant_id, state_hash, sign_in_id, connection_id, interaction, cookie_hash, issuer,
                    nonce, verifier, created_at, expires_at, max_age, interaction_hash)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

/** With what the provider keeps of the sign-in, which is asked for next. */
const TAKE = `
  with taken as (delete from flow where tenant_id = $1 and state_hash = $2 returning *)
  select taken.*, ${COLUMNS}
    from taken
    left join oidc_payload kept
      on kept.tenant_id = $1 and kept.model = 'Interaction' and kept.id_hash = taken.interaction_hash
     and kept.expires_at > $3`

type FlowRow = Selectable<Database['flow']> & PayloadRow

export function createFlows({
  db,
  clock,
  random,
  masterKey,
  writes,
  payloads,
}: Given & { readonly writes: PendingWrites; readonly payloads: Pick<Payloads, 'readAhead'> }) {
  return {
    mint: (): FlowSecrets => ({
      state: mintSecret(random),
      nonce: mintSecret(random),
      verifier: mintSecret(random),
      handle: mintSecret(random),
    }),

    /** From now on a browser may come back by these. */
    async begin(
      connection: Connection,
      { state, nonce, verifier, handle }: FlowSecrets,
      { signInId, interaction, maxAge }: Pick<Flow, 'signInId' | 'interaction' | 'maxAge'>,
    ): Promise<void> {
      const { tenantId, connectionId, issuer } = connection
      const now = clock()
      const values = [
        tenantId,
        hashed(state),
        signInId,
        connectionId,
        seal(masterKey, random, placeOf(tenantId, state), interaction),
        hashed(handle),
        issuer ?? '',
        nonce,
        verifier,
        now,
        new Date(now.getTime() + FLOW_SECONDS * 1000),
        maxAge ?? null,
        hashOf(interaction),
      ]
      await writes.write(tenantId, { name: 'flow-begin', text: BEGIN, values })
    },

    /** The flow of this state, once; undefined for another connection's, browser's, or one too old. */
    async take(
      connection: Connection,
      state: string,
      handle: string | undefined,
    ): Promise<Flow | undefined> {
      const { tenantId, connectionId, issuer } = connection
      const now = clock()
      const values = [tenantId, hashed(state), now]
      const [row] = await db.unhurried.inTenantOnce<FlowRow>(tenantId, 'flow-take', TAKE, values)
      const isBound =
        row !== undefined &&
        sameHash(hashSecret(handle ?? ''), Buffer.from(row.cookie_hash, 'hex')) &&
        row.connection_id === (connectionId satisfies ConnectionId) &&
        row.issuer === issuer &&
        row.expires_at > now
      if (!isBound) return undefined
      if (row.model !== null) payloads.readAhead(row)
      return {
        signInId: row.sign_in_id as Id<'sgn'>,
        interaction: unseal(masterKey, placeOf(tenantId, state), row.interaction),
        nonce: row.nonce,
        verifier: row.verifier,
        startedAt: row.created_at,
        maxAge: row.max_age ?? undefined,
      }
    },
  }
}

export type Flows = ReturnType<typeof createFlows>

/** The cookie of one flow: two sign-ins in two tabs do not get in each other's way. */
export function flowCookie(state: string): string {
  return `flow_${hashed(state).slice(0, 16)}`
}

function hashed(text: string): string {
  return hashSecret(text).toString('hex')
}

function placeOf(tenantId: TenantId, state: string): string {
  return `flow/${tenantId}/${hashed(state)}`
}
