/**
 * The way of the data below HTTP, on a test's own database: tenants with a store to write to, as an
 * IdP would, and a loader that is run by hand, a batch at a time, or for real. Whose sessions would
 * end is noted.
 */
import pino from 'pino'
import type { Db } from '../../src/db/index.ts'
import { type BatchGiven, type BatchResult, loadBatch, loadSingle } from '../../src/etl/batch.ts'
import { createLoader, type Loader, type LoaderGiven } from '../../src/etl/index.ts'
import { createIdentityStore, type Identity, type IdentityEvent } from '../../src/identity/index.ts'
import {
  type ConnectionId,
  createIds,
  fold,
  type IdentityId,
  type NewId,
  type Scope,
  systemRandom,
  type TenantId,
} from '../../src/lib/index.ts'
import type { Body, MemberEdit, ResourceStore } from '../../src/scim/index.ts'
import { resourceType } from '../../src/scim/index.ts'
import { toDraft } from '../../src/scim/validate.ts'
import { countPending, createSync } from '../../src/sync/index.ts'
import type { TestClock } from './clock.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { createTestTenants } from './tenants.ts'

type Test = { after(act: () => Promise<void>): void }

const USER = resourceType('User')
const GROUP = resourceType('Group')
const BARE = { members: false, groups: false }

export interface EndedSessions {
  readonly identityIds: readonly IdentityId[]
  readonly cause: string
}

export interface TestPipeline {
  readonly database: TestDatabase
  readonly db: Db
  readonly clock: TestClock
  readonly newId: NewId
  readonly identity: ReturnType<typeof createIdentityStore>
  /** What a batch is handed; hand it on with something else in it. */
  readonly given: BatchGiven
  readonly ended: EndedSessions[]
  readonly log: string[]
  readonly onboard: (name: string) => Promise<TestTenant>
  /** A loader as a node has one; it is stopped with the test. Writes wake the latest one made. */
  readonly createLoader: (
    overrides?: Partial<Pick<LoaderGiven, 'pollSeconds' | 'endSessions' | 'batchFinished'>>,
  ) => Loader
  /** As if another node were at work for a tenant that has been loaded once. @returns what ends it */
  readonly holdLease: (tenantId: TenantId) => Promise<() => Promise<void>>
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

export async function createTestPipeline(t: Test): Promise<TestPipeline> {
  const database = await createTestDatabase()
  const endings: (() => Promise<void>)[] = []
  t.after(async () => {
    for (const end of endings) await end()
    await database.close()
  })
  const { db } = database
  const { tenants, clock, onboard } = createTestTenants(db)
  const newId = createIds({ now: clock, random: systemRandom })
  const identity = createIdentityStore({ db })
  const ended: EndedSessions[] = []
  const log: string[] = []
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
  let latest: Loader | undefined
  const sync = createSync({
    db,
    clock,
    newId,
    cursorSecret: 'only for tests',
    onWritten: (tenantId) => latest?.wake(tenantId),
  })
  const tenantOn = (tenantId: TenantId, connectionId: ConnectionId, label: string): TestTenant =>
    createTestTenant({ given, identity, sync, tenantOn }, tenantId, connectionId, label)
  return {
    ...{ database, db, clock, newId, identity, given, ended, log },
    async onboard(name) {
      const { tenant, connection } = await onboard(name)
      return tenantOn(tenant.tenantId, connection.connectionId, connection.label)
    },
    createLoader(overrides = {}) {
      const loader = createLoader({
        ...given,
        identity,
        isThere: async (tenantId) => (await tenants.readTenant(tenantId)) !== undefined,
        log: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
        pollSeconds: 1,
        ...overrides,
      })
      latest = loader
      endings.push(() => loader.stop())
      return loader
    },
    async holdLease(tenantId) {
      const client = await database.ownerPool.connect()
      const release = () => client.query('rollback').then(() => client.release(true))
      let released: Promise<void> | undefined
      const end = () => (released ??= release())
      endings.push(end)
      await client.query('begin')
      await client.query('select from loader where tenant_id = $1 for update', [tenantId])
      return end
    },
  }
}

interface Parts {
  readonly given: BatchGiven
  readonly identity: TestPipeline['identity']
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
export async function viewOf({ db }: Pick<TestPipeline, 'db'>, { tenantId }: TestTenant) {
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
export async function loadAfresh({ db }: Pick<TestPipeline, 'db'>, tenant: TestTenant) {
  await db.inTenant(tenant.tenantId, (trx) =>
    trx.deleteFrom('identity').where('tenant_id', '=', tenant.tenantId).execute(),
  )
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
    `insert into pending (tenant_id, pending_id, connection_id, resource_id, member_id, request_id, written_at, not_before)
     select tenant_id, gen_random_uuid(), connection_id, resource_id, null, 'req_reload', now(), now()
       from resource where tenant_id = $1
     union all
     select m.tenant_id, gen_random_uuid(), r.connection_id, group_id, member_id, 'req_reload', now(), now()
       from member m join resource r on r.tenant_id = m.tenant_id and r.resource_id = m.group_id
      where m.tenant_id = $1`,
    [tenantId],
  )
}

/**
 * Puts many people and what is pending of them there at once, as if the IdP had sent them: bodies
 * like Okta's, ids in order of birth. @returns their ids
 */
export async function seedPeople(
  db: Db,
  { tenantId, connectionId }: Pick<TestTenant, 'tenantId' | 'connectionId'>,
  count: number,
  prefix = 'person',
): Promise<string[]> {
  const ids: string[] = []
  for (let first = 1; first <= count; first += AT_ONCE) {
    const last = Math.min(count, first + AT_ONCE - 1)
    const values = [tenantId, connectionId, prefix, first, last]
    const rows = await db.inTenantOnce<{ id: string }>(tenantId, 'test-seed', SEED_PEOPLE, values)
    ids.push(...rows.map(({ id }) => id))
  }
  return ids
}

/** More in one statement could run into its timeout on a busy machine. */
const AT_ONCE = 20_000

const SEED_PEOPLE = `
  with person as (
    select n, 'usr_' || lpad(n::text, 10, '0') || substr(md5($3 || n), 1, 16) as id,
           $3 || n || '@acme.example' as name
      from generate_series($4::int, $5::int) n
  ), made as (
    insert into resource (tenant_id, resource_id, connection_id, type, unique_key, external_id,
                          active, version, body, created_at, modified_at)
    select $1, id, $2, 'User', name, '00u' || n, true, 1,
           json_build_object(
             'schemas', json_build_array('urn:ietf:params:scim:schemas:core:2.0:User'),
             'id', id, 'userName', name, 'externalId', '00u' || n, 'active', true,
             'name', json_build_object('givenName', 'Given' || n, 'familyName', 'Family' || n),
             'displayName', 'Given' || n || ' Family' || n, 'title', 'Engineer', 'locale', 'en-US',
             'emails', json_build_array(json_build_object('value', name, 'type', 'work', 'primary', true)),
             'meta', json_build_object('resourceType', 'User'))::text,
           now(), now()
      from person order by n
    returning resource_id
  ), noted as (
    insert into pending (tenant_id, pending_id, connection_id, resource_id, member_id, request_id, written_at, not_before)
    select $1, gen_random_uuid(), $2, resource_id, null, 'req_seed', now(), now() from made
  )
  select resource_id as id from made order by resource_id`

/** Puts people into a group, as if the IdP had: one membership and one pending row each. */
export async function seedMembers(
  db: Db,
  { tenantId, connectionId }: Pick<TestTenant, 'tenantId' | 'connectionId'>,
  groupId: string,
  members: readonly string[],
): Promise<void> {
  for (const some of portions(members))
    await db.inTenantOnce(
      tenantId,
      'test-seed-members',
      `with joined as (
         insert into member select $1, $3, unnest($4::text[]), now() returning member_id
       )
       insert into pending (tenant_id, pending_id, connection_id, resource_id, member_id, request_id, written_at, not_before)
       select $1, gen_random_uuid(), $2, $3, member_id, 'req_seed', now(), now() from joined`,
      [tenantId, connectionId, groupId, some],
    )
}

function portions(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, index) =>
    ids.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  )
}

