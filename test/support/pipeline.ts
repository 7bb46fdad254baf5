/**
 * The way of the data below HTTP, on any database: tenants with a store to write to, as an IdP would,
 * and the loader run by hand, a batch at a time. Whose sessions would end is noted.
 */
import type { Db } from '../../src/db/index.ts'
import { type BatchGiven, type BatchResult, loadBatch, loadSingle } from '../../src/etl/batch.ts'
import { createIdentityStore, type Identity, type IdentityEvent } from '../../src/identity/index.ts'
import {
  type ConnectionId,
  createIds,
  fold,
  type IdentityId,
  type NewId,
  type Scope,
  type TenantId,
} from '../../src/lib/index.ts'
import type { Body, MemberEdit, ResourceStore } from '../../src/scim/index.ts'
import { resourceType } from '../../src/scim/index.ts'
import { toDraft } from '../../src/scim/validate.ts'
import { countPending, createSync } from '../../src/sync/index.ts'
import type { TestClock } from './clock.ts'
import { createTestTenants } from './tenants.ts'

const USER = resourceType('User')
const GROUP = resourceType('Group')
const BARE = { members: false, groups: false }

export interface EndedSessions {
  readonly identityIds: readonly IdentityId[]
  readonly cause: string
}

export interface Pipeline {
  readonly db: Db
  readonly clock: TestClock
  readonly newId: NewId
  readonly identity: ReturnType<typeof createIdentityStore>
  /** What a batch is handed; hand it on with something else in it. */
  readonly given: BatchGiven
  readonly ended: EndedSessions[]
  readonly isThere: (tenantId: TenantId) => Promise<boolean>
  readonly onboard: (name: string) => Promise<TestTenant>
}

export interface TestTenant {
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId
  readonly label: string
  readonly scope: Scope
  /** Of that connection. */
  readonly store: ResourceStore
  readonly connect: (label: string) => Promise<TestTenant>
  /** @returns the id of the resource */
  readonly hire: (userName: string, more?: Body) => Promise<string>
  readonly form: (displayName: string, members?: readonly string[]) => Promise<string>
  readonly change: (resourceId: string, more: Body) => Promise<void>
  readonly move: (groupId: string, ...members: MemberEdit[]) => Promise<void>
  readonly remove: (resourceId: string) => Promise<void>
  /** Batches of at most `limit` until nothing is due. */
  readonly load: (limit?: number) => Promise<BatchResult[]>
  readonly waiting: () => Promise<number>
  /** What the resource is in identity. */
  readonly find: (resourceId: string) => Promise<Identity | undefined>
  readonly members: (groupId: string) => Promise<string[]>
  readonly events: (after?: number) => Promise<IdentityEvent[]>
  /** Makes everything that was ever received pending again, as a full run would. */
  readonly reload: () => Promise<void>
}

/** @param onWritten  hears of each write once it is committed */
export function createPipeline({
  db,
  random,
  onWritten,
}: {
  readonly db: Db
  readonly random: (bytes: number) => Uint8Array
  readonly onWritten: (tenantId: TenantId) => void
}): Pipeline {
  const { tenants, clock, onboard } = createTestTenants(db)
  const newId = createIds({ now: clock, random })
  const identity = createIdentityStore({ db })
  const ended: EndedSessions[] = []
  const given: BatchGiven = {
    db,
    clock,
    newId,
    labelsOf: async (tenantId) =>
      new Map(
        (await tenants.allConnections(tenantId)).map((each) => [each.connectionId, each.label]),
      ),
    endSessions: async (_trx, _tenantId, identityIds, cause) =>
      void ended.push({ identityIds, cause }),
  }
  const sync = createSync({ db, clock, newId, cursorSecrets: () => ['only for tests'], onWritten })
  const tenantOn = (tenantId: TenantId, connectionId: ConnectionId, label: string): TestTenant =>
    createTestTenant({ given, identity, sync, tenantOn }, tenantId, connectionId, label)
  return {
    ...{ db, clock, newId, identity, given, ended },
    isThere: async (tenantId) => (await tenants.readTenant(tenantId)) !== undefined,
    async onboard(name) {
      const { tenant, connection } = await onboard(name)
      return tenantOn(tenant.tenantId, connection.connectionId, connection.label)
    },
  }
}

interface Parts {
  readonly given: BatchGiven
  readonly identity: Pipeline['identity']
  readonly sync: ReturnType<typeof createSync>
  readonly tenantOn: (tenantId: TenantId, connectionId: ConnectionId, label: string) => TestTenant
}

