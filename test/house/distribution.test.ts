/**
 * The rules by which the database can be distributed by tenant (design section 4), beside those of the
 * wall: what stands in the catalog, and what the product sends while much of what it can do is done.
 */
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { routes } from '../../src/contract/index.ts'
import { type TestApp, startApp } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { GROUP, USER } from '../support/scim.ts'
import { call, type Json, type ScimAddress } from '../support/scim-client.ts'
import { faultsOf, listenTo, type Sent } from '../support/statements.ts'
import { done, settle, startWorld, until, type World } from '../support/world.ts'
import { OPERATOR_WIDE } from './operator-wide.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database.close())

async function rows(sql: string): Promise<unknown[]> {
  return (await database.ownerPool.query(sql)).rows
}

test('no table has what Citus does not distribute: triggers, rules, sequences, tables of their own kind', async () => {
  const ours = `(select oid from pg_class where relnamespace = 'public'::regnamespace)`

  assert.deepEqual(
    await rows(`
      select 'trigger ' || tgname as what from pg_trigger where tgrelid in ${ours} and not tgisinternal
      union all select 'rule ' || rulename from pg_rewrite where ev_class in ${ours}
      union all select 'column ' || attname from pg_attribute
                 where attrelid in ${ours} and (attidentity <> '' or attgenerated <> '')
      union all select 'kind of ' || relname from pg_class
                 where oid in ${ours} and (relkind not in ('r', 'i') or relpersistence <> 'p')`),
    [],
  )
})

test('no key is deferred or of another kind, and none sets a tenant to something else', async () => {
  assert.deepEqual(
    await rows(`
      select conname from pg_constraint
       where connamespace = 'public'::regnamespace
         and (condeferrable or contype = 'x'
              or contype = 'f' and (confdeltype in ('n', 'd') or confupdtype in ('n', 'd', 'c')))`),
    [],
  )
})

test('the column that tables are spread by is of one type and one order everywhere', async () => {
  assert.deepEqual(
    await rows(`
      select distinct format_type(atttypid, atttypmod) as type, attcollation = 100 as ordinary
        from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and attname = 'tenant_id'`),
    [{ type: 'text', ordinary: true }],
  )
})

test('no policy is restrictive: Citus makes each a permissive one, by CreatePolicyCommandForPolicy', async () => {
  assert.deepEqual(await rows(`select polname from pg_policy where not polpermissive`), [])
})

test('no policy asks another table', async () => {
  assert.deepEqual(
    await rows(`select polname from pg_policy
                 where pg_get_expr(polqual, polrelid) ~* 'select'
                    or pg_get_expr(polwithcheck, polrelid) ~* 'select'`),
    [],
  )
})

// SEC I-3
test('every statement that is sent in a long story names one tenant, or is in the list of those that look over all', async (t) => {
  const { app, sent } = await startHeard(t)
  const world = await startWorld(t, { kind: 'oin', auth: 'oauth', on: app })

  await liveThrough(world)
  await askEverything(app, world)
  await joinAndPart(world)
  await eraseSomebody(world)
  await tidyUp(app, world, sent)

  const wrong: string[] = []
  for (const statement of sent.values())
    for (const fault of await faultsOf(database.ownerPool, statement, Object.keys(OPERATOR_WIDE)))
      wrong.push(`${statement.from} ${fault}: ${statement.text.replaceAll(/\s+/g, ' ')}`)
  assert.ok(sent.size > 150, `heard only ${sent.size} statements`)
  assert.deepEqual(wrong, [])
})

