/**
 * Onboarding: a tenant, its first connection, a SCIM token and a provisioning client, all or
 * nothing, and what is handed over to the customer for it. The secrets in the hand-over are
 * nowhere else; only their digests are kept.
 */
import type { Selectable } from 'kysely'
import { type Database, type Transaction, uniqueViolation } from '../db/index.ts'
import { fold, type Actor, type ConnectionId, Refusal, type TenantId } from '../lib/index.ts'
import { presentConnection } from './connections.ts'
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

const KIND_NAMES = { okta: 'Okta', entra: 'Entra ID', other: 'Identity provider' } as const
const SCOPE = 'openid profile scim offline_access'

export function createOnboarding(given: Given) {
  const { db, audit, newId, publicUrl, onOnboarding } = given
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
          const connection = await insertConnection(given, trx, tenantId, ask.kind, label)
          const { connectionId } = connection
          const token = await insertToken(given, trx, tenantId, connectionId)
          const client = await insertProvisioningClient(
            given,
            trx,
            tenantId,
            connectionId,
            redirectUris,
          )
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
              token: token.lookupId,
              clientId: client.clientId,
              redirectUris,
              ...(ask.adminUserName === undefined ? {} : { admin: ask.adminUserName }),
            },
          })
          return {
            tenant,
            connection,
            handover: {
              client: {
                authority: authorityOf(publicUrl, tenantId),
                clientId: client.clientId,
                clientSecret: client.clientSecret,
                redirectUri: redirectUris[0] ?? '',
                scope: SCOPE,
              },
              scim: { baseUrl: baseUrlOf(publicUrl, connectionId), token: token.token },
            },
          }
        })
      } catch (error) {
        throw asRefusal(error, name, label)
      }
    },
  }
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
  kind: ConnectionKind,
  label: string,
): Promise<Connection> {
  const connectionId: ConnectionId = newId('con')
  const now = clock()
  const row = await trx
    .insertInto('connection')
    .values({
      tenant_id: tenantId,
      connection_id: connectionId,
      name: cleanName('connection', KIND_NAMES[kind]),
      kind,
      label,
      created_at: now,
      changed_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('label')
    .values({
      label_folded: fold(label),
      label,
      tenant_id: tenantId,
      connection_id: connectionId,
    })
    .execute()
  return presentConnection(row)
}

function asRefusal(error: unknown, name: string, label: string): unknown {
  const constraint = uniqueViolation(error)
  if (constraint === 'tenant_name_folded_key')
    return new Refusal(
      'already_exists',
      `A tenant named "${name}" is there already. Look at it with: tenant show "${name}"`,
      { cause: error },
    )
  if (constraint === 'label_pkey')
    return new Refusal(
      'already_exists',
      `The label "${label}" names another connection already; a label is unique over the platform. ` +
        'Choose another with --label.',
      { cause: error },
    )
  return error
}
