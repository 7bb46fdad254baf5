/**
 * Passkeys: signing in without a password, by a key that never leaves its device (WebAuthn, SEC C-1).
 *
 * The challenge is the handle of a flow, so that it is random, ends after ten minutes and is answered
 * once (T-8). The device finds the account by itself and verifies its person, so nobody is asked who they
 * are before they have shown it, and there is nothing to guess.
 */
import type { Selectable } from 'kysely'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Database, Transaction } from '../db/index.ts'
import { type Id, Refusal } from '../lib/index.ts'
import { findAdministrator } from './administrators.ts'
import { type createFlows, takeFlow } from './flows.ts'
import { openSession } from './sessions.ts'
import {
  actorOf,
  type Administrator,
  type From,
  type Given,
  type Opened,
  type Session,
  type Visit,
  within,
} from './types.ts'

const MOST = 20
const RP_NAME = 'Rollcall'
/** EdDSA, ES256, RS256: asking what else the runtime has warns of what is not finished in it. */
const ALGORITHMS = [-8, -7, -257]

export interface Passkey {
  readonly passkeyId: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

/** What a browser makes of what it was asked, as JSON; nothing in it is believed before it is verified. */
export type BrowserAnswer = Readonly<Record<string, unknown>>
type Own = Pick<Session, 'administrator'>

export function createPasskeys(given: Given & ReturnType<typeof createFlows>) {
  return {
    ...createOwnPasskeys(given),
    ...createRegistration(given),
    ...createPasskeySignIn(given),
  }
}

function createOwnPasskeys(given: Given) {
  return {
    listPasskeys: ({ administrator }: Own): Promise<Passkey[]> =>
      listOf(given, administrator.administratorId),

    /** @throws Refusal `not_found` */
    removePasskey: ({ administrator }: Own, passkeyId: string, from: From): Promise<void> => {
      const { administratorId: id, tenantId } = administrator
      return within(given, tenantId, async (trx) => {
        const row = await trx
          .deleteFrom('passkey')
          .where('administrator_id', '=', id)
          .where('credential_id', '=', passkeyId)
          .returning('name')
          .executeTakeFirst()
        if (row === undefined) throw new Refusal('not_found', 'You have no such passkey.')
        await record(given, trx, administrator, from, 'operators.passkey.removed', row.name)
      })
    },
  }
}

function createRegistration(given: Given & ReturnType<typeof createFlows>) {
  const { clock, publicUrl, keepFlow, readFlow } = given
  return {
    /** What the browser is asked for another one. @throws Refusal `conflict` when there are too many */
    async askForPasskey({ administrator }: Own): Promise<object> {
      const { administratorId, name, email } = administrator
      const there = await listOf(given, administratorId)
      if (there.length >= MOST)
        throw new Refusal('conflict', `You have ${MOST} passkeys: remove one that is not used.`)
      const challenge = await keepFlow('passkey', { administratorId })
      return generateRegistrationOptions({
        rpName: RP_NAME,
        rpID: new URL(publicUrl).hostname,
        userName: email,
        userDisplayName: name,
        userID: new TextEncoder().encode(administratorId),
        challenge: bytesOf(challenge),
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: there.map(({ passkeyId: id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
    },

    /** @throws Refusal `flow_expired`, `invalid_input` for an answer that does not verify */
    async addPasskey(
      { administrator }: Own,
      name: string,
      answer: BrowserAnswer,
      from: From,
    ): Promise<Passkey> {
      const { administratorId: id, tenantId } = administrator
      const challenge = challengeOf(answer)
      const asked = await readFlow('passkey', challenge)
      if (asked.administratorId !== id) throw refusal()
      const credential = await verifyNew(publicUrl, challenge, answer)
      return within(given, tenantId, async (trx) => {
        await takeFlow(trx, challenge)
        const row = await trx
          .insertInto('passkey')
          .values({
            credential_id: credential.id,
            administrator_id: id,
            name,
            public_key: Buffer.from(credential.publicKey),
            counter: credential.counter,
            transports: credential.transports ?? [],
            created_at: clock(),
          })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst()
        if (row === undefined)
          throw new Refusal('already_exists', 'This passkey is registered already.')
        await record(given, trx, administrator, from, 'operators.passkey.added', name)
        return present(row)
      })
    },
  }
}

function createPasskeySignIn(given: Given & ReturnType<typeof createFlows>) {
  const { db, audit, clock, publicUrl, keepFlow, readFlow } = given

  /** Of a credential that is known and whose administrator may come in. */
  async function holderOf(trx: Transaction, credentialId: string) {
    const row = await trx
      .selectFrom('passkey')
      .selectAll()
      .where('credential_id', '=', credentialId)
      .executeTakeFirst()
    const administrator = row && (await findAdministrator(trx, row.administrator_id))
    if (row === undefined || administrator === undefined || administrator.disabledAt !== null)
      throw notIn()
    return { row, administrator }
  }

  return {
    /** What the browser is asked: the same for everybody. */
    async askWithPasskey(): Promise<object> {
      const challenge = await keepFlow('passkey', { administratorId: null })
      return generateAuthenticationOptions({
        rpID: new URL(publicUrl).hostname,
        challenge: bytesOf(challenge),
        userVerification: 'required',
      })
    },

    /** @throws Refusal `flow_expired`, `not_authenticated` whatever is wrong */
    async signInWithPasskey(
      answer: BrowserAnswer,
      visit: Visit,
      previous: string | undefined,
    ): Promise<Opened> {
      const challenge = challengeOf(answer)
      const asked = await readFlow('passkey', challenge)
      if (asked.administratorId !== null) throw notIn()
      const { row, administrator } = await db.platform((trx) => holderOf(trx, String(answer['id'])))
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: answer as unknown as AuthenticationResponseJSON,
        ...expected(publicUrl, challenge),
        credential: {
          id: row.credential_id,
          publicKey: new Uint8Array(row.public_key),
          counter: row.counter,
          transports: row.transports,
        },
      }).catch((cause: unknown) => {
        throw notIn(cause)
      })
      if (!verified) throw notIn()
      const { administratorId: id, tenantId } = administrator
      return within(given, tenantId, async (trx) => {
        await takeFlow(trx, challenge)
        await trx
          .updateTable('passkey')
          .set({ counter: authenticationInfo.newCounter, last_used_at: clock() })
          .where('credential_id', '=', row.credential_id)
          .execute()
        const actor = actorOf('visitor', id, visit)
        await audit.record(trx, tenantId, actor, {
          act: 'operators.session.opened',
          object: id,
          details: { method: 'passkey', passkey: row.name },
        })
        return openSession(given, trx, administrator, 'passkey', visit, previous)
      })
    },
  }
}

async function listOf({ db }: Given, administratorId: Id<'adm'>): Promise<Passkey[]> {
  const rows = await db.platform((trx) =>
    trx
      .selectFrom('passkey')
      .selectAll()
      .where('administrator_id', '=', administratorId)
      .orderBy('created_at')
      .limit(MOST)
      .execute(),
  )
  return rows.map(present)
}

function record(
  { audit }: Given,
  trx: Transaction,
  { administratorId: id, tenantId }: Administrator,
  from: From,
  act: string,
  name: string,
): Promise<void> {
  const actor = actorOf('administrator', id, from)
  return audit.record(trx, tenantId, actor, { act, object: id, details: { name } })
}

/** @throws Refusal `invalid_input` */
async function verifyNew(publicUrl: string, challenge: string, answer: BrowserAnswer) {
  const { registrationInfo } = await verifyRegistrationResponse({
    // The library checks each part of it.
    response: answer as unknown as RegistrationResponseJSON,
    supportedAlgorithmIDs: ALGORITHMS,
    ...expected(publicUrl, challenge),
  }).catch((cause: unknown) => {
    throw refusal(cause)
  })
  if (registrationInfo === undefined) throw refusal()
  return registrationInfo.credential
}

function expected(publicUrl: string, challenge: string) {
  const { origin, hostname } = new URL(publicUrl)
  return {
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: hostname,
    requireUserVerification: true,
  }
}

function bytesOf(challenge: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(challenge, 'base64url'))
}

/** The challenge that the browser says it answers. @throws Refusal `invalid_input` */
function challengeOf(answer: BrowserAnswer): string {
  try {
    const { clientDataJSON } = answer['response'] as { readonly clientDataJSON: string }
    const said: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    const { challenge } = said as { readonly challenge: unknown }
    if (typeof challenge === 'string') return challenge
  } catch {
    // As for one that says nothing.
  }
  throw refusal()
}

function refusal(cause?: unknown): Refusal {
  return new Refusal('invalid_input', 'This is not what the browser was asked for. Begin again.', {
    cause,
  })
}

function notIn(cause?: unknown): Refusal {
  return new Refusal(
    'not_authenticated',
    'This passkey is not known here, or its administrator may not come in.',
    { cause },
  )
}

function present(row: Selectable<Database['passkey']>): Passkey {
  return {
    passkeyId: row.credential_id,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}
