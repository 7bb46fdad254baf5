/**
 * Administrators who sign in by OpenID Connect, through the same client and checks as a tenant's people.
 *
 * Who they are is issuer and subject at a connection, linked by themselves while they are signed in, and
 * never an e-mail address (SEC R-1). Those of a tenant link at its own connections, those of the platform
 * at the ones that an operator named. The identity provider must say that there was a second factor (C-1).
 *
 * What is to be checked on the way back is kept here; its handle stays with the page that began, which
 * another page cannot read, and what the provider sends back goes through that page to us.
 */
import { sql } from 'kysely'
import type { Transaction } from '../db/index.ts'
import { type ConnectionId, type Id, mintSecret, Refusal } from '../lib/index.ts'
import type { Signin, Verified } from '../signin/index.ts'
import type { Connection } from '../tenants/index.ts'
import { findAdministrator } from './administrators.ts'
import { type createFlows, type Flows, takeFlow } from './flows.ts'
import { openSession } from './sessions.ts'
import {
  actorOf,
  type Administrator,
  type Given,
  type Opened,
  type Session,
  type Visit,
  within,
} from './types.ts'

/** Methods by which a second factor is stated (RFC 8176 section 2). */
const SECOND_FACTORS = new Set(['mfa', 'otp', 'hwk', 'swk', 'sc', 'fpt', 'face', 'iris', 'pop'])

export interface OidcGiven extends Given {
  /** Made after us: the client towards identity providers, and whom a verified token means. */
  readonly signin: () => Pick<Signin, 'upstream' | 'personAt'>
}

/** Where to send the browser, and what its page keeps until it is back. */
export interface SentAway {
  readonly redirectTo: string
  readonly flow: string
}

export function createOidc(given: OidcGiven & ReturnType<typeof createFlows>) {
  const { db, tenants, publicUrl, clock, random, keepFlow, readFlow, signin } = given
  const redirectUri = `${publicUrl}/console/sign-in/return`

  /** @throws Refusal `connection_not_ready` for one that is not there or not in use */
  async function connectionOf(connectionId: ConnectionId): Promise<Connection> {
    const tenantId = await tenants.tenantOfConnection(connectionId)
    const connection = tenantId && (await tenants.readConnection(tenantId, connectionId))
    if (connection !== undefined && connection.disabledAt === null) return connection
    throw new Refusal('connection_not_ready', 'Nobody can sign in through this connection.')
  }

  async function send(connectionId: ConnectionId, linksId: Id<'adm'> | null): Promise<SentAway> {
    const connection = await connectionOf(connectionId)
    const [state, nonce, verifier] = [mintSecret(random), mintSecret(random), mintSecret(random)]
    const startedAt = clock().toISOString()
    const kept = { connectionId, state, nonce, verifier, startedAt, linksId }
    const to = await signin().upstream.start(connection, { redirectUri, state, nonce, verifier })
    return { redirectTo: to.href, flow: await keepFlow('oidc', kept) }
  }

  return {
    sendToProvider: (connectionId: ConnectionId) => send(connectionId, null),

    /** To link whom they are there. @throws Refusal `not_permitted` where their role may not sign in */
    async sendToLink(
      { administrator }: Pick<Session, 'administrator'>,
      connectionId: ConnectionId,
    ): Promise<SentAway> {
      const { tenantId } = await connectionOf(connectionId)
      await db.platform((trx) => refuseStrange(trx, administrator, tenantId, connectionId))
      return send(connectionId, administrator.administratorId)
    },

    /**
     * @param returned  the address that the identity provider sent the browser back to, whole
     * @throws Refusal `flow_expired`, `not_authenticated`, and what the sign-in of a person is refused by
     */
    async returnFromProvider(
      handle: string,
      returned: string,
      visit: Visit,
      previous: string | undefined,
    ): Promise<Opened> {
      const flow = await readFlow('oidc', handle)
      const back = URL.parse(returned)
      if (back === null || `${back.origin}${back.pathname}` !== redirectUri)
        throw new Refusal('invalid_input', `This is no address below ${redirectUri}.`)
      await db.platform((trx) => takeFlow(trx, handle))
      const connection = await connectionOf(flow.connectionId)
      const startedAt = new Date(flow.startedAt)
      const verified = await signin().upstream.finish(connection, back, {
        ...flow,
        startedAt,
        maxAge: undefined,
      })
      const { amr } = verified.claims
      if (!Array.isArray(amr) || !amr.some((each) => SECOND_FACTORS.has(String(each))))
        throw new Refusal(
          'not_permitted',
          'Your identity provider did not say that it asked for a second factor (amr). Let it ask for one ' +
            'in this application, or sign in otherwise.',
        )
      return enter(given, { connection, flow, ...verified }, visit, previous)
    },
  }
}

