/**
 * The sign-in log: each attempt with every step and what was seen. Its id is the reference that
 * a refusal page shows; by that alone the operator finds it, whichever tenant it is of.
 *
 * It is written without waiting for the disk: an attempt that a failing machine cuts off has no end anyway.
 * Steps hold what an operator needs to see (issuer, claim, which check failed) and never a code,
 * token, state or nonce (SEC G-1).
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import {
  type ConnectionId,
  firstIdAt,
  type Id,
  type IdentityId,
  type RefusalCode,
  storable,
  type TenantId,
} from '../lib/index.ts'
import type { Given } from './given.ts'
import type { PendingWrites } from './pending-writes.ts'

/** `step` names it; the rest is what was seen there. */
export interface SignInStep {
  readonly step: string
  readonly at: string
  readonly [seen: string]: unknown
}

export interface SignIn {
  readonly signInId: Id<'sgn'>
  readonly tenantId: TenantId
  readonly clientId: string
  readonly connectionId: ConnectionId | null
  readonly identityId: IdentityId | null
  readonly outcome: 'started' | 'signed-in' | 'refused' | 'tested'
  readonly code: RefusalCode | null
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly steps: readonly SignInStep[]
}

/** What is known of an attempt when something is added to it. */
export interface SignInNews {
  readonly connectionId?: ConnectionId
  readonly identityId?: IdentityId
  readonly outcome?: 'signed-in' | 'refused' | 'tested'
  readonly code?: RefusalCode
}

/** Who had a session, and by which connection they had signed in. */
export interface Passed {
  readonly clientId: string
  readonly identityId: IdentityId
  readonly connectionId: ConnectionId | undefined
}

export type SignIns = ReturnType<typeof createSignIns>

export function createSignIns({
  db,
  clock,
  newId,
  tallies,
  writes,
}: Pick<Given, 'db' | 'clock' | 'newId'> & {
  readonly tallies: Pick<Given['tallies'], 'signIn'>
  readonly writes: PendingWrites
}) {
  const write = (tenantId: TenantId, name: string, text: string, values: readonly unknown[]) =>
    writes.write(tenantId, { name, text, values })
  const stepNow = (step: string, seen: Readonly<Record<string, unknown>>): SignInStep => ({
    step,
    at: clock().toISOString(),
    ...seen,
  })

  /** Steps that were taken at once; as `add` else. */
  async function addAll(
    tenantId: TenantId,
    signInId: Id<'sgn'>,
    steps: readonly SignInStep[],
    news: SignInNews,
  ): Promise<void> {
    await write(
      tenantId,
      'sign-in-add',
      `update sign_in
            set steps = steps || $3::jsonb, connection_id = coalesce($4, connection_id),
                identity_id = coalesce($5, identity_id), outcome = coalesce($6, outcome),
                code = case when $6 is null then code else $7 end,
                ended_at = case when $6 is null then ended_at else $8 end
          where tenant_id = $1 and sign_in_id = $2`,
      [
        tenantId,
        signInId,
        textOf(steps),
        news.connectionId ?? null,
        news.identityId ?? null,
        news.outcome ?? null,
        news.code ?? null,
        clock(),
      ],
    )
    tallies.signIn(tenantId, news.outcome)
  }

  return {
    /** @param connectionId  where it is known already by which one they will sign in */
    async begin(
      tenantId: TenantId,
      clientId: string,
      seen: Readonly<Record<string, unknown>>,
      connectionId: ConnectionId | null = null,
    ): Promise<Id<'sgn'>> {
      const signInId = newId('sgn')
      const steps = textOf([stepNow('started', seen)])
      await write(
        tenantId,
        'sign-in-begin',
        `insert into sign_in (tenant_id, sign_in_id, client_id, connection_id, outcome, steps, started_at)
         values ($1, $2, $3, $4, 'started', $5, $6)`,
        [tenantId, signInId, clientId, connectionId, steps, clock()],
      )
      return signInId
    },

    /** Somebody who had a session already passed without a question. */
    async silent(tenantId: TenantId, passed: Passed): Promise<Id<'sgn'>> {
      const { clientId, identityId, connectionId = null } = passed
      const signInId = newId('sgn')
      const steps = textOf([stepNow('session-found', {})])
      await write(
        tenantId,
        'sign-in-silent',
        `insert into sign_in (tenant_id, sign_in_id, client_id, connection_id, identity_id, outcome, steps, started_at, ended_at)
         values ($1, $2, $3, $4, $5, 'signed-in', $6, $7, $7)`,
        [tenantId, signInId, clientId, connectionId, identityId, steps, clock()],
      )
      tallies.signIn(tenantId, 'signed-in')
      return signInId
    },

    /** Adds a step; an outcome ends the attempt. */
    add: (
      tenantId: TenantId,
      signInId: Id<'sgn'>,
      step: string,
      seen: Readonly<Record<string, unknown>>,
      news: SignInNews = {},
    ): Promise<void> => addAll(tenantId, signInId, [stepNow(step, seen)], news),

    stepNow,
    addAll,

    /** The latest first; `after` is the last `signInId` of the page before. */
    async signIns(tenantId: TenantId, ask: SignInsAsk): Promise<SignIn[]> {
      return (await db.inTenant(tenantId, (trx) => listSignIns(trx, tenantId, ask))).map(present)
    },

    /** By the reference alone, whichever tenant it is of. */
    async findSignIn(reference: Id<'sgn'>): Promise<SignIn | undefined> {
      await writes.settle()
      const row = await db.operatorWide((trx) =>
        trx
          .selectFrom('sign_in')
          .selectAll()
          .where('sign_in_id', '=', reference)
          .executeTakeFirst(),
      )
      return row && present(row)
    },

    /** Takes out a batch of the sign-ins that began before an instant. @returns how many */
    async sweep(tenantId: TenantId, before: Date): Promise<number> {
      const [swept] = await db.inTenantOnce<{ rows: number }>(tenantId, 'sign-in-sweep', SWEEP, [
        tenantId,
        before,
      ])
      return swept?.rows ?? 0
    },
  }
}

