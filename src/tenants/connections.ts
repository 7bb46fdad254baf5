/**
 * Connections: a tenant's links to its identity providers, and the OIDC application that the
 * customer made for us there. Its client secret is sealed for its own row (SEC K-1) and opened
 * only where a sign-in needs it.
 */
import type { Db } from '../db/index.ts'
import {
  type Actor,
  type ConnectionId,
  Refusal,
  seal,
  type TenantId,
  unseal,
  laterThan,
} from '../lib/index.ts'
import { ensureConnectionKey } from './connection-keys.ts'
import {
  changeConnection,
  type ConnectionRow,
  lockConnection,
  presentConnection,
  readConnectionRow,
} from './connection-rows.ts'
import { cleanName } from './names.ts'
import type { Authentication, Connection, Given } from './types.ts'
import { cleanServerUrl } from './urls.ts'

export interface OidcApplication {
  readonly issuer: string
  readonly clientId: string
  /** Left out: the one kept stays. */
  readonly clientSecret?: string | undefined
  /** Left out: as before. */
  readonly authentication?: Authentication | undefined
}

/** When a connection was changed last, as whoever changes it knows it; undefined: whatever it is. */
type Replaces = Date | undefined

export function createConnections(given: Given) {
  const { db, audit, clock, random, masterKey } = given
  return {
    /** Every connection of a tenant, disabled ones too. */
    allConnections: (tenantId: TenantId) => listAll(db, tenantId),

    /** The connections that people can sign in through now. */
    async listConnections(tenantId: TenantId): Promise<Connection[]> {
      return (await listAll(db, tenantId)).filter(({ disabledAt }) => disabledAt === null)
    },

    /** @throws Refusal `not_found`, also for another tenant's (SEC I-8) */
    async readConnection(tenantId: TenantId, connectionId: ConnectionId): Promise<Connection> {
      return presentConnection(
        await db.inTenant(tenantId, (trx) => readConnectionRow(trx, tenantId, connectionId)),
      )
    },

    /** Whose a connection is, by its id alone; undefined for nobody's. */
    async tenantOfConnection(connectionId: ConnectionId): Promise<TenantId | undefined> {
      const row = await db.platform((trx) =>
        trx
          .selectFrom('label')
          .select('tenant_id')
          .where('connection_id', '=', connectionId)
          .executeTakeFirst(),
      )
      return row?.tenant_id
    },

    /** The client secret of the customer's OIDC application, in clear; undefined if none was given. */
    async readConnectionSecret(
      tenantId: TenantId,
      connectionId: ConnectionId,
    ): Promise<string | undefined> {
      const row = await db.inTenant(tenantId, (trx) =>
        readConnectionRow(trx, tenantId, connectionId),
      )
      if (row.client_secret_sealed === null) return undefined
      return unseal(masterKey, secretPlace(tenantId, connectionId), row.client_secret_sealed)
    },

    /** Makes our key if there is none yet, so that the identity provider can be shown where it is. */
    makeConnectionKey: (tenantId: TenantId, connectionId: ConnectionId): Promise<void> =>
      db.inTenant(tenantId, async (trx) => {
        await lockConnection(trx, tenantId, connectionId)
        await ensureConnectionKey(given, trx, tenantId, connectionId)
      }),

    /**
     * Keeps what the customer's OIDC application is. Whoever signs in next is sent there. A client secret
     * stays with the issuer that it was given for: whoever may name another issuer gets to see no secret.
     * @throws Refusal `invalid_input` where another issuer comes without a secret of its own; `conflict` where
     *         the connection was changed since it was read (SEC C-7)
     */
    async setOidcApplication(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      { issuer, clientId, clientSecret, authentication }: OidcApplication,
      replaces?: Replaces,
    ): Promise<Connection> {
      const place = secretPlace(tenantId, connectionId)
      return db.inTenant(tenantId, async (trx) => {
        const before = await lockConnection(trx, tenantId, connectionId, replaces)
        cleanServerUrl('issuer', issuer, before.internal_hosts)
        if (authentication === 'private_key_jwt')
          await ensureConnectionKey(given, trx, tenantId, connectionId)
        const sealed = clientSecret && seal(masterKey, random, place, clientSecret)
        const row = await changeConnection(trx, tenantId, connectionId, {
          issuer,
          client_id: clientId,
          changed_at: laterThan(before.changed_at, clock()),
          ...(authentication && { authentication }),
          client_secret_sealed: sealed || keptSecret(before, issuer, authentication),
        })
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.oidc-application.set',
          object: connectionId,
          details: {
            before: { issuer: before.issuer, clientId: before.client_id },
            after: { issuer, clientId, authentication: row.authentication },
            clientSecretChanged: clientSecret !== undefined,
          },
        })
        return presentConnection(row)
      })
    },

    /** What people pick it by where a tenant has several. @throws Refusal `conflict` as above */
    async renameConnection(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      text: string,
      replaces?: Replaces,
    ): Promise<void> {
      const name = cleanName('connection', text)
      await db.inTenant(tenantId, async (trx) => {
        const before = await lockConnection(trx, tenantId, connectionId, replaces)
        const changedAt = laterThan(before.changed_at, clock())
        await changeConnection(trx, tenantId, connectionId, { name, changed_at: changedAt })
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.connection.renamed',
          object: connectionId,
          details: { before: before.name, after: name },
        })
      })
    },

    /** From now on its SCIM calls answer 403 and nobody signs in through it. */
    disableConnection: setDisabled(given, true),
    enableConnection: setDisabled(given, false),
  }
}

function setDisabled({ db, audit, clock }: Given, disabled: boolean) {
  return async (
    actor: Actor,
    tenantId: TenantId,
    connectionId: ConnectionId,
    replaces?: Replaces,
  ): Promise<Connection> => {
    return db.inTenant(tenantId, async (trx) => {
      const before = await lockConnection(trx, tenantId, connectionId, replaces)
      if ((before.disabled_at !== null) === disabled) return presentConnection(before)
      const row = await changeConnection(trx, tenantId, connectionId, {
        disabled_at: disabled ? clock() : null,
        changed_at: laterThan(before.changed_at, clock()),
      })
      const act = disabled ? 'tenants.connection.disabled' : 'tenants.connection.enabled'
      await audit.record(trx, tenantId, actor, { act, object: connectionId, details: {} })
      return presentConnection(row)
    })
  }
}

async function listAll(db: Db, tenantId: TenantId): Promise<Connection[]> {
  const rows = await db.inTenant(tenantId, (trx) =>
    trx
      .selectFrom('connection')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('removed_at', 'is', null)
      .orderBy('connection_id')
      .limit(1000)
      .execute(),
  )
  return rows.map(presentConnection)
}

/** The place a client secret is sealed for; a value copied to another row does not open. */
export function secretPlace(tenantId: TenantId, connectionId: ConnectionId): string {
  return `connection.client_secret/${tenantId}/${connectionId}`
}

/** The one that is kept, where it may be sent to that issuer. */
function keptSecret(
  before: ConnectionRow,
  issuer: string,
  authentication: Authentication | undefined,
): string | null {
  const secret = before.client_secret_sealed
  if (before.issuer === issuer || before.issuer === null || secret === null) return secret
  if ((authentication ?? before.authentication) === 'private_key_jwt') return null
  throw new Refusal(
    'invalid_input',
    `The client secret that is kept belongs to ${before.issuer}. Give the one of ${issuer} with it.`,
  )
}
