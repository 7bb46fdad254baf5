/**
 * The three doors of a connection's signals, below `/t/{tenant}/connections/{connection}/`:
 *
 *   global-token-revocation   draft-parecki-oauth-global-token-revocation, as Okta's Universal Logout
 *                             speaks it: the JWT is the bearer, the body names the person
 *   security-events           push of security event tokens (RFC 8935, RFC 8417): the body is the JWT,
 *                             and names the person and what happened
 *   backchannel-logout        OpenID Connect Back-Channel Logout 1.0: a form with a logout token
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Transaction } from '../../db/index.ts'
import { type IdentityId, Refusal, Unavailable } from '../../lib/index.ts'
import type { SessionEnd } from '../../sessions/index.ts'
import { authorityOf, type Connection } from '../../tenants/index.ts'
import { upstreamSidOf } from '../digests.ts'
import type { Given } from '../given.ts'
import { readText } from '../read-text.ts'
import { Unreachable } from '../unreachable.ts'
import { createReceipts, type SignalKind, writeReceipt } from './receipts.ts'
import { REASONS, SignalRefused } from './refused.ts'
import { findSubject, isObject, namedBy } from './subject.ts'
import { createVerifier, type VerifiedSignal } from './verify.ts'

const MOST_BYTES = 64 * 1024
const REVOCATION_SECONDS = 10 * 60
/** A transmitter may have had nobody to tell for a while. */
const EVENT_SECONDS = 24 * 60 * 60
/** A logout token is sent when it is made (SEC R-9). */
const LOGOUT_SECONDS = 2 * 60
const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout'
const SESSION_REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

export type Door = 'global-token-revocation' | 'security-events' | 'backchannel-logout'
export type Signals = ReturnType<typeof createSignals>

interface SignalsGiven extends Given {
  readonly endSessions: SessionEnd['endSessions']
  readonly endUpstreamSession: SessionEnd['endUpstreamSession']
}

interface Signal {
  readonly kind: SignalKind
  readonly verified: VerifiedSignal
  /** A subject identifier. */
  readonly subject: unknown
}