function createTestTenant(
  { given, identity, sync, tenantOn }: Parts,
  tenantId: TenantId,
  connectionId: ConnectionId,
  label: string,
): TestTenant {
  const scope: Scope = { tenantId, connectionId, requestId: given.newId('req') }
  const store = sync.storeFor(scope)
  const { db } = given
  return {
    ...{ tenantId, connectionId, label, scope, store },
    async connect(other) {
      const otherId = given.newId('con')
      await db.inTenantOnce(
        tenantId,
        'test-connect',
        `with named as (insert into label values ($3, $4, $1, $2))
         insert into connection (tenant_id, connection_id, name, kind, label, created_at, changed_at)
         values ($1, $2, $4, 'other', $4, now(), now())`,
        [tenantId, otherId, fold(other), other],
      )
      return tenantOn(tenantId, otherId, other)
    },
    async hire(userName, more = {}) {
      const draft = toDraft(USER, { userName, active: true, ...more })
      return (await store.create(USER, draft, [], BARE)).id
    },
    async form(displayName, members = []) {
      const draft = toDraft(GROUP, { displayName })
      return (await store.create(GROUP, draft, members, BARE)).id
    },
    async change(id, more) {
      const type = id.startsWith('grp_') ? GROUP : USER
      const edit = (body: Body) => toDraft(type, { ...body, ...more })
      await store.update(type, id, { edit, wants: BARE })
    },
    async move(id, ...members) {
      await store.update(GROUP, id, { members, wants: BARE })
    },
    async remove(id) {
      await store.remove(id.startsWith('grp_') ? GROUP : USER, id)
    },
    async load(limit = 2_000) {
      const results: BatchResult[] = []
      for (;;) {
        const result = await loadBatch(given, tenantId, limit)
        if (result.did === 'nothing') return results
        results.push(result)
      }
    },
    waiting: async () =>
      (await db.inTenant(tenantId, (trx) => countPending(trx, tenantId))).waiting,
    find: (resourceId) => identity.read(tenantId, identityIdOf(resourceId)),
    members: async (groupId) =>
      (await identity.members(tenantId, identityIdOf(groupId), { limit: 1_000 })).map(({ fqn }) =>
        fqn.slice(label.length + 1),
      ),
    events: (after = 0) => identity.events(tenantId, { after, limit: 100_000 }),
    reload: () => reload(db, tenantId),
  }
}

/** All that a fresh load of everything received would give: without times, history and who is gone. */
export async function viewOf({ db }: Pick<Pipeline, 'db'>, { tenantId }: TestTenant) {
  return db.inTenant(tenantId, async (trx) => {
    const identities = await trx
      .selectFrom('identity')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('state', '<>', 'deleted')
      .orderBy('identity_id')
      .execute()
    const names = await trx
      .selectFrom('fqn')
      .select(['identity_id', 'kind', 'label', 'name', 'label_folded', 'name_folded'])
      .where('tenant_id', '=', tenantId)
      .where('valid_to', 'is', null)
      .orderBy('identity_id')
      .execute()
    const links = await trx
      .selectFrom('link')
      .select(['kind', 'from_id', 'to_id'])
      .where('tenant_id', '=', tenantId)
      .orderBy('kind')
      .orderBy('from_id')
      .orderBy('to_id')
      .execute()
    return {
      identities: identities.map(({ created_at: _born, changed_at: _changed, ...rest }) => rest),
      names,
      links,
    }
  })
}

/** Forgets every identity of a tenant, loads all that was received, and shows what that gives. */
export async function loadAfresh({ db }: Pick<Pipeline, 'db'>, tenant: TestTenant) {
  await db.inTenant(tenant.tenantId, async (trx) => {
    for (const table of ['identity', 'link'] as const)
      await trx.deleteFrom(table).where('tenant_id', '=', tenant.tenantId).execute()
  })
  await tenant.reload()
  await tenant.load()
  return viewOf({ db }, tenant)
}

export { loadBatch, loadSingle, toDraft as draftOf }

export function identityIdOf(resourceId: string): IdentityId {
  return `idn_${resourceId.slice(4)}`
}

async function reload(db: Db, tenantId: TenantId): Promise<void> {
  await db.inTenantOnce(
    tenantId,
    'test-reload',
    `insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
     select tenant_id, gen_random_uuid(), connection_id, resource_id, null, 'req_reload', now(), now()
       from resource where tenant_id = $1
     union all
     select m.tenant_id, gen_random_uuid(), r.connection_id, group_id, array_agg(member_id), 'req_reload', now(), now()
       from member m join resource r on r.tenant_id = m.tenant_id and r.resource_id = m.group_id
      where m.tenant_id = $1 group by m.tenant_id, r.connection_id, group_id`,
    [tenantId],
  )
}