test('a statement that breaks a rule is noticed', async () => {
  const sent = (sees: Sent['sees'], text: string, ...values: unknown[]) =>
    faultsOf(database.ownerPool, { text, values, sees, from: 'src/etl/lease.ts:1' }, [
      'src/etl/lease.ts',
    ])
  const tenant = 'ten_1'

  assert.deepEqual(
    [
      await sent('a tenant', 'select * from event where position > $1', 1),
      await sent('a tenant', 'delete from link where from_id = $1', 'idn_1'),
      await sent(
        'a tenant',
        'select 1 from member m join resource r on r.resource_id = m.member_id where m.tenant_id = $1',
        tenant,
      ),
      await sent('the platform', 'select * from site where tenant_id = $1', tenant),
      await sent('all tenants', 'select tenant_id from loader for update skip locked'),
      await sent('all tenants', 'select 1 from loader l join run r on r.run_id = l.full_run_id'),
      await sent(
        'all tenants',
        'select 1 from tenant t join loader l on l.tenant_id = t.tenant_id',
      ),
      await sent('a tenant', 'update run set reason = random()::text where tenant_id = $1', tenant),
      await sent('a tenant', 'insert into run (run_id) values ($1)', 'run_1'),
      await sent(
        'a tenant',
        `insert into event_horizon (tenant_id, position) select $1, * from unnest($2::bigint[])`,
        tenant,
        [1],
      ),
      await sent(
        'a tenant',
        `insert into loader (tenant_id) values ($1) on conflict (tenant_id) do update set paused_at = now()`,
        tenant,
      ),
      await sent(
        'a tenant',
        `insert into event_horizon (tenant_id, position) select $1, * from unnest($2::bigint[])
          on conflict (tenant_id) do update set position = $3`,
        tenant,
        [1],
        2,
      ),
      await sent('a tenant', 'delete from run where tenant_id = $1 returning now()', tenant),
      await sent(
        'a tenant',
        `insert into loader (tenant_id) values ($1)
         returning exists (select from held where tenant_id = $1)`,
        tenant,
      ),
      await sent(
        'a tenant',
        `with gone as (delete from event_horizon where tenant_id = $1),
              come as (insert into loader (tenant_id) values ($1) returning 1)
         select count(*) from loader where tenant_id = $1`,
        tenant,
      ),
      await faultsOf(
        database.ownerPool,
        { text: 'select 1 from loader', values: [], sees: 'all tenants', from: 'src/x.ts:1' },
        [],
      ),
    ],
    [
      ['asks for rows of event without naming a tenant'],
      ['asks for rows of link without naming a tenant'],
      ['asks for rows of resource without naming a tenant'],
      ['asks for site without a tenant'],
      ['changes or locks rows of several tenants'],
      ['joins loader, run other than by tenant'],
      ['joins what is spread by tenant with what every node has'],
      ['changes rows by chance'],
      ['inserts without a tenant'],
      ['inserts into event_horizon what it selects and returns nothing'],
      ['updates by what is not immutable'],
      ['updates by a parameter what it selects'],
      ['returns what is not immutable'],
      ['asks within an insert'],
      ['reads loader beside changing it', 'changes event_horizon in a WITH and returns nothing'],
      ['looks over all tenants'],
    ],
  )
})

/** An app whose statements are heard from the first. */
async function startHeard(t: TestContext) {
  const heard = await createTestDatabase()
  const sent = listenTo(heard.appPool)
  const app = await startApp(t, { database: heard, config: { ROLLCALL_METRICS: true } })
  t.after(heard.close)
  return { app, sent }
}