/** People who are loaded already: as `seedPeople`, and an identity each. @returns their ids */
export async function seedLoadedPeople(
  db: Db,
  tenant: TestTenant,
  count: number,
): Promise<string[]> {
  const { tenantId, connectionId, label } = tenant
  const ids = await seedPeople(db, tenant, count)
  for (const some of portions(ids))
    await db.inTenantOnce(
      tenantId,
      'test-seed-identities',
      `with loaded as (delete from pending where tenant_id = $1 and resource_id = any ($2::text[]))
     insert into identity (tenant_id, identity_id, connection_id, resource_id, kind, state, label, name,
                           name_folded, external_id, display_name, properties, created_at, changed_at)
     select $1, 'idn_' || substr(resource_id, 5), $3, resource_id, 'person', 'active', $4, unique_key,
            unique_key, external_id, body::json ->> 'displayName', '{}', now(), now()
       from resource where tenant_id = $1 and resource_id = any ($2::text[])`,
      [tenantId, some, connectionId, label],
    )
  return ids
}

/** A group that is loaded already, with these members. @returns its id */
export async function seedLoadedGroup(
  db: Db,
  tenant: TestTenant,
  displayName: string,
  members: readonly string[],
): Promise<string> {
  const { tenantId } = tenant
  const groupId = await tenant.form(displayName)
  await tenant.load()
  await seedMembers(db, tenant, groupId, members)
  for (const some of portions(members))
    await db.inTenantOnce(
      tenantId,
      'test-seed-links',
      `with loaded as (
         delete from pending where tenant_id = $1 and resource_id = $2 and member_id = any ($4::text[])
       )
       insert into link (tenant_id, kind, from_id, to_id, since)
       select $1, 'member', $3, 'idn_' || substr(unnest($4::text[]), 5), now()`,
      [tenantId, groupId, identityIdOf(groupId), some],
    )
  return groupId
}