export function createSignals(given: SignalsGiven) {
  const { log, publicUrl } = given
  const verify = createVerifier(given)

  const doors = {
    async 'global-token-revocation'(connection: Connection, request: IncomingMessage) {
      const body = await readText(request, MOST_BYTES)
      const [, bearer = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
      const verified = await verify(connection, bearer, {
        type: 'global-token-revocation+jwt',
        audiences: [`${addressOf(publicUrl, connection)}/global-token-revocation`],
        mostAgeSeconds: REVOCATION_SECONDS,
        ends: true,
      })
      const subject = memberOf(body, 'sub_id')
      const done = await obey(given, connection, { kind: 'universal-logout', verified, subject })
      if (done === 'replayed') throw new SignalRefused('replayed', 'It was obeyed before.')
      if (done === 'nobody') throw new SignalRefused('nobody', 'Nobody of that name is here.')
      return 204
    },

    async 'security-events'(connection: Connection, request: IncomingMessage) {
      const token = await readText(request, MOST_BYTES)
      const endpoint = `${addressOf(publicUrl, connection)}/security-events`
      const { tenantId, clientId } = connection
      const verified = await verify(connection, token, {
        type: 'secevent+jwt',
        // Transmitters name a receiver by what it was registered as.
        audiences: [endpoint, authorityOf(publicUrl, tenantId), publicUrl, clientId ?? endpoint],
        mostAgeSeconds: EVENT_SECONDS,
        ends: false,
      })
      const { events, sub_id: subject } = verified
      if (!isObject(events)) throw new SignalRefused('malformed', 'It holds no events.')
      const event = events[SESSION_REVOKED]
      // Received is received, whether or not we do something about it (RFC 8935 section 2.2).
      if (!isObject(event)) return 202
      await obey(given, connection, {
        kind: 'session-revoked',
        verified,
        subject: subject ?? event['subject'],
      })
      return 202
    },

    async 'backchannel-logout'(connection: Connection, request: IncomingMessage) {
      const form = new URLSearchParams(await readText(request, MOST_BYTES))
      const { issuer, clientId } = connection
      if (issuer === null || clientId === null)
        throw new SignalRefused('issuer', 'This connection has no OpenID Connect application yet.')
      const verified = await verify(connection, form.get('logout_token') ?? '', {
        type: 'logout+jwt',
        mayLackType: true,
        issuer,
        audiences: [clientId],
        mostAgeSeconds: LOGOUT_SECONDS,
        mostLifeSeconds: LOGOUT_SECONDS,
        ends: true,
      })
      const { events, nonce, sub } = verified
      // What is no logout token is an ID token, or made of one (section 2.4).
      if (nonce !== undefined || !isObject(events) || !isObject(events[LOGOUT]))
        throw new SignalRefused('malformed', 'It is no logout token.')
      const kind = 'back-channel-logout'
      const subject = { format: 'iss_sub', iss: issuer, sub }
      const done =
        sub === undefined
          ? await obeyForSession(given, connection, { kind, verified, sid: sidOf(verified) })
          : await obey(given, connection, { kind, verified, subject })
      if (done === 'replayed') throw new SignalRefused('replayed', 'It was obeyed before.')
      return 200
    },
  } as const satisfies Record<Door, unknown>

  return {
    ...createReceipts(given),

    async answer(
      request: IncomingMessage,
      response: ServerResponse,
      connection: Connection,
      door: Door,
    ): Promise<void> {
      if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end()
      const { tenantId, connectionId } = connection
      try {
        const status = await doors[door](connection, request)
        response.writeHead(status, NOT_KEPT).end()
      } catch (error) {
        if (error instanceof Unreachable)
          throw new Unavailable("The identity provider's keys cannot be read.", 5, { cause: error })
        if (!(error instanceof SignalRefused) && !(error instanceof Refusal)) throw error
        const reason = error instanceof SignalRefused ? error.reason : 'malformed'
        const { message } = error
        log.warn({ event: 'signin.signal.refused', tenantId, connectionId, door, reason })
        sendRefused(response, door, reason, message)
      }
    },
  }
}

/** Ends all that stands for whom it names. */
async function obey(
  given: SignalsGiven,
  connection: Connection,
  { kind, verified, subject }: Signal,
): Promise<Done> {
  const { endSessions } = given
  const { tenantId } = connection
  const named = await findSubject(given, connection, namedBy(connection, subject))
  const people = named.map(({ identityId }) => identityId)
  return once(given, connection, { kind, verified }, async (trx) => ({
    people,
    ended: await endSessions(trx, tenantId, people, kind),
  }))
}

/** The same for one session at the identity provider; whose it was is known here. */
function obeyForSession(
  given: SignalsGiven,
  connection: Connection,
  { kind, verified, sid }: Omit<Signal, 'subject'> & { readonly sid: string },
): Promise<Done> {
  const upstreamSid = upstreamSidOf(connection.connectionId, sid)
  return once(given, connection, { kind, verified }, (trx) =>
    given.endUpstreamSession(trx, connection.tenantId, upstreamSid, kind),
  )
}

function sidOf({ sid }: VerifiedSignal): string {
  if (typeof sid === 'string' && sid !== '') return sid
  throw new SignalRefused('subject', 'It names neither a person (sub) nor a session (sid).')
}

/** With the receipt, in one transaction; a signal that was obeyed before changes nothing. */
async function once(
  given: SignalsGiven,
  { tenantId, connectionId }: Connection,
  { kind, verified: { jti } }: Omit<Signal, 'subject'>,
  act: (
    trx: Transaction,
  ) => Promise<{ readonly people: readonly IdentityId[]; readonly ended: number }>,
): Promise<Done> {
  const { db, log } = given
  const identityIds = await db
    .inTenant(tenantId, async (trx) => {
      const { people, ended } = await act(trx)
      const receipt = { connectionId, kind, identityIds: people, sessionsEnded: ended, jti }
      if (await writeReceipt(given, trx, tenantId, receipt)) return people
      throw new Replayed()
    })
    .catch((error: unknown) => {
      if (error instanceof Replayed) return undefined
      throw error
    })
  if (identityIds === undefined) return 'replayed'
  log.info({ event: 'signin.signal.obeyed', tenantId, connectionId, kind, identityIds })
  return identityIds.length === 0 ? 'nobody' : 'done'
}

type Done = 'done' | 'replayed' | 'nobody'

/** Takes back what the transaction did. */
class Replayed extends Error {}

const NOT_KEPT = { 'cache-control': 'no-store' }

/** In each door's own words: the draft's, those of RFC 8935 section 2.3, and of Back-Channel Logout section 2.8. */
function sendRefused(
  response: ServerResponse,
  door: Door,
  reason: SignalRefused['reason'],
  description: string,
): void {
  const isRevocation = door === 'global-token-revocation'
  const status = isRevocation ? (STATUSES[reason] ?? 401) : 400
  const body =
    door === 'security-events'
      ? { err: REASONS[reason], description }
      : { error: isRevocation ? reason : 'invalid_request', error_description: description }
  const type = { 'content-type': 'application/json; charset=utf-8' }
  response.writeHead(status, { ...type, ...NOT_KEPT })
  response.end(JSON.stringify(body))
}

/** Of the revocation; whatever else is wrong is wrong with its bearer. */
const STATUSES: Partial<Record<SignalRefused['reason'], number>> = { subject: 400, nobody: 404 }

function addressOf(publicUrl: string, { tenantId, connectionId }: Connection): string {
  return `${authorityOf(publicUrl, tenantId)}/connections/${connectionId}`
}

function memberOf(body: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) ? value[name] : undefined
  } catch (cause) {
    throw new SignalRefused('subject', 'The body is not JSON.', { cause })
  }
}