async function liveThrough(world: World): Promise<void> {
  const { admin, tenant, connection, provisioning, okta, handover } = world
  const at = { tenant: tenant.id }
  await world.consent(world.itAdmin)
  const nadia = await world.hire('Nadia', 'Osei')
  const tomasz = await world.hire('Tomasz', 'Bąk')
  await done(provisioning.pushGroup(okta.createGroup('Field Ops', [nadia, tomasz])))
  await world.settle()
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
  await world
    .browserOf(nadia)
    .open(`${world.site.url}/logout`)
    .catch(() => undefined)
  await world.signIn(tomasz)

  await admin.pauseSync(at)
  const waiting = await world.hire('Amara', 'Diallo')
  await world.signIn(waiting)
  await admin.resumeSync(at)
  await scimStory(handover.scim)
  await world.settle()
  await admin.changeBrake({ ...at, share: 0.01, atLeast: 0 })
  await done(provisioning.unassign(tomasz))
  await done(provisioning.unassign(nadia))
  await until('both held', async () => (await admin.readSync(at)).held > 1)
  const [first] = (await admin.listHeld(at)).items
  await admin.discardHeld({ ...at, resource: first?.resourceId })
  await admin.releaseHeld(at)
  await world.settle()
  for (const { id } of (await admin.listRuns(at)).items) await admin.undoRun({ ...at, run: id })
  const { runId } = await admin.applyRules({
    ...at,
    connection: connection.id,
    rules: { name: 'lower(USERNAME)' },
    replaces: 0,
  })
  await until('the full run ended', async () => {
    const { items } = await admin.listRuns(at)
    return items.some((run) => run.id === runId && run.status !== 'running')
  })
  await settle(admin, tenant.id)
  await admin.suspendTenant(at)
  await admin.resumeTenant(at)
  const which = { ...at, connection: connection.id }
  for (const { id } of (await admin.listTokens(which)).items)
    await admin.revokeToken({ ...which, token: id })
}

/** Somebody is at two more connections, and one person until she is there no more. */
async function joinAndPart({ admin, tenant }: World): Promise<void> {
  const at = { tenant: tenant.id }
  const yara = { schemas: [USER], userName: 'yara', active: true }
  const one = await admin.addConnection({ ...at, name: 'Second', label: 'Second' })
  const two = await admin.addConnection({ ...at, name: 'Third', label: 'Third' })
  await call(one.handover.scim, 'POST', '/Users', yara)
  const { body } = await call(two.handover.scim, 'POST', '/Users', yara)
  await settle(admin, tenant.id)
  await admin.applyJoining({ ...at, by: 'userName', replaces: 0 })
  const joined = async () => (await admin.listIdentities({ ...at, state: 'joined' })).items.length
  await until('she is one', async () => (await joined()) === 1)
  await admin.explain({ ...at, person: 'Second:yara' })
  await call(two.handover.scim, 'DELETE', `/Users/${(body as { id: string }).id}`)
  await until('she is at one', async () => (await joined()) === 0)
}

async function eraseSomebody({ admin, tenant }: World): Promise<void> {
  const at = { tenant: tenant.id }
  const [gone] = (await admin.listIdentities({ ...at, state: 'deleted', kind: 'person' })).items
  const identity = gone?.id ?? assert.fail('nobody was deleted')
  assert.ok((await admin.eraseIdentity({ ...at, identity })).events > 0)
}

/** What comes around now and then: a tenant that another node loads, a connection that goes, days that are over. */
async function tidyUp(
  { app, admin, database: { ownerPool } }: TestApp,
  { tenant, connection, handover }: World,
  sent: ReadonlyMap<string, Sent>,
): Promise<void> {
  const at = { tenant: tenant.id, connection: connection.id }
  // Those of before are revoked.
  const { token } = await admin.mintToken(at)
  const other = await ownerPool.connect()
  try {
    await other.query('begin')
    await other.query('select 1 from loader where tenant_id = $1 for update', [tenant.id])
    const ann = { schemas: [USER], userName: 'ann', active: true }
    const { status } = await call({ ...handover.scim, token }, 'POST', '/Users', ann)
    assert.equal(status, 201)
    await until('the loader asked', async () =>
      [...sent.keys()].some((text) => text.startsWith('insert into loader')),
    )
  } finally {
    other.release(true)
  }
  await admin.changeConnection({ ...at, disabled: true })
  assert.ok((await admin.removeConnection(at)).isGone)
  await settle(admin, tenant.id)
  await app.sweeper.sweepAll()
}