interface Shown extends Verified {
  readonly connection: Connection
  readonly flow: Flows['oidc']
}

async function enter(
  given: OidcGiven,
  shown: Shown,
  visit: Visit,
  previous: string | undefined,
): Promise<Opened> {
  const { db, audit, clock } = given
  const { connection, flow, issuer, subject } = shown
  const { connectionId, tenantId: at } = connection
  const administrator = await db.platform(async (trx) => {
    const id = flow.linksId ?? (await linkedAs(trx, connectionId, issuer, subject))
    const found = id === undefined ? undefined : await findAdministrator(trx, id)
    if (found === undefined || found.disabledAt !== null) throw notLinked()
    await refuseStrange(trx, found, at, connectionId)
    return found
  })
  const { administratorId: id, tenantId } = administrator
  return within(given, tenantId, async (trx) => {
    if (flow.linksId !== null) {
      const linked = await trx
        .insertInto('administrator_link')
        .values({
          connection_id: connectionId,
          ...{ issuer, subject, administrator_id: id, created_at: clock() },
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('subject')
        .executeTakeFirst()
      const isTheirs = linked ?? (await linkedAs(trx, connectionId, issuer, subject)) === id
      if (!isTheirs)
        throw new Refusal('already_exists', 'Another administrator is linked as that person.')
    }
    await holdLink(given, trx, shown)
    const actor = actorOf('visitor', id, visit)
    await audit.record(trx, tenantId, actor, {
      act: flow.linksId === null ? 'operators.session.opened' : 'operators.link.added',
      object: id,
      details: { method: 'oidc', connectionId, issuer },
    })
    return openSession(given, trx, administrator, 'oidc', visit, previous)
  })
}

/**
 * Keeps with the link whom it is of, holding it until the session is there: whoever ends that person's
 * access waits, or was first (SEC F-13).
 * @throws Refusal `not_authenticated` for somebody who has left
 */
async function holdLink(
  { signin }: Pick<OidcGiven, 'signin'>,
  trx: Transaction,
  { connection, issuer, subject, claims }: Shown,
): Promise<void> {
  const link = trx
    .updateTable('administrator_link')
    .where('connection_id', '=', connection.connectionId)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
  await link.set({ identity_id: sql`identity_id` }).execute()
  const person = await signin().personAt(connection, { issuer, subject, claims })
  if (person?.isIn === false)
    throw new Refusal('not_authenticated', 'Your identity provider says that you have left.')
  // Whoever had left is back.
  await link.set({ identity_id: person?.identityId ?? null, left_at: null }).execute()
}

async function linkedAs(
  trx: Transaction,
  connectionId: ConnectionId,
  issuer: string,
  subject: string,
) {
  const row = await trx
    .selectFrom('administrator_link')
    .select('administrator_id')
    .where('connection_id', '=', connectionId)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row?.administrator_id
}

/** Of a tenant: its own connections. Of the platform: those that an operator named. */
async function refuseStrange(
  trx: Transaction,
  { tenantId }: Administrator,
  at: string,
  connectionId: ConnectionId,
): Promise<void> {
  if (tenantId === at) return
  const named =
    tenantId === null &&
    (await trx
      .selectFrom('sign_in_provider')
      .select('name')
      .where('connection_id', '=', connectionId)
      .executeTakeFirst()) !== undefined
  if (!named)
    throw new Refusal(
      'not_permitted',
      'Nobody of your role signs in through this connection. An operator may name it for the platform.',
    )
}

function notLinked(): Refusal {
  return new Refusal(
    'not_authenticated',
    'No administrator is linked as this person. Sign in otherwise, and link it in your account.',
  )
}
