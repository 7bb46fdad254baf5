/**
 * Onboarding: a tenant, its first connection, a SCIM token and a provisioning client, all or
 * nothing, and what is handed over to the customer for it. The secrets in the hand-over are
 * nowhere else; only their digests are kept.
 */
import type { Selectable } from 'kysely'
import { type Database, type Transaction, uniqueViolation } from '../db/index.ts'
import { fold, type Actor, type ConnectionId, Refusal, type TenantId } from '../lib/index.ts'
import { presentConnection } from './connection-rows.ts'
import { cleanLabel, cleanName, cleanTenantName, labelFor } from './names.ts'
import { insertProvisioningClient } from './provisioning-clients.ts'
import { insertToken } from './scim-tokens.ts'
import { insertAdmin } from './tenant-admins.ts'
import { present } from './tenants.ts'
import type { Connection, ConnectionKind, Given, Tenant } from './types.ts'
import { authorityOf, baseUrlOf, cleanUrls } from './urls.ts'

export interface Onboarding {
  readonly name: string
  /** Left out: the name in the letters a label may have. */
  readonly label?: string | undefined
  readonly kind: ConnectionKind
  /** Where the identity provider's OAuth mode returns to, exact; the first is handed over. */
  readonly redirectUris: readonly string[]
  /** The customer's administrator, who may consent to OAuth provisioning. */
  readonly adminUserName?: string | undefined
}

/** The two blocks of design section 2, in the words of the login service and of SCIM. */
export interface Handover {
  readonly client: {
    readonly authority: string
    readonly clientId: string
    readonly clientSecret: string
    readonly redirectUri: string
    readonly scope: string
  }
  readonly scim: { readonly baseUrl: string; readonly token: string }
}

/** Another identity provider of a tenant that is there. */
export interface AddedConnection {
  /** What people pick it by. */
  readonly name: string
  readonly label: string
  readonly kind: ConnectionKind
  readonly redirectUris: readonly string[]
}

const KIND_NAMES = { okta: 'Okta', entra: 'Entra ID', other: 'Identity provider' } as const
const SCOPE = 'openid profile scim offline_access'

export function createOnboarding(given: Given) {
  const { db, audit, newId, onOnboarding } = given
  return {
    /**
     * Sets up a tenant in one transaction.
     * @throws Refusal `already_exists` when the name or the label is taken; `invalid_input`
     */
    async onboard(
      actor: Actor,
      ask: Onboarding,
    ): Promise<{ tenant: Tenant; connection: Connection; handover: Handover }> {
      const name = cleanTenantName(ask.name)
      const label = ask.label === undefined ? labelFor(name) : cleanLabel(ask.label)
      const redirectUris = cleanUrls('redirect URI', ask.redirectUris, 1)
      const tenantId = newId('ten')
      try {
        return await db.inTenant(tenantId, async (trx) => {
          const tenant = await insertTenant(given, trx, tenantId, name)
          await onOnboarding(trx, tenantId)
          const { kind } = ask
          const made = await setUpConnection(given, trx, tenantId, {
            ...{ name: KIND_NAMES[kind], kind, label, redirectUris },
          })
          const { connectionId } = made.connection
          if (ask.adminUserName !== undefined)
            await insertAdmin(given, trx, tenantId, connectionId, ask.adminUserName)
          await audit.record(trx, tenantId, actor, {
            act: 'tenants.tenant.onboarded',
            object: tenantId,
            details: {
              name,
              connectionId,
              label,
              kind: ask.kind,
              token: made.tokenId,
              clientId: made.handover.client.clientId,
              redirectUris,
              ...(ask.adminUserName === undefined ? {} : { admin: ask.adminUserName }),
            },
          })
          return { tenant, connection: made.connection, handover: made.handover }
        })
      } catch (error) {
        throw asRefusal(error, name)
      }
    },

    /** @throws Refusal `already_exists` when the label is taken; `invalid_input` */
    async addConnection(
      actor: Actor,
      tenantId: TenantId,
      ask: AddedConnection,
    ): Promise<{ connection: Connection; handover: Handover }> {
      const label = cleanLabel(ask.label)
      const redirectUris = cleanUrls('redirect URI', ask.redirectUris, 1)
      return db.inTenant(tenantId, async (trx) => {
        const made = await setUpConnection(given, trx, tenantId, { ...ask, label, redirectUris })
        const { connection, handover, tokenId } = made
        const { clientId } = handover.client
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.connection.added',
          object: connection.connectionId,
          details: { name: connection.name, label, token: tokenId, clientId, redirectUris },
        })
        return { connection, handover }
      })
    },
  }
}

/** A connection with what its identity provider provisions by. */
async function setUpConnection(
  given: Given,
  trx: Transaction,
  tenantId: TenantId,
  ask: Omit<AddedConnection, 'redirectUris'> & { redirectUris: string[] },
) {
  const { redirectUris } = ask
  const connection = await insertConnection(given, trx, tenantId, ask)
  const { connectionId } = connection
  const token = await insertToken(given, trx, tenantId, connectionId)
  const client = await insertProvisioningClient(given, trx, tenantId, connectionId, redirectUris)
  const handover: Handover = {
    client: {
      authority: authorityOf(given.publicUrl, tenantId),
      clientId: client.clientId,
      clientSecret: client.clientSecret,
      redirectUri: redirectUris[0] ?? '',
      scope: SCOPE,
    },
    scim: { baseUrl: baseUrlOf(given.publicUrl, connectionId), token: token.token },
  }
  return { connection, handover, tokenId: token.lookupId }
}

async function insertTenant({ clock }: Given, trx: Transaction, tenantId: TenantId, name: string) {
  const row: Selectable<Database['tenant']> = await trx
    .insertInto('tenant')
    .values({
      tenant_id: tenantId,
      name,
      name_folded: fold(name),
      created_at: clock(),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return present(row)
}

async function insertConnection(
  { clock, newId }: Given,
  trx: Transaction,
  tenantId: TenantId,
  { name, kind, label }: Omit<AddedConnection, 'redirectUris'>,
): Promise<Connection> {
  const connectionId: ConnectionId = newId('con')
  const now = clock()
  const row = await trx
    .insertInto('connection')
    .values({
      tenant_id: tenantId,
      connection_id: connectionId,
      name: cleanName('connection', name),
      kind,
      label,
      created_at: now,
      changed_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await takeLabel(trx, tenantId, connectionId, label)
  return presentConnection(row)
}

/** One that is free, or that a connection of the tenant had which was removed. @throws Refusal `already_exists` */
async function takeLabel(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  label: string,
): Promise<void> {
  const taken = await trx
    .insertInto('label')
    .values({
      label_folded: fold(label),
      label,
      tenant_id: tenantId,
      connection_id: connectionId,
    })
    .onConflict((conflict) =>
      conflict
        .column('label_folded')
        .doUpdateSet({ label, connection_id: connectionId })
        .where('label.tenant_id', '=', tenantId)
        .where('label.connection_id', 'is', null),
    )
    .returning('label')
    .executeTakeFirst()
  if (taken !== undefined) return
  throw new Refusal(
    'already_exists',
    `The label "${label}" names another connection already; a label is unique over the platform. ` +
      'Choose another.',
  )
}

function asRefusal(error: unknown, name: string): unknown {
  if (uniqueViolation(error) === 'tenant_name_folded_key')
    return new Refusal(
      'already_exists',
      `A tenant named "${name}" is there already. Choose another name, or go on with that one.`,
      { cause: error, command: 'tenant show' },
    )
  return error
}