/** As an IdP would, and a few ways that ours does not. */
async function scimStory(scim: ScimAddress): Promise<void> {
  const ask = async (method: string, path: string, body?: Json) =>
    (await call(scim, method, path, body)).body as { id?: string }
  const person = { schemas: [USER], userName: 'zoya', active: true }
  const { id = '' } = await ask('POST', '/Users', person)
  await ask('POST', '/Users', person)
  // Read before it is written, and not; found by another address from then on, and not.
  for (const [title, value] of [
    ['Dr', 'z@acme.example'],
    ['Prof', 'z@acme.example'],
    ['Prof', 'zoya@acme.example'],
  ])
    await ask('PUT', `/Users/${id}`, { ...person, title, emails: [{ value }] })
  await ask('PUT', `/Users/${id}?attributes=title`, { ...person, emails: [] })
  const group = { schemas: [GROUP], displayName: 'Crew' }
  const crew = await ask('POST', '/Groups', { ...group, members: [{ value: id }] })
  const all = await ask('POST', '/Groups', { ...group, displayName: 'All' })
  for (const [op, value] of [
    ['add', crew.id],
    ['remove', crew.id],
  ])
    await ask('PATCH', `/Groups/${all.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op, path: 'members', value: [{ value }] }],
    })
  await ask('PUT', `/Groups/${crew.id}`, { ...group, members: [{ value: id }] })
  await ask('PUT', `/Groups/${crew.id}`, group)
  for (const query of [
    'filter=userName eq "zoya"',
    'filter=externalId eq "x"',
    'filter=emails.value eq "zoya@acme.example"&sortBy=userName',
    'filter=name.familyName sw "O" and not (active eq false)&sortBy=meta.lastModified&sortOrder=descending',
    'startIndex=2&count=1',
    'cursor=&count=1',
  ])
    for (const list of ['/Users', '/Groups', '/']) await ask('GET', `${list}?${encodeURI(query)}`)
  await ask('GET', `/Groups?${encodeURI(`filter=members.value eq "${id}"`)}`)
  await ask('GET', `/Groups/${crew.id}?excludedAttributes=members`)
  await ask('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'a', data: { ...person, userName: 'b' } },
    ],
  })
  for (const path of [`/Users/${id}`, `/Groups/${crew.id}`]) {
    await ask('GET', path)
    await ask('DELETE', path)
  }
}

/** Every GET of the admin API, with what the story left, and the metrics. */
async function askEverything({ url, operatorToken, admin }: TestApp, world: World): Promise<void> {
  const { tenant, connection } = world
  const at = { tenant: tenant.id, connection: connection.id }
  const [person] = (await admin.listIdentities({ tenant: tenant.id })).items
  const [signIn] = (await admin.listSignIns({ tenant: tenant.id })).items
  const [entry] = (await admin.listProvisioningLog({ tenant: tenant.id })).items
  const [site] = (await admin.listSites({ tenant: tenant.id })).items
  const [mapping] = (await admin.listClaimTypeMappings({ tenant: tenant.id })).items
  const [run] = (await admin.listRuns({ tenant: tenant.id })).items
  const known: Record<string, string | undefined> = {
    ...at,
    run: run?.id,
    identity: person?.id,
    fqn: person?.fqn,
    reference: signIn?.id,
    requestId: entry?.requestId,
    mapping: mapping?.id,
    site: site?.id,
    version: '1',
  }
  for (const route of Object.values(routes)) {
    const { method, path } = route
    if (method !== 'GET' || 'streams' in route) continue
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(known[name] ?? assert.fail(`${path}: nothing is known of {${name}}`)),
    )
    const query = path.endsWith('/explanations')
      ? `?person=${encodeURIComponent(person?.fqn ?? '')}`
      : ''
    const response = await fetch(url + filled + query, {
      headers: { authorization: `Bearer ${operatorToken}` },
    })
    await response.text()
    assert.ok(response.status < 500, path)
  }
  assert.equal((await fetch(`${url}/metrics`)).status, 200)
  const { issuer } = (await admin.listConnections({ tenant: tenant.id })).items[0] ?? {}
  await admin.tryClaims({ tenant: tenant.id, claims: { iss: issuer, sub: 'nobody' } })
  if (mapping !== undefined)
    await admin.checkClaimValues({ tenant: tenant.id, mapping: mapping.id, values: ['nobody'] })
}
