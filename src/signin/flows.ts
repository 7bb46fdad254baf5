/**
 * Flows: a browser on its way to an identity provider and back (SEC R-2).
 *
 * State, nonce and verifier are 256 random bits each. The row is found by the state's digest, bound
 * to the browser by a cookie's digest, and taken away by the one statement that finds it, so it is
 * good for one return whatever comes of it (T-8). It outlives its ten minutes, good for nothing, so
 * that whoever comes later hears what they came by.
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
/** How long it is known whose it was: as long as the provider waits for the answer to its question. */
export const FLOW_KEPT_SECONDS = 30 * 60

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

/** Why a return by a flow that there is signs nobody in. */
export type Lost = 'other-browser' | 'other-connection' | 'connection-changed' | 'too-late'

/** What is left of a flow that somebody came back by and may not. */
export interface LostFlow extends Pick<Flow, 'signInId' | 'interaction'> {
  readonly lost: Lost
}

export interface FlowSecrets extends Pick<Flow, 'nonce' | 'verifier'> {
  readonly state: string
  /** The value of the browser's cookie. */
  readonly handle: string
}

/** Those of which nobody hears any more go with each that begins. */
const BEGIN = `
  with ended as (delete from flow where tenant_id = $1 and expires_at < $14 returning 1)
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
        seal(masterKey, random, flowPlace(tenantId, hashed(state)), interaction),
        hashed(handle),
        issuer ?? '',
        nonce,
        verifier,
        now,
        new Date(now.getTime() + FLOW_SECONDS * 1000),
        maxAge ?? null,
        hashOf(interaction),
        new Date(now.getTime() - (FLOW_KEPT_SECONDS - FLOW_SECONDS) * 1000),
      ]
      await writes.write(tenantId, { name: 'flow-begin', text: BEGIN, values })
    },

    /** The flow of this state, once, or why it is none for whoever came; undefined where there is none. */
    async take(
      connection: Connection,
      state: string,
      handle: string | undefined,
    ): Promise<Flow | LostFlow | undefined> {
      const { tenantId } = connection
      const now = clock()
      const values = [tenantId, hashed(state), now]
      const [row] = await db.unhurried.inTenantOnce<FlowRow>(tenantId, 'flow-take', TAKE, values)
      if (row === undefined) return undefined
      const signInId = row.sign_in_id as Id<'sgn'>
      const interaction = unseal(masterKey, flowPlace(tenantId, hashed(state)), row.interaction)
      const lost = lostBy(row, connection, handle, now)
      if (lost !== undefined) return { signInId, interaction, lost }
      if (row.model !== null) payloads.readAhead(row)
      return {
        signInId,
        interaction,
        nonce: row.nonce,
        verifier: row.verifier,
        startedAt: row.created_at,
        maxAge: row.max_age ?? undefined,
      }
    },
  }
}

/** Whose browser it is comes first: anybody else is told nothing more (SEC R-2). */
function lostBy(
  row: FlowRow,
  { connectionId, issuer }: Connection,
  handle: string | undefined,
  now: Date,
): Lost | undefined {
  if (!sameHash(hashSecret(handle ?? ''), Buffer.from(row.cookie_hash, 'hex')))
    return 'other-browser'
  if (row.connection_id !== (connectionId satisfies ConnectionId)) return 'other-connection'
  if (row.issuer !== issuer) return 'connection-changed'
  return row.expires_at > now ? undefined : 'too-late'
}

export type Flows = ReturnType<typeof createFlows>

/** The cookie of one flow: two sign-ins in two tabs do not get in each other's way. */
export function flowCookie(state: string): string {
  return `flow_${hashed(state).slice(0, 16)}`
}

function hashed(text: string): string {
  return hashSecret(text).toString('hex')
}

/** What the interaction is sealed for; one that was copied to another flow does not open. */
export function flowPlace(tenantId: TenantId, stateHash: string): string {
  return `flow/${tenantId}/${stateHash}`
}
