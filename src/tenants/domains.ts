/**
 * Domains: whose people sign in where. A tenant claims a domain for one of its connections, publishes
 * a text record under it, and has it once we have seen that record. Verified, a domain is one tenant's.
 */
import { domainToASCII } from 'node:url'
import type { Selectable } from 'kysely'
import { type Database, type Transaction, uniqueViolation } from '../db/index.ts'
import { type Actor, type ConnectionId, mintSecret, Refusal, type TenantId } from '../lib/index.ts'
import { lockConnection } from './connection-rows.ts'
import type { LookUpTxt } from './txt-records.ts'
import type { Given } from './types.ts'

const MOST = 500

export interface Domain {
  readonly domain: string
  readonly connectionId: ConnectionId
  /** What to publish in the DNS: a TXT record of this name with this value. */
  readonly record: { readonly name: string; readonly value: string }
  readonly createdAt: Date
  /** Null until the record was seen. */
  readonly verifiedAt: Date | null
}

export function createDomains(given: Given & { readonly lookUpTxt: LookUpTxt }) {
  const { db, audit, clock, random, lookUpTxt } = given
  const list = (tenantId: TenantId) =>
    db.inTenant(tenantId, async (trx) => {
      const rows = await trx
        .selectFrom('domain')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('domain')
        .limit(MOST)
        .execute()
      return rows.map(present)
    })

  return {
    listDomains: list,

    /** By verified domain, where their people sign in. */
    async homesByDomain(tenantId: TenantId): Promise<ReadonlyMap<string, ConnectionId>> {
      const verified = (await list(tenantId)).filter(({ verifiedAt }) => verifiedAt !== null)
      return new Map(verified.map(({ domain, connectionId }) => [domain, connectionId]))
    },

    /** @throws Refusal `invalid_input`, `already_exists` in this tenant, `not_found` for the connection */
    async addDomain(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      text: string,
    ): Promise<Domain> {
      const domain = cleanDomain(text)
      return db.inTenant(tenantId, async (trx) => {
        await lockConnection(trx, tenantId, connectionId)
        const row = await trx
          .insertInto('domain')
          .values({
            tenant_id: tenantId,
            domain,
            connection_id: connectionId,
            challenge: mintSecret(random),
            created_at: clock(),
            verified_at: null,
          })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst()
        if (row === undefined)
          throw new Refusal('already_exists', `${domain} is claimed here already.`, {
            command: 'domain list',
          })
        const details = { domain, connectionId }
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.domain.added',
          object: connectionId,
          details,
        })
        return present(row)
      })
    },

    /**
     * Looks for the record. Verifying again what is verified changes nothing.
     * @throws Refusal `not_found`; `conflict` while the record is not there; `already_exists` when the
     *         domain is another tenant's; Unavailable when the DNS does not answer
     */
    async verifyDomain(actor: Actor, tenantId: TenantId, text: string): Promise<Domain> {
      const name = domainToASCII(text)
      const { domain, record, verifiedAt } = present(
        await db.inTenant(tenantId, (trx) => read(trx, tenantId, name)),
      )
      if (verifiedAt === null) refuseOther(record, await lookUpTxt(record.name))
      try {
        return await db.inTenant(tenantId, (trx) =>
          markVerified(given, trx, actor, tenantId, domain),
        )
      } catch (error) {
        if (uniqueViolation(error) !== 'verified_domain_pkey') throw error
        throw new Refusal(
          'already_exists',
          `${domain} is verified for somebody else on this platform. It has to be removed there first.`,
          { cause: error },
        )
      }
    },

    /** Its people are asked where they work from now on. @throws Refusal `not_found` */
    async removeDomain(actor: Actor, tenantId: TenantId, text: string): Promise<void> {
      const domain = domainToASCII(text)
      await db.inTenant(tenantId, async (trx) => {
        const row = await read(trx, tenantId, domain)
        await trx
          .deleteFrom('domain')
          .where('tenant_id', '=', tenantId)
          .where('domain', '=', domain)
          .execute()
        await trx
          .deleteFrom('verified_domain')
          .where('domain', '=', domain)
          .where('tenant_id', '=', tenantId)
          .execute()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.domain.removed',
          object: row.connection_id,
          details: { domain },
        })
      })
    },
  }
}

/** What is there instead is said: an old record, or one with quotes too many, is seen at once. */
function refuseOther({ name, value }: Domain['record'], found: readonly string[]): void {
  if (found.includes(value)) return
  const instead = found.slice(0, 5).map((text) => `"${text.slice(0, 200)}"`)
  throw new Refusal(
    'conflict',
    `The DNS has no TXT record ${name} with "${value}" yet` +
      (instead.length === 0 ? '. ' : `, but has there: ${instead.join(', ')}. `) +
      'Publish it and try again; it can take some minutes to be seen.',
  )
}

/** Takes the domain for this tenant; unless another had it, which the platform's table knows. */
async function markVerified(
  { audit, clock }: Given,
  trx: Transaction,
  actor: Actor,
  tenantId: TenantId,
  domain: string,
): Promise<Domain> {
  const before = await read(trx, tenantId, domain)
  if (before.verified_at !== null) return present(before)
  await trx
    .insertInto('verified_domain')
    .values({ domain, tenant_id: tenantId, connection_id: before.connection_id })
    .execute()
  const row = await trx
    .updateTable('domain')
    .set({ verified_at: clock() })
    .where('tenant_id', '=', tenantId)
    .where('domain', '=', domain)
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit.record(trx, tenantId, actor, {
    act: 'tenants.domain.verified',
    object: before.connection_id,
    details: { domain },
  })
  return present(row)
}

/** Locked, so that acts on one domain happen one after the other. */
async function read(trx: Transaction, tenantId: TenantId, domain: string) {
  const row = await trx
    .selectFrom('domain')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('domain', '=', domain)
    .forUpdate()
    .executeTakeFirst()
  if (row !== undefined) return row
  throw new Refusal(
    'not_found',
    `This tenant claims no domain "${domain.slice(0, 100)}". Add it first.`,
    { command: 'domain add' },
  )
}

function present(row: Selectable<Database['domain']>): Domain {
  return {
    domain: row.domain,
    connectionId: row.connection_id,
    record: {
      name: `_rollcall-challenge.${row.domain}`,
      value: `rollcall-verification=${row.challenge}`,
    },
    createdAt: row.created_at,
    verifiedAt: row.verified_at,
  }
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`)

/** In A-labels and lower case, as DNS compares it. */
function cleanDomain(text: string): string {
  const domain = domainToASCII(text.trim())
  if (domain.length <= 230 && DOMAIN.test(domain)) return domain
  throw new Refusal(
    'invalid_input',
    `"${text.slice(0, 100)}" is no domain: give what stands behind the @, as acme.example.`,
  )
}