export interface SignInsAsk {
  readonly limit: number
  readonly after?: string | undefined
  readonly identityId?: IdentityId | undefined
  readonly outcome?: SignIn['outcome'] | undefined
  readonly code?: string | undefined
  /** The client that asked for it: a site, or a provisioning client. */
  readonly clientId?: string | undefined
  readonly connectionId?: ConnectionId | undefined
  /** Begun then or later. */
  readonly since?: Date | undefined
  /** Begun before. */
  readonly until?: Date | undefined
}

function listSignIns(trx: Transaction, tenantId: TenantId, ask: SignInsAsk) {
  const { limit, after, identityId, outcome, code, clientId, connectionId, since, until } = ask
  let query = trx.selectFrom('sign_in').selectAll().where('tenant_id', '=', tenantId)
  if (after !== undefined) query = query.where('sign_in_id', '<', after)
  if (identityId !== undefined) query = query.where('identity_id', '=', identityId)
  if (outcome !== undefined) query = query.where('outcome', '=', outcome)
  // Whoever signed in has none, which the index of the others has to be told.
  if (code !== undefined) query = query.where('code', '=', code).where('outcome', '<>', 'signed-in')
  if (clientId !== undefined) query = query.where('client_id', '=', clientId)
  if (connectionId !== undefined) query = query.where('connection_id', '=', connectionId)
  if (since !== undefined) query = query.where('sign_in_id', '>=', firstIdAt('sgn', since))
  if (until !== undefined) query = query.where('sign_in_id', '<', firstIdAt('sgn', until))
  return query.orderBy('sign_in_id', 'desc').limit(limit).execute()
}

const SWEEP = `
  with gone as (
    delete from sign_in
     where tenant_id = $1 and sign_in_id in (
       select sign_in_id from sign_in
        where tenant_id = $1 and started_at < $2 order by started_at limit 5000)
    returning 1)
  select count(*) as rows from gone`

function present(row: Selectable<Database['sign_in']>): SignIn {
  return {
    signInId: row.sign_in_id as Id<'sgn'>,
    tenantId: row.tenant_id,
    clientId: row.client_id,
    connectionId: row.connection_id,
    identityId: row.identity_id,
    outcome: row.outcome,
    // Written by `add` from the same list.
    code: row.code as RefusalCode | null,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    steps: row.steps as unknown as SignInStep[],
  }
}

/** What was seen may be anything that an identity provider said. */
function textOf(steps: readonly SignInStep[]): string {
  return JSON.stringify(steps, (_, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  )
}
