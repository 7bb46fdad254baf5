/**
 * What one request of getting in leaves for the next: sealed whole, since it may hold a secret of the
 * authenticator app, and gone after ten minutes or once it is taken (SEC T-8).
 */
import type { Transaction } from '../db/index.ts'
import {
  type ConnectionId,
  hashSecret,
  type Id,
  mintSecret,
  Refusal,
  seal,
  unseal,
} from '../lib/index.ts'
import type { Given } from './types.ts'

const LIFE_MS = 10 * 60_000

/** What is left, by kind. */
export interface Flows {
  readonly enrolment: {
    readonly secretHash: string
    readonly name: string
    readonly email: string
    readonly passwordHash: string
    readonly totpSecret: string
  }
  /** Of somebody who was sent to an identity provider; `linksId`: who of us wants to be linked. */
  readonly oidc: {
    readonly connectionId: ConnectionId
    readonly state: string
    readonly nonce: string
    readonly verifier: string
    readonly startedAt: string
    readonly linksId: Id<'adm'> | null
  }
  /** For whom a passkey is registered; null: somebody signs in with one. */
  readonly passkey: { readonly administratorId: string | null }
}

export function createFlows({ db, clock, random, masterKey }: Given) {
  return {
    /** @returns the handle, to take it up again with */
    async keepFlow<K extends keyof Flows>(kind: K, state: Flows[K]): Promise<string> {
      const handle = mintSecret(random)
      const handleHash = hashSecret(handle)
      await db.platform(async (trx) => {
        await trx.deleteFrom('admin_flow').where('expires_at', '<=', clock()).execute()
        await trx
          .insertInto('admin_flow')
          .values({
            handle_hash: handleHash,
            kind,
            state_sealed: seal(masterKey, random, flowPlace(handleHash), JSON.stringify(state)),
            expires_at: new Date(clock().getTime() + LIFE_MS),
          })
          .execute()
      })
      return handle
    },

    /** What was left; it stays until it is taken. @throws Refusal `flow_expired` */
    async readFlow<K extends keyof Flows>(kind: K, handle: string): Promise<Flows[K]> {
      const handleHash = hashSecret(handle)
      const row = await db.platform((trx) =>
        trx
          .selectFrom('admin_flow')
          .select('state_sealed')
          .where('handle_hash', '=', handleHash)
          .where('kind', '=', kind)
          .where('expires_at', '>', clock())
          .executeTakeFirst(),
      )
      if (row === undefined) throw expired()
      // Sealed by us for this very place, and the kind says what it is.
      return JSON.parse(unseal(masterKey, flowPlace(handleHash), row.state_sealed)) as Flows[K]
    },
  }
}

/** What a state is sealed for; one that was copied to another row does not open. */
export function flowPlace(handleHash: Buffer): string {
  return `admin_flow.state/${handleHash.toString('hex')}`
}

/** Of all who come with the same handle one goes on. @throws Refusal `flow_expired` */
export async function takeFlow(trx: Transaction, handle: string): Promise<void> {
  const row = await trx
    .deleteFrom('admin_flow')
    .where('handle_hash', '=', hashSecret(handle))
    .returning('kind')
    .executeTakeFirst()
  if (row === undefined) throw expired()
}

function expired(): Refusal {
  return new Refusal(
    'flow_expired',
    'This was begun more than ten minutes ago, or is done already. Begin again.',
  )
}
